import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { KnownEntry } from '../../../functions/core/dead-letter/planned-letters.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import type { LocalStack } from './local-stack.ts'

/** Reads the ledger entry of a member. Does not reject. */
export type ReadEntry = (member: string) => Promise<KnownEntry>

/** Reads entries of the stack's ledger. */
export const entryIn =
  ({ dynamodb, tables: [TableName] }: Pick<LocalStack, 'dynamodb' | 'tables'>): ReadEntry =>
  async member => {
    try {
      const Key = { member: { S: member } }
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
      return Item && (unmarshall(Item) as Entry)
    } catch {
      return 'unknown'
    }
  }
