import { forEachOf } from '../../core/for-each-of.ts'
import { batchesOf } from '../../core/sqs-limits.ts'
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
  let failure: Failure | undefined
  let whole = false
  const refuse = (refused: readonly RefusedLine[]): void => settled({ sent: 0, refused })

  async function* batches() {
    for await (const batch of batchesOf(accepted(lines, line => refuse([line])))) {
      if (failure) return refuse(batch.map(event => notSent(event, 'the sending was given up')))
      yield batch
    }
  }
  try {
    await forEachOf(batches(), parallel, async batch => {
      const result = await sendBatch(batch, sink, world)
      failure ??= result.failure
      settled(result)
    })
    whole = true
  } catch (error) {
    if (error instanceof Failure) failure ??= error
    else if (!world.stop.aborted) throw error
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
