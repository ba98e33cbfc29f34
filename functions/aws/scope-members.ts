import type { QueryCommandOutput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { ledgerIndex } from '../core/resource-names.ts'
import type { DynamoDbReads } from './dynamodb-items.ts'
import { entryOfItem, hasScope } from './ledger-table.ts'

/** The members of a scope in the ledger. Reads reject if the ledger does not answer. */
export interface ScopeMembers {
  /** The entries of these members, each named once, by strongly consistent reads. Members without an entry are left out. */
  readonly entries: (members: readonly string[]) => Promise<ReadonlyMap<string, Entry>>
  /** The members of a scope, given by its name, that have an entry: from the index, which is a moment behind. */
  readonly membersOf: (scope: string) => AsyncIterable<string>
}

/** The most keys that DynamoDB takes in one request. */
const atOnce = 100

/** How often keys that DynamoDB leaves unprocessed are asked for, the first time included. */
const mostTries = 8

/** The wait before they are asked for again, doubled each time, in milliseconds. */
const pauseMs = 50

export function createScopeMembers(
  TableName: string,
  { batchGet, query }: Pick<DynamoDbReads, 'batchGet' | 'query'>,
  wait: (ms: number) => Promise<unknown>,
): ScopeMembers {
  return {
    entries: async members => {
      const found = new Map<string, Entry>()
      let left = members.map(member => ({ member: { S: member } })) as Record<string, { S: string }>[]
      for (let tries = 0; left.length > 0; ) {
        if (tries === mostTries) throw new Error('DynamoDB leaves entries of the ledger unread')
        if (tries > 0) await wait(pauseMs * 2 ** (tries - 1))
        const { Responses, UnprocessedKeys } = await batchGet({
          RequestItems: { [TableName]: { Keys: left.slice(0, atOnce), ConsistentRead: true } },
        })
        for (const item of Responses?.[TableName] ?? []) {
          const entry = entryOfItem<Entry>(item)
          found.set(entry.member, entry)
        }
        const unprocessed = (UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof left
        left = [...left.slice(atOnce), ...unprocessed]
        tries = unprocessed.length > 0 ? tries + 1 : 0
      }
      return found
    },
    membersOf: async function* (scope) {
      let next: QueryCommandOutput['LastEvaluatedKey']
      do {
        const { Items = [], LastEvaluatedKey } = await query({
          ...{ TableName, IndexName: ledgerIndex.name, KeyConditionExpression: '#scope = :scope' },
          ExpressionAttributeNames: { '#scope': ledgerIndex.key },
          ExpressionAttributeValues: { ':scope': { S: scope } },
          ...(next && { ExclusiveStartKey: next }),
        })
        for (const { member } of Items) yield member!.S!
        next = LastEvaluatedKey
      } while (next)
    },
  }
}

/** The scopes that have an entry in the ledger: reads the keys of the whole index. Rejects if the ledger does not answer. */
export async function readScopes(
  TableName: string,
  { scan }: Pick<DynamoDbReads, 'scan'>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const item of scanned({ TableName, IndexName: ledgerIndex.name }, scan))
    found.add(item[ledgerIndex.key]!.S!)
  return found
}

/**
 * The members whose entries an older version wrote, without their scope: the index does not have them. Reads the whole table. Rejects if
 * the ledger does not answer.
 */
export async function* withoutScope(
  TableName: string,
  { scan }: Pick<DynamoDbReads, 'scan'>,
): AsyncGenerator<string> {
  const input = {
    ...{ TableName, ProjectionExpression: '#member', FilterExpression: 'attribute_not_exists(#scope)' },
    ExpressionAttributeNames: { '#member': 'member', '#scope': ledgerIndex.key },
  }
  for await (const { member } of scanned(input, scan)) if (hasScope(member!.S!)) yield member!.S!
}

async function* scanned(input: ScanCommandInput, scan: DynamoDbReads['scan']) {
  let next: QueryCommandOutput['LastEvaluatedKey']
  do {
    const { Items = [], LastEvaluatedKey } = await scan({
      ...input,
      ...(next && { ExclusiveStartKey: next }),
    })
    yield* Items
    next = LastEvaluatedKey
  } while (next)
}
