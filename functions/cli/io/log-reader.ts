import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { BoundedMap } from '../../core/bounded-map.ts'
import { clientOptionsOf, explainRead } from './aws-errors.ts'
import type { CliWorld, Environment } from './cli-world.ts'

/** A CloudWatch Logs client at the endpoint from the environment, a profile or a region. */
export async function loadLogsClient(env: Environment): Promise<CloudWatchLogs> {
  const { CloudWatchLogs } = await import('@aws-sdk/client-cloudwatch-logs')
  return new CloudWatchLogs(clientOptionsOf(env))
}

/** How far back the first round reads, in milliseconds. */
export const backMs = 900_000

/** How late CloudWatch may have a line, in milliseconds: each round reads so much again. */
const lateMs = 30_000

/** The most pages of a round. A page has at most 1 MB. */
const mostPages = 5

/** How many lines are remembered, so that none is told twice. */
const mostLines = 50_000

/** The lines about messages and targets (functions/README.md#words). */
const filterPattern = `{ ${['attempt', 'search', 'outcome', 'retry'].map(name => `($.message = "${name}")`).join(' || ')} }`

/** Who hears of the lines of a log. Times are milliseconds since 1970. */
export interface LogListener {
  /** A line, once. Lines of several streams may come in another order than they were written in. */
  readonly line: (text: string, at: number) => void
  /** The next lines do not follow the last ones: nobody read in between. */
  readonly gap: () => void
}

/**
 * Reads a log group in rounds. Each goes on where the last one ended; the first one, and one after a long pause, begins 15 minutes back.
 * A round resolves to the time of its last line if the log has more, else to undefined. It rejects with a Failure.
 */
export function followLog(world: CliWorld, logGroupName: string, { line, gap }: LogListener) {
  const told = new BoundedMap<string, true>(mostLines)
  let client: Promise<CloudWatchLogs> | undefined
  let readAt = 0
  let startTime = 0
  let nextToken: string | undefined
  const page = async () => {
    client ??= world.logs()
    return (await client).filterLogEvents(
      { logGroupName, startTime, filterPattern, ...(nextToken !== undefined && { nextToken }) },
      { abortSignal: world.stop },
    )
  }

  return async (): Promise<number | undefined> => {
    const begun = world.now()
    if (readAt < begun - backMs) {
      gap()
      startTime = begun - backMs
      nextToken = undefined
    }
    let last = startTime
    for (let pages = 0; pages < mostPages; pages++) {
      const { events = [], nextToken: next } = await page().catch(error => {
        nextToken = undefined
        throw world.stop.aborted ? error : explainRead(error, world.env, 'logs:FilterLogEvents')
      })
      for (const { eventId = '', message = '', timestamp = begun } of events) {
        last = Math.max(last, timestamp)
        if (told.has(eventId)) continue
        told.set(eventId, true)
        line(message, timestamp)
      }
      nextToken = next
      if (next === undefined) {
        startTime = Math.max(startTime, begun - lateMs)
        readAt = begun
        return undefined
      }
    }
    readAt = begun
    return last
  }
}
