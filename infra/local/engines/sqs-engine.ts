import { startFauxqs } from 'fauxqs'
import type { Listening } from '../../../functions/cli/loopback/loopback-listener.ts'
import { decoded, withEdge } from './sqs-edge.ts'

/** A message on a queue. */
export interface StoredMessage {
  readonly messageId: string
  readonly body: string
  /** Milliseconds since 1970. */
  readonly sentTimestamp: number
  readonly approximateReceiveCount: number
  readonly messageAttributes: Readonly<Record<string, unknown>>
}

/** SQS on this machine. */
export interface SqsEngine extends Listening {
  /** All messages of a queue, without a receive: visible, delayed and in flight. Empty for an unknown queue. */
  messages(queue: string): StoredMessage[]
}

export interface SqsOptions {
  /** 0 for any free port. */
  readonly port: number
  readonly region: string
  /** Keeps the queues here; in memory unless given. */
  readonly folder?: string | undefined
}

/** Starts SQS (fauxqs), on disk if a folder is given. Rejects with EADDRINUSE if the port is in use. */
export async function startSqs({ port, folder, region }: SqsOptions): Promise<SqsEngine> {
  const server = await withEdge(() =>
    startFauxqs({ port, logger: false, defaultRegion: region, ...(folder && { dataDir: folder }) }),
  )
  return {
    url: `http://127.0.0.1:${server.port}`,
    messages: queue => {
      const { ready = [], delayed = [], inflight = [] } = server.inspectQueue(queue)?.messages ?? {}
      const stored = [...ready, ...delayed, ...inflight.map(({ message }) => message)]
      return stored.map(message => ({ ...message, body: decoded(message.body) }))
    },
    stop: () => server.stop(),
  }
}
