import type { CliWorld } from '../io/cli-world.ts'
import { type EventLine, isRefused, type ReadLine, type RefusedLine } from '../io/event-lines.ts'
import { Failure } from '../io/exit-codes.ts'
import type { Sink } from '../io/queue-sink.ts'
import { type BatchResult, notSent, sendBatch } from './send-batch.ts'

/** Batches on their way at once. The queue keeps no order, and the ledger needs none. */
const parallel = 8

/** How the sending ended; `whole` when every line was read and has its outcome. */
export interface Ending {
  readonly whole: boolean
  readonly failure: Failure | undefined
}

/**
 * Sends the events among the lines and tells `settled` of each batch and each refused line. It holds no more than the
 * batches that are on their way, and returns only when none is.
 */
export async function sendEvents(
  lines: AsyncIterable<ReadLine>,
  sink: Sink,
  world: CliWorld,
  settled: (result: BatchResult) => void,
): Promise<Ending> {
  const running = new Set<Promise<void>>()
  let failure: Failure | undefined
  let whole = false

  const start = (batch: readonly EventLine[]): void => {
    const task = sendBatch(batch, sink, world).then(result => {
      running.delete(task)
      failure ??= result.failure
      settled(result)
    })
    running.add(task)
  }
  const refuse = (refused: readonly RefusedLine[]): void => settled({ sent: 0, refused })

  try {
    for await (const batch of batchesOf(accepted(lines, line => refuse([line])))) {
      if (failure) {
        refuse(batch.map(event => notSent(event, 'the sending was given up')))
        break
      }
      start(batch)
      if (running.size >= parallel) await Promise.race(running)
    }
    whole = true
  } catch (error) {
    if (error instanceof Failure) failure ??= error
    else if (!world.stop.aborted) throw error
  } finally {
    await Promise.all(running)
  }
  return { whole: whole && failure === undefined, failure }
}

async function* accepted(
  lines: AsyncIterable<ReadLine>,
  refuse: (line: RefusedLine) => void,
): AsyncGenerator<EventLine> {
  for await (const line of lines) {
    if (isRefused(line)) refuse(line)
    else yield line
  }
}

/** The most entries that SQS takes in one batch request. */
export const maxEntries = 10

/** The most that the bodies of a batch take together, in bytes: SQS's older limit, which every region and emulator keeps. */
export const maxBatchBytes = 262_144

/** Groups items into batches that SQS takes, in order; an item over the limit gets a batch of its own. */
export async function* batchesOf<T extends { readonly body: string }>(
  items: AsyncIterable<T>,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = []
  let bytes = 0
  for await (const item of items) {
    const size = Buffer.byteLength(item.body)
    if (batch.length === maxEntries || (batch.length > 0 && bytes + size > maxBatchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
