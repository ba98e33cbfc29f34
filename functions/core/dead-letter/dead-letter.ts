import type { Named, ParsedEvent } from '../event/event.ts'
import type { Trail } from '../event/sqs-message.ts'
import { type LetterReason, reasons } from './reason.ts'
import { claims, readHistory, readTrail } from './trail.ts'

/** A message received from the dead-letter queue. Times are milliseconds since 1970. */
export interface DeadLetter {
  /** The SQS message id: the same at every receive, a new one after a renewal, an edit or a replay. */
  readonly messageId: string
  readonly receipt: string
  readonly body: string
  /** `SentTimestamp`: SQS's retention counts from it. */
  readonly sentAt: number
  /** `ApproximateReceiveCount`: every listing counts too. */
  readonly receives: number
  /** All string attributes. If SQS moved the message, a producer's attribute with one of our names is renamed. */
  readonly attributes: Readonly<Record<string, string>>
  readonly reason: LetterReason
  /** Undefined if absent or invalid. */
  readonly trail: Trail | undefined
  /** Whose message it was, as far as SQS shows that role-sync wrote so (`senderOf`). Absent where nothing is guarded. */
  readonly sender?: string
}

/** The fields of a letter that come from its attributes. */
export type LetterFacts = Pick<DeadLetter, 'attributes' | 'reason' | 'trail'>

/**
 * Reads the attributes of a letter. Only role-sync can send to the dead-letter queue, so they are trusted. If SQS `moved` the
 * message there, its attributes come from its producer: those with our names are renamed to `claimed.…`.
 */
export function letterFacts(attributes: DeadLetter['attributes'], moved: boolean): LetterFacts {
  if (!moved) return { attributes, reason: reasonOf(attributes), trail: readTrail(attributes.trail) }
  const { claimed } = claims(readHistory(attributes.trail))
  const renamed = Object.entries(attributes).map(([name, value]) =>
    ownNames.includes(name) ? [`claimed.${name}`, value] : [name, value],
  )
  return {
    attributes: Object.fromEntries(renamed),
    reason: 'crashed',
    trail: claimed && { claimed },
  }
}

/** The names of the attributes that role-sync writes. */
const ownNames = ['reason', 'target', 'member', 'event', 'unproven', 'guard', 'sender', 'trail']

const reasonOf = (attributes: DeadLetter['attributes']): LetterReason =>
  reasons.find(reason => reason === attributes.reason) ?? 'crashed'

/** The names of a letter: from its body, as parsed today, else from its attributes. */
export const namesOfLetter = ({ attributes }: DeadLetter, { named }: ParsedEvent): Named => ({
  event: named.event ?? attributes.event ?? null,
  source: named.source,
  target: named.target ?? attributes.target ?? null,
  member: named.member ?? attributes.member ?? null,
})

/** The same, from the attributes alone if `parse` throws, which is a bug. `now` is milliseconds since 1970. */
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

/** When it became a dead letter, in milliseconds since 1970; the time of its send if `failedAt` is missing. */
export const diedAt = ({ trail, sentAt }: Pick<DeadLetter, 'trail' | 'sentAt'>): number => {
  const failedAt = Date.parse(trail?.failedAt ?? '')
  return Number.isNaN(failedAt) ? sentAt : failedAt
}
