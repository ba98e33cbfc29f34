import type { Named, ParsedEvent } from '../event/event.ts'
import type { Trail } from '../event/sqs-message.ts'
import { type LetterReason, reasons } from './reason.ts'
import { claims, readHistory, readTrail } from './trail.ts'

/** A message on the dead-letter queue, as it was looked at. Times are milliseconds since 1970. */
export interface DeadLetter {
  /** The SQS message id: the same at every look, another one after a renewal, an edit or a replay. */
  readonly messageId: string
  readonly receipt: string
  readonly body: string
  /** `SentTimestamp`: SQS's retention counts from it. */
  readonly sentAt: number
  /** `ApproximateReceiveCount`, every look included. */
  readonly receives: number
  /** Its string attributes, also such as are not ours; those of a message that SQS moved do not bear the names of ours. */
  readonly attributes: Readonly<Record<string, string>>
  readonly reason: LetterReason
  /** Undefined when it has none, or one that cannot be read. */
  readonly trail: Trail | undefined
}

/** What a letter's attributes say of it. */
export type LetterFacts = Pick<DeadLetter, 'attributes' | 'reason' | 'trail'>

/**
 * Reads the attributes of a letter. Whoever sends to the dead-letter queue is one of us and is believed; a message that SQS
 * `moved` there itself has the attributes that its producer gave it: they are kept under names that are not ours.
 */
export function letterFacts(attributes: DeadLetter['attributes'], moved: boolean): LetterFacts {
  if (!moved) return { attributes, reason: reasonOf(attributes), trail: readTrail(attributes.trail) }
  const { claimed } = claims(readHistory(attributes.trail))
  const renamed = Object.entries(attributes).map(([name, value]) =>
    ours.includes(name) ? [`claimed.${name}`, value] : [name, value],
  )
  return {
    attributes: Object.fromEntries(renamed),
    reason: 'crashed',
    trail: claimed && { claimed },
  }
}

/** The attributes of a letter that was buried by us. */
const ours = ['reason', 'target', 'member', 'event', 'unproven', 'trail']

const reasonOf = (attributes: DeadLetter['attributes']): LetterReason =>
  reasons.find(reason => reason === attributes.reason) ?? 'crashed'

/** What a letter is called: by its body as far as that can be read today, else by its attributes. */
export const namesOfLetter = ({ attributes }: DeadLetter, { named }: ParsedEvent): Named => ({
  event: named.event ?? attributes.event ?? null,
  source: named.source,
  target: named.target ?? attributes.target ?? null,
  member: named.member ?? attributes.member ?? null,
})

/** The same, also where `parse` throws, which is a bug: then by its attributes. `now` is milliseconds since 1970. */
export function namesAsRead(
  letter: DeadLetter,
  parse: (body: string, now: number) => ParsedEvent,
  now: number,
): Named {
  try {
    return namesOfLetter(letter, parse(letter.body, now))
  } catch {
    const named = { event: null, source: null, target: null, member: null }
    return namesOfLetter(letter, { ok: false, named, reason: 'invalid_event', detail: '' })
  }
}

/** When it became a dead letter, as far as it is known: milliseconds since 1970. */
export const diedAt = ({ trail, sentAt }: DeadLetter): number => {
  const failedAt = Date.parse(trail?.failedAt ?? '')
  return Number.isNaN(failedAt) ? sentAt : failedAt
}
