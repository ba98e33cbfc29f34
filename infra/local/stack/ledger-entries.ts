import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { KnownEntry } from '../../../functions/core/dead-letter/planned-letters.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { type RoundItem, readRound } from '../../../functions/core/sweep/stored-round.ts'
import type { Round } from '../../../functions/core/sweep/sweep-round.ts'
import type { LocalStack } from './local-stack.ts'

/** Reads the ledger entry of a member. Does not reject. */
export type ReadEntry = (member: string) => Promise<KnownEntry>

/** Reads entries of the stack's ledger. */
export const entryIn =
  (stack: Tables): ReadEntry =>
  member =>
    readItem<Entry>(stack, stack.tables[0], member).catch(() => 'unknown' as const)

/** Reads what the stack's sweep knows. Undefined if it has not run, or is off. Does not reject. */
export const roundIn = (stack: Tables) => async (): Promise<Round | undefined> => {
  const table = stack.tables.find(name => name.endsWith('-sweep'))
  if (table === undefined) return undefined
  const found = await readRound(key => readItem<RoundItem>(stack, table, key)).catch(() => undefined)
  return found?.round
}

type Tables = Pick<LocalStack, 'dynamodb' | 'tables'>

async function readItem<Item>(
  { dynamodb }: Pick<LocalStack, 'dynamodb'>,
  TableName: string | undefined,
  member: string,
): Promise<Item | undefined> {
  const Key = { member: { S: member } }
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
  return Item && (unmarshall(Item) as Item)
}
