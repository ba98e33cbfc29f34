import {
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { sha256 } from '../../aws/sha256.ts'
import { instantOf } from '../../core/event/instant.ts'
import { type HistoryItem, sourceEventOf } from '../../core/history/history-item.ts'
import { redactId } from '../../core/redact.ts'
import { historyIndices } from '../../core/resource-names.ts'
import { explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'
import { Unavailable } from './exit-codes.ts'

/** A period in milliseconds since 1970: from `since`, before `until`. */
export interface Period {
  readonly since?: number | undefined
  readonly until?: number | undefined
}

/** The history of a stage, read page by page. Reads reject with a Failure. Those by an index lack some fields. */
export interface HistoryReader {
  /** The items of a member whose events have a time in the period, in the order of their versions, or in the opposite one. */
  readonly ofMember: (member: string, period: Period, newestFirst?: boolean) => AsyncIterable<HistoryItem>
  /** The items of an event, one for each end of each of its messages. */
  readonly ofEvent: (source: string, id: string) => AsyncIterable<HistoryItem>
  /** The items of a scope that ended, or were proven, at a time up to `until`, in milliseconds since 1970. */
  readonly inScope: (scope: string, until: number) => AsyncIterable<HistoryItem>
  /** The items of a scope that ended, or were proven, since a time, the newest first: at most so many, if that is given. */
  readonly newestInScope: (scope: string, since: number, most?: number) => AsyncIterable<HistoryItem>
  /** All items that ended, or were proven, since a time, in no order. Reads the whole table. */
  readonly everything: (since: number) => AsyncIterable<HistoryItem>
}

/** Reads one page, from a key on. */
type ReadPage = (
  next: QueryCommandOutput['LastEvaluatedKey'],
) => Promise<Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>>

/** Opens the history of a stage, only to read. */
export function openHistory(world: CliWorld, stage: string, TableName: string): HistoryReader {
  const { dynamodb, env, stop } = world
  const client: DynamoDBClient = dynamodb()
  async function* pages(permission: string, read: ReadPage): AsyncGenerator<HistoryItem> {
    let next: QueryCommandOutput['LastEvaluatedKey']
    do {
      stop.throwIfAborted()
      const { Items = [], LastEvaluatedKey } = await read(next).catch(error => {
        stop.throwIfAborted()
        if (isMissing(error))
          throw new Unavailable(
            `stage ${stage} keeps no history (-c history=off): there is no table ${TableName}`,
          )
        throw explainRead(error, env, permission)
      })
      for (const item of Items) yield unmarshall(item) as HistoryItem
      next = LastEvaluatedKey
    } while (next)
  }
  const query = (
    condition: string,
    names: Readonly<Record<string, string>>,
    values: Readonly<Record<string, string>>,
    more: Pick<QueryCommandInput, 'IndexName' | 'ScanIndexForward' | 'Limit'> = {},
  ) => {
    const input: QueryCommandInput = {
      ...{ TableName, KeyConditionExpression: condition, ExpressionAttributeNames: names, ...more },
      ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }])),
    }
    return pages('dynamodb:Query', ExclusiveStartKey =>
      client.send(new QueryCommand({ ...input, ExclusiveStartKey }), { abortSignal: stop }),
    )
  }
  const { byEvent, byScope } = historyIndices

  return {
    // A sort key begins with a time and is never equal to one.
    ofMember: (member, { since = 0, until = latest }, newestFirst = false) =>
      query(
        '#member = :member AND #version BETWEEN :since AND :until',
        { '#member': 'member', '#version': 'version' },
        { ':member': member, ':since': instantOf(since), ':until': instantOf(until) },
        { ScanIndexForward: !newestFirst },
      ),
    ofEvent: async function* (source, id) {
      const key = sourceEventOf(source, id, sha256)
      const found = query(
        '#key = :key',
        { '#key': byEvent.key },
        { ':key': key },
        { IndexName: byEvent.name },
      )
      for await (const item of found)
        if (item.source === redactId(source) && item.event === redactId(id)) yield item
    },
    inScope: (scope, until) =>
      query(
        '#scope = :scope AND #at <= :until',
        { '#scope': byScope.key, '#at': byScope.sortKey },
        { ':scope': scope, ':until': new Date(until).toISOString() },
        { IndexName: byScope.name },
      ),
    newestInScope: async function* (scope, since, most) {
      const newest = query(
        '#scope = :scope AND #at >= :since',
        { '#scope': byScope.key, '#at': byScope.sortKey },
        { ':scope': scope, ':since': new Date(since).toISOString() },
        { IndexName: byScope.name, ScanIndexForward: false, ...(most !== undefined && { Limit: most }) },
      )
      let count = 0
      for await (const item of newest) {
        yield item
        count += 1
        if (count === most) return
      }
    },
    everything: since => {
      const input = {
        ...{ TableName, FilterExpression: '#at >= :since', ExpressionAttributeNames: { '#at': 'at' } },
        ExpressionAttributeValues: { ':since': { S: new Date(since).toISOString() } },
      }
      return pages('dynamodb:Scan', ExclusiveStartKey =>
        client.send(new ScanCommand({ ...input, ExclusiveStartKey }), { abortSignal: stop }),
      )
    },
  }
}

/** The last millisecond of the year 9999. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
