import type { CliWorld } from '../io/cli-world.ts'
import type { EventLine, RefusedLine } from '../io/event-lines.ts'
import { Failure } from '../io/exit-codes.ts'
import type { Sink } from '../io/queue-sink.ts'

/** How often a message is offered to SQS before it is reported. */
export const maxAttempts = 5

/** What became of a batch; with a failure the queue as a whole could not be used. */
export interface BatchResult {
  readonly sent: number
  readonly refused: readonly RefusedLine[]
  readonly failure?: Failure
}

/** Sends a batch, and again those of its messages that SQS could not take but may take later. */
export async function sendBatch(
  batch: readonly EventLine[],
  sink: Sink,
  { wait, stop }: CliWorld,
): Promise<BatchResult> {
  const refused: RefusedLine[] = []
  const result = () => ({ sent: batch.length - refused.length, refused })

  let left = batch
  for (let attempt = 1; ; attempt++) {
    const answers = await sink.send(left.map(event => event.body)).catch(failureIn)
    if (answers instanceof Failure) {
      refused.push(...left.map(event => notSent(event, answers.message)))
      return { ...result(), failure: answers }
    }
    const last = attempt === maxAttempts || stop.aborted
    left = left.filter((event, index) => {
      const rejection = answers[index]
      if (rejection && (last || rejection.final)) {
        refused.push(notSent(event, `${rejection.code}: ${rejection.message}`))
      }
      return rejection && !last && !rejection.final
    })
    if (left.length === 0) return result()
    await wait(100 * 2 ** attempt)
  }
}

/** The report of a line whose event is valid but did not reach the queue. */
export const notSent = ({ line, named }: EventLine, detail: string): RefusedLine => ({
  line,
  named,
  reason: 'not_sent',
  detail,
})

function failureIn(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}
