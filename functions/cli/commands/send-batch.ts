import { isRejection, type SendResult } from '../../aws/sqs-send.ts'
import type { CliWorld } from '../io/cli-world.ts'
import type { EventLine, RefusedLine } from '../io/event-lines.ts'
import { placeOf } from '../io/event-texts.ts'
import { Failure } from '../io/exit-codes.ts'
import type { OpenQueue } from '../io/open-queue.ts'

/** How often a message is sent to SQS before it is reported as not sent. */
export const maxAttempts = 5

/** An event that is on the queue, with the id of its message. */
export interface SentEvent {
  readonly event: EventLine
  readonly messageId: string
}

/** The result of a batch. `failure`: the queue cannot be used. */
export interface BatchResult {
  readonly sent: readonly SentEvent[]
  readonly refused: readonly RefusedLine[]
  readonly failure?: Failure
}

/** Sends a batch. Messages that SQS may accept later are sent again. */
export async function sendBatch(
  batch: readonly EventLine[],
  queue: OpenQueue,
  { wait, stop }: CliWorld,
): Promise<BatchResult> {
  const sent: SentEvent[] = []
  const refused: RefusedLine[] = []

  let left = batch
  for (let attempt = 1; ; attempt++) {
    const results = await queue.send(left.map(event => event.body)).catch(failureIn)
    if (results instanceof Failure) {
      refused.push(...left.map(event => notSent(event, results.message)))
      return { sent, refused, failure: results }
    }
    const last = attempt === maxAttempts || stop.aborted
    const again: EventLine[] = []
    for (const [index, event] of left.entries()) {
      const result = results[index] as SendResult
      if (!isRejection(result)) sent.push({ event, messageId: result.messageId })
      else if (last || result.final) refused.push(notSent(event, `${result.code}: ${result.message}`))
      else again.push(event)
    }
    if (again.length === 0) return { sent, refused }
    left = again
    await wait(100 * 2 ** attempt)
  }
}

/** A valid line that did not reach the queue. */
export const notSent = (event: EventLine, detail: string): RefusedLine => ({
  ...placeOf(event),
  named: event.named,
  reason: 'not_sent',
  detail,
})

function failureIn(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}
