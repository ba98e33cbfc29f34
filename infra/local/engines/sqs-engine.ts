import type { Server as HttpServer } from 'node:http'
import { Server } from 'node:net'
import type { DatabaseSync } from 'node:sqlite'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { guard } from '../loopback/request-guard.ts'
import type { EngineOptions } from './engine.ts'

/** A message at rest, as SQS keeps it. */
export interface StoredMessage {
  readonly messageId: string
  readonly body: string
  readonly sentTimestamp: number
  readonly approximateReceiveCount: number
  readonly messageAttributes: Readonly<Record<string, unknown>>
}

/** SQS on this machine. */
export interface SqsEngine {
  readonly url: string
  /** All messages of a queue: visible, delayed and in flight. Takes nothing away; empty for an unknown queue. */
  messages(queue: string): StoredMessage[]
  stop(): Promise<void>
}

/** Starts SQS (fauxqs), on disk where a folder is given; rejects with EADDRINUSE when the port is taken. */
export async function startSqs({ port, folder, region }: EngineOptions): Promise<SqsEngine> {
  await acceptAllCharacters()
  await keepReceiveCounts()
  const server: FauxqsServer = await onLoopback(() =>
    startFauxqs({ port, logger: false, defaultRegion: region, ...(folder && { dataDir: folder }) }),
  )
  return {
    url: `http://127.0.0.1:${server.port}`,
    messages: queue => {
      const found = server.inspectQueue(queue)?.messages
      return found ? [...found.ready, ...found.delayed, ...found.inflight.map(entry => entry.message)] : []
    },
    stop: () => server.stop(),
  }
}

/** The characters that SQS takes in a body (SendMessage): those beyond U+FFFF among them, which the engine refuses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
const refused = /[^\u{9}\u{a}\u{d}\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/**
 * Lets the SQS engine take every character that SQS takes. Its own rule looks at UTF-16 halves and so refuses an emoji; the
 * rule is not part of its interface, and is put right where it stands.
 */
async function acceptAllCharacters(): Promise<void> {
  const types = new URL('sqs/sqsTypes.js', import.meta.resolve('fauxqs')).href
  const { INVALID_MESSAGE_BODY_CHAR: rule } = (await import(types)) as { INVALID_MESSAGE_BODY_CHAR: RegExp }
  rule.test = text => refused.test(text)
}

/**
 * Lets the SQS engine make a message visible at once where it keeps its queues on disk: it writes NULL as the receive count, which
 * its own table refuses. Its in-memory count is right.
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
 * Runs `start` such that every server that begins to listen meanwhile does so on 127.0.0.1 only, and guarded as `listen`
 * guards ours. fauxqs listens on 0.0.0.0 and has no option for it; the queues of a developer's machine are nobody else's
 * business.
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
