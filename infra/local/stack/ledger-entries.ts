import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { KnownEntry } from '../../../functions/core/dead-letter/planned-letters.ts'
import type { StoredDue } from '../../../functions/core/due/due-item.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { scopeOf } from '../../../functions/core/people/person-event.ts'
import { dueIndex } from '../../../functions/core/resource-names.ts'
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

/** Reads the changes of a member that take effect later, from the stack's table. None if it does not answer. Does not reject. */
export const dueIn =
  ({ dynamodb, tables }: Tables) =>
  async (member: string): Promise<readonly StoredDue[]> => {
    const query = new QueryCommand({
      ...{ TableName: tables.find(name => name.endsWith('-due')), IndexName: dueIndex.name },
      KeyConditionExpression: '#scope = :scope AND begins_with(#member, :member)',
      ExpressionAttributeNames: { '#scope': dueIndex.key, '#member': dueIndex.sortKey },
      ExpressionAttributeValues: { ':scope': { S: scopeOf(member) }, ':member': { S: `${member}/` } },
    })
    const { Items = [] } = await dynamodb.send(query).catch(() => ({ Items: [] }))
    return Items.map(item => unmarshall(item) as StoredDue)
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
