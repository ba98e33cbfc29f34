import type { Server as HttpServer } from 'node:http'
import { Server } from 'node:net'
import { startFauxqs } from 'fauxqs'
import type { Listening } from '../loopback/loopback-listener.ts'
import { guard } from '../loopback/request-guard.ts'
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
    onLoopback(() =>
      startFauxqs({ port, logger: false, defaultRegion: region, ...(folder && { dataDir: folder }) }),
    ),
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

/**
 * Runs `start`. A server that starts to listen meanwhile listens only on 127.0.0.1, with the guard of `listen`. fauxqs listens on
 * 0.0.0.0 and has no option for it.
 */
export async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const { listen } = Server.prototype
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const [first] = args
    if (typeof first === 'object' && first !== null) args[0] = { ...first, host: '127.0.0.1' }
    return Reflect.apply(listen, guard(this as HttpServer), args)
  } as typeof listen
  try {
    return await start()
  } finally {
    Server.prototype.listen = listen
  }
}
