import type { Rejection } from '../../functions/aws/sqs-send.ts'
import type { EventLine } from '../../functions/cli/io/event-lines.ts'
import type { OpenQueue } from '../../functions/cli/io/open-queue.ts'

type Answers = readonly (Rejection | undefined)[]

/** A queue that keeps the batches it was sent; `answer` says what it does with one, all taken unless it is given. */
export function fakeQueue(
  answer: (bodies: readonly string[], call: number) => Answers | Promise<Answers> = bodies =>
    bodies.map(() => undefined),
) {
  const batches: (readonly string[])[] = []
  const queue: OpenQueue = {
    name: 'changes',
    send: async bodies => {
      batches.push(bodies)
      const answers = await answer(bodies, batches.length)
      return bodies.map((body, index) => answers[index] ?? { messageId: `message of ${body}` })
    },
  }
  return { queue, batches }
}

/** Valid lines, as the sending sees them. */
export const eventLines = (count: number): EventLine[] =>
  Array.from({ length: count }, (_, index) => {
    const named = { event: `e${index + 1}`, source: 's', target: 'wacht', member: 'wacht/1/2' }
    const version = { time: '2026-11-23T12:00:00', sequence: '', source: 's', id: named.event }
    const change = { target: 'wacht', member: named.member, desired: { roleId: '1' }, version }
    return { line: index + 1, body: `body ${index + 1}`, named, parsed: { ok: true, named, change } }
  })
