import { gaveUp } from '../dead-letter/reason.ts'
import type { Message } from '../event/sqs-message.ts'
import type { Effect } from '../outcome/effect.ts'
import {
  type Final,
  type GiveUpRules,
  isGivenUp,
  isTooOld,
  type RetryCause,
  wasTried,
} from '../outcome/verdict.ts'
import { redact } from '../redact.ts'
import { doneWords, type Sought } from './person-findings.ts'

/** The verdict on a message that names a person. */
export type PersonVerdict = Final | ({ readonly kind: 'retry' } & Waits)

/** Why a message is retried. */
export interface Waits {
  readonly cause: RetryCause
  readonly detail: string
  readonly status?: number
  /** The delay that the target asked for, in milliseconds. */
  readonly delayMs?: number
}

/**
 * The verdict on a message after its scopes were searched and the events of the found members were sent. It gives up by the
 * same rules as for a change; the letter then says what was done for the person.
 */
export function personVerdict(
  sought: Sought,
  message: Message,
  now: number,
  rules: GiveUpRules,
): PersonVerdict {
  const waits = waitsFor(sought)
  if (!waits) return endOf(sought)
  const isOver = wasTried(waits.cause) && isGivenUp(message, now, rules)
  if (!isOver && !isTooOld(message, now, rules)) return { kind: 'retry', ...waits }
  if (sought.kind === 'ambiguous') return endOf(sought)
  const done = doneWords([...sought.enqueued, ...sought.members], [])
  if (done === undefined) return givenUp(waits)
  return givenUp({ ...waits, detail: `${waits.detail.slice(0, maxDetailLength)}; ${done}` })
}

/** Retries a message for a cause that is not about the person. Gives up if the message is too old. */
export const unlessTooOld = (
  waits: Waits,
  message: Message,
  now: number,
  rules: GiveUpRules,
): PersonVerdict => (isTooOld(message, now, rules) ? givenUp(waits) : { kind: 'retry', ...waits })

const givenUp = (waits: Waits): Final => dead('gave_up', redact(gaveUp(waits).detail), waits.status)

/** How much of a target's detail is kept beside the text on what was done, in characters. */
const maxDetailLength = 150

/** Why the message must wait. Undefined if the search is complete. */
function waitsFor(sought: Sought): Waits | undefined {
  if (sought.kind === 'ambiguous') {
    return sought.certain ? undefined : { cause: 'person_ambiguous', detail: sought.detail }
  }
  if (sought.unread) return unreadWaits(sought.unread)
  if (sought.certain) return undefined
  return { cause: 'person_not_found', detail: `not yet in ${sought.missing}` }
}

/** Why a message waits for a list that was not read. Throws for an effect that is no reason to wait. */
export function unreadWaits(effect: Effect): Waits {
  if (effect.kind === 'proven' || effect.kind === 'refused') {
    throw new Error(`a list that was not read: ${effect.kind}`)
  }
  const { cause, detail, status, delayMs } = effect
  return { cause, detail, ...(status && { status }), ...(delayMs && { delayMs }) }
}

function endOf(sought: Sought): Final {
  if (sought.kind === 'ambiguous') return dead('person_ambiguous', sought.detail)
  const { enqueued, members, missing } = sought
  const events = enqueued.length + members.length
  if (events === 0) return dead('person_not_found', `no member has this e-mail address in ${missing}`)
  const elsewhere = missing === undefined ? {} : { detail: `not in ${missing}` }
  return { kind: 'done', outcome: 'resolved', events, ...elsewhere }
}

const dead = (
  reason: 'person_ambiguous' | 'person_not_found' | 'gave_up',
  detail: string,
  status?: number,
): Final => ({ kind: 'dead', letter: { reason, detail: detail.slice(0, 500), ...(status && { status }) } })
