import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { instantOf } from '../../core/event/instant.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import { explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** A period in milliseconds since 1970: from `since`, before `until`. */
export interface Period {
  readonly since?: number | undefined
  readonly until?: number | undefined
}

/** The history of a stage, page by page. Reads reject with a Failure. */
export interface HistoryReader {
  /** The items of a member whose events have a time in the period, in the order of their versions. */
  readonly ofMember: (member: string, period: Period) => AsyncGenerator<HistoryItem>
}

/** Opens the history of a stage, only to read. */
export function openHistory(
  { dynamodb, env, stop }: CliWorld,
  stage: string,
  TableName: string,
): HistoryReader {
  const client = dynamodb()
  const failed = (error: unknown): never => {
    if (isMissing(error)) throw new Failure(`stage ${stage} keeps no history: there is no table ${TableName}`)
    throw explainRead(error, env, 'dynamodb:Query')
  }
  async function* query(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<HistoryItem> {
    let next: QueryCommandInput['ExclusiveStartKey']
    do {
      stop.throwIfAborted()
      const command = new QueryCommand({ TableName, ...input, ExclusiveStartKey: next })
      const { Items = [], LastEvaluatedKey } = await client.send(command, { abortSignal: stop }).catch(failed)
      for (const item of Items) yield unmarshall(item) as HistoryItem
      next = LastEvaluatedKey
    } while (next)
  }

  return {
    // A sort key begins with a time and is never equal to one.
    ofMember: (member, { since = 0, until = latest }) =>
      query({
        KeyConditionExpression: '#member = :member AND #version BETWEEN :since AND :until',
        ExpressionAttributeNames: { '#member': 'member', '#version': 'version' },
        ExpressionAttributeValues: {
          ':member': { S: member },
          ...{ ':since': { S: instantOf(since) }, ':until': { S: instantOf(until) } },
        },
      }),
  }
}

/** The last millisecond of the year 9999. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
