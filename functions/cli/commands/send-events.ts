import { forEachOf } from '../../core/for-each-of.ts'
import { batchesOf } from '../../core/sqs-limits.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { type EventLine, isRefused, type ReadLine, type RefusedLine } from '../io/event-lines.ts'
import { Failure } from '../io/exit-codes.ts'
import type { OpenQueue } from '../io/open-queue.ts'
import { type BatchResult, notSent, sendBatch } from './send-batch.ts'

/** How many batches are sent at once. Their order does not matter. */
const parallel = 8

/** How the sending ended. `whole`: every line was read and has a result. */
export interface Ending {
  readonly whole: boolean
  readonly failure: Failure | undefined
}

/** Sends the events of the lines. Calls `onResult` for each batch and each refused line. Returns when no batch is running. */
export async function sendEvents(
  lines: AsyncIterable<ReadLine>,
  queue: OpenQueue,
  world: CliWorld,
  onResult: (result: BatchResult) => void,
): Promise<Ending> {
  let failure: Failure | undefined
  let whole = false
  const refuse = (refused: readonly RefusedLine[]): void => onResult({ sent: [], refused })

  async function* batches() {
    for await (const batch of batchesOf(accepted(lines, line => refuse([line])))) {
      if (failure)
        return refuse(batch.map(event => notSent(event, 'not tried, because an earlier batch failed')))
      yield batch
    }
  }
  try {
    await forEachOf(batches(), parallel, async batch => {
      const result = await sendBatch(batch, queue, world)
      failure ??= result.failure
      onResult(result)
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
