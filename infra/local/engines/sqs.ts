import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { acceptAllCharacters } from './characters.ts'
import type { EngineOptions } from './engine.ts'
import { onLoopback } from './loopback.ts'

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
