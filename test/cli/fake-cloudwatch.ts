import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { startServer } from '../support/server.ts'

/** A log group and alarms, over HTTP. */
export interface FakeCloudWatch {
  readonly url: string
  /** The inputs of the calls of FilterLogEvents. */
  readonly reads: readonly Readonly<Record<string, unknown>>[]
  /** The actions that are refused, such as `FilterLogEvents`. */
  readonly refused: Set<string>
  /** The names of the alarms that ring. */
  ringing: string[]
  /** The most lines of a page. */
  pageSize: number
  /** Writes a line of a function at a time, in milliseconds since 1970. */
  write(at: number, fields: object): void
  client(): CloudWatchLogs
  stop(): Promise<void>
}

/** What no clock of a test says is ever a read beyond its time: a token names the place of the next line. */
export async function startCloudWatch(): Promise<FakeCloudWatch> {
  const lines: { readonly eventId: string; readonly timestamp: number; readonly message: string }[] = []
  const reads: Record<string, unknown>[] = []
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => object>> = {
    FilterLogEvents: input => {
      reads.push(input)
      const found = lines.filter(({ timestamp }) => timestamp >= Number(input.startTime))
      const from = Number(input.nextToken ?? 0)
      const to = from + fake.pageSize
      return { events: found.slice(from, to), ...(to < found.length && { nextToken: String(to) }) }
    },
    DescribeAlarms: () => ({
      MetricAlarms: fake.ringing.map(AlarmName => ({ AlarmName, StateValue: 'ALARM' })),
    }),
  }
  const server = await startServer((response, { headers, body }) => {
    const action = String(headers['x-amz-target']).split('.').at(-1) ?? ''
    const answer = fake.refused.has(action) ? undefined : answers[action]
    const refusal = { __type: 'AccessDeniedException', message: `not authorized to perform ${action}` }
    response.writeHead(answer ? 200 : 400, { 'content-type': headers['content-type'] })
    response.end(JSON.stringify(answer?.(JSON.parse(body)) ?? refusal))
  })
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
  const fake: FakeCloudWatch = {
    ...{ url: server.url, reads, refused: new Set<string>(), ringing: [], pageSize: 10_000 },
    write: (timestamp, fields) => {
      lines.push({ eventId: `line-${lines.length}`, timestamp, message: JSON.stringify(fields) })
    },
    client: () =>
      new CloudWatchLogs({ region: 'us-east-1', credentials, endpoint: server.url, maxAttempts: 1 }),
    stop: server.stop,
  }
  return fake
}
