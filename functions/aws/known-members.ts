import { unmarshall } from '@aws-sdk/util-dynamodb'
import { BoundedMap } from '../core/bounded-map.ts'
import type { KnownMembers } from '../core/guard/burst.ts'
import { listedIn, type StoredReadings } from '../core/sweep/sweep-reading.ts'
import type { DynamoDbItems } from './dynamodb-items.ts'

/** How long a count is remembered, and how long that the table did not answer, in milliseconds. */
const keepMs = 600_000
const keepFailureMs = 60_000

/** Only the counts of the last complete reading: an item has its findings too, and up to 400 KB. */
const projection = {
  ProjectionExpression: '#complete.#counts',
  ExpressionAttributeNames: { '#complete': 'complete', '#counts': 'counts' },
}

/**
 * The members that the last complete sweep of a scope counted, from the sweep's table. Undefined until there is one, and while the table does
 * not answer, which `trouble` is told.
 */
export function createKnownMembers(
  TableName: string,
  now: () => number,
  trouble: (what: string, error: unknown) => void,
  { get }: Pick<DynamoDbItems, 'get'>,
): KnownMembers {
  const known = new BoundedMap<string, { readonly count: Promise<number | undefined>; until: number }>(1000)
  const read = async (scope: string): Promise<number | undefined> => {
    const { Item } = await get({ TableName, Key: { member: { S: scope } }, ...projection })
    const { complete } = unmarshall(Item ?? {}) as Partial<StoredReadings>
    return complete && listedIn(complete.counts)
  }
  return scope => {
    const before = known.get(scope)
    if (before && now() < before.until) return before.count
    const count = read(scope).catch(error => {
      trouble('sweep not readable; bursts with a share have their floor until it is', error)
      entry.until = now() + keepFailureMs
      return undefined
    })
    const entry = { count, until: now() + keepMs }
    known.set(scope, entry)
    return count
  }
}
