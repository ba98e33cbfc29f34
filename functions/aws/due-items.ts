import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { dueShards, type StoredDue } from '../core/due/due-item.ts'
import { scopeOf } from '../core/people/person-event.ts'
import { dueIndex } from '../core/resource-names.ts'
import type { DynamoDbReads } from './dynamodb-items.ts'

/** The due items of a stage, for those who only look. Reads reject if the table does not answer. */
export interface DueItems {
  /** Those of a scope by member and instant, from the index, which is a moment behind. No item of a person is there. */
  readonly inScope: (scope: string) => AsyncIterable<StoredDue>
  /** The same of one member. */
  readonly ofMember: (member: string) => Promise<readonly StoredDue[]>
  /** All, shard by shard; `day`: only of this day in UTC, such as `2027-01-01`. */
  readonly all: (day?: string) => AsyncIterable<StoredDue>
}

/** Reads the due items of a table. */
export function createDueItems(TableName: string, { query }: Pick<DynamoDbReads, 'query'>): DueItems {
  async function* read(
    input: Pick<QueryCommandInput, 'IndexName'>,
    key: readonly [name: string, value: string],
    sort: readonly [name: string, begin: string | undefined],
  ): AsyncGenerator<StoredDue> {
    const begins = sort[1] !== undefined
    let next: Record<string, AttributeValue> | undefined
    do {
      const { Items = [], LastEvaluatedKey } = await query({
        ...{ TableName, ...input },
        KeyConditionExpression: `#key = :key${begins ? ' AND begins_with(#sort, :begin)' : ''}`,
        ExpressionAttributeNames: { '#key': key[0], ...(begins && { '#sort': sort[0] }) },
        ExpressionAttributeValues: { ':key': { S: key[1] }, ...(begins && { ':begin': { S: sort[1] } }) },
        ...(next && { ExclusiveStartKey: next }),
      })
      for (const item of Items) yield unmarshall(item) as StoredDue
      next = LastEvaluatedKey
    } while (next)
  }
  const indexed = (scope: string, begin?: string) =>
    read({ IndexName: dueIndex.name }, [dueIndex.key, scope], [dueIndex.sortKey, begin])
  return {
    inScope: scope => indexed(scope),
    ofMember: async member => {
      const found: StoredDue[] = []
      for await (const item of indexed(scopeOf(member), `${member}/`)) found.push(item)
      return found
    },
    all: async function* (day) {
      for (const shard of dueShards) yield* read({}, ['shard', shard], ['due', day])
    },
  }
}
