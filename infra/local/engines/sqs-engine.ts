import type { Server as HttpServer } from 'node:http'
import { Server } from 'node:net'
import type { DatabaseSync } from 'node:sqlite'
import { startFauxqs } from 'fauxqs'
import type { Listening } from '../loopback/loopback-listener.ts'
import { guard } from '../loopback/request-guard.ts'

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

/** Starts SQS (fauxqs), on disk where a folder is given. Rejects with EADDRINUSE when the port is taken. */
export async function startSqs({ port, folder, region }: SqsOptions): Promise<SqsEngine> {
  await acceptAllCharacters()
  await keepReceiveCounts()
  const server = await onLoopback(() =>
    startFauxqs({ port, logger: false, defaultRegion: region, ...(folder && { dataDir: folder }) }),
  )
  return {
    url: `http://127.0.0.1:${server.port}`,
    messages: queue => {
      const { ready = [], delayed = [], inflight = [] } = server.inspectQueue(queue)?.messages ?? {}
      return [...ready, ...delayed, ...inflight.map(({ message }) => message)]
    },
    stop: () => server.stop(),
  }
}

/** The characters that SQS refuses in a body (SendMessage). It accepts those above U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
const refused = /[^\u{9}\u{a}\u{d}\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Lets the engine accept every character that SQS accepts. The engine's own rule checks UTF-16 code units and refuses an emoji. There
 * is no option for it, so this changes the rule in place.
 */
async function acceptAllCharacters(): Promise<void> {
  const types = new URL('sqs/sqsTypes.js', import.meta.resolve('fauxqs')).href
  const { INVALID_MESSAGE_BODY_CHAR: rule } = (await import(types)) as { INVALID_MESSAGE_BODY_CHAR: RegExp }
  rule.test = text => refused.test(text)
}

/**
 * Lets an SQS engine on disk make a message visible at once. The engine writes NULL as the receive count, which its own table
 * refuses. Its in-memory count is right.
 */
async function keepReceiveCounts(): Promise<void> {
  const persistence = new URL('persistence.js', import.meta.resolve('fauxqs')).href
  const { PersistenceManager } = (await import(persistence)) as {
    PersistenceManager: { prototype: Persistence }
  }
  PersistenceManager.prototype.updateMessageReady = function (messageId) {
    this.db
      .prepare(
        'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
      )
      .run(messageId)
  }
}

interface Persistence {
  readonly db: DatabaseSync
  updateMessageReady(messageId: string): void
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
