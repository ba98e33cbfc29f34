import type { CliWorld } from '../io/cli-world.ts'
import type { EventLine, RefusedLine } from '../io/event-lines.ts'
import { Failure } from '../io/exit-codes.ts'
import type { OpenQueue } from '../io/open-queue.ts'

/** How often a message is sent to SQS before it is reported as not sent. */
export const maxAttempts = 5

/** The result of a batch. `failure`: the queue cannot be used. */
export interface BatchResult {
  readonly sent: number
  readonly refused: readonly RefusedLine[]
  readonly failure?: Failure
}

/** Sends a batch. Messages that SQS may accept later are sent again. */
export async function sendBatch(
  batch: readonly EventLine[],
  queue: OpenQueue,
  { wait, stop }: CliWorld,
): Promise<BatchResult> {
  const refused: RefusedLine[] = []
  const result = () => ({ sent: batch.length - refused.length, refused })

  let left = batch
  for (let attempt = 1; ; attempt++) {
    const answers = await queue.send(left.map(event => event.body)).catch(failureIn)
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

/** A valid line that did not reach the queue. */
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
