import type { Planned } from '../events.ts'
import type { Letter } from '../letters.ts'
import type { Round } from '../round.ts'
import type { Broken } from './broken.ts'
import { linesAbout } from './outcomes.ts'

/** Dead letters hold their body byte for byte and a reason that the target gave cause for; every dead event has one. */
export function judgeLetters(round: Round): Broken[] {
  const byBody = new Map(round.planned.map(event => [event.body, event]))
  const about = (member: string | null, how: string): Broken => ({
    ...{ promise: 'dead-lettered with a reason', member: member ?? '*', how },
  })
  const missing = round.planned.flatMap(event => {
    const reasons = event.id === null ? ['invalid_event'] : reasonsTold(round, event)
    return reasons
      .filter(
        reason =>
          !round.letters.some(letter => letter.body === event.body && letter.attributes.reason === reason),
      )
      .map(reason => about(event.member, `${event.id} is dead (${reason}) without its letter`))
  })
  const wrong = round.letters.flatMap(letter => {
    const event = byBody.get(letter.body)
    if (!event) return [about(null, `a letter that nobody sent: ${letter.body.slice(0, 200)}`)]
    const { reason, ...attributes } = letter.attributes
    const named = [attributes.event ?? null, attributes.member ?? null]
    const broken = isRight(round, event, letter)
      ? []
      : [about(event.member, `${event.id} is dead as ${reason}`)]
    const knows = event.member === null || (named[0] === event.id && named[1] === event.member)
    return knows ? broken : [...broken, about(event.member, `${event.id}: its letter names ${named}`)]
  })
  return [...missing, ...wrong]
}

const reasonsTold = (round: Round, { id }: Planned): string[] => [
  ...new Set(
    linesAbout(round, id)
      .filter(({ json }) => json.outcome === 'dead')
      .map(({ json }) => String(json.reason)),
  ),
]

function isRight({ journal, began, setup }: Round, event: Planned, { attributes }: Letter): boolean {
  const { must, member, wants } = event
  const { reason, trail } = attributes
  if (must) return reason === must
  const failedAt = Date.parse(JSON.parse(trail ?? '{}').failedAt)
  const own = journal.writes.filter(
    write =>
      write.member === member &&
      (write.asks === wants || (setup.dialect === 'role_ids' && write.asks[0] === '-')),
  )
  const answered = (...statuses: number[]) => own.some(({ status }) => statuses.includes(status ?? 0))
  switch (reason) {
    case 'rejected':
      return answered(400, 422)
    case 'forbidden':
      return answered(403)
    case 'redirected':
      return answered(301, 302, 307, 308)
    case 'no_effect':
      return own.some(({ fault }) => fault === 'no effect')
    case 'not_found':
      return failedAt - began >= setup.timings.notFoundGraceSeconds * 1000
    default:
      return false
  }
}
