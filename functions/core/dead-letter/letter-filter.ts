import type { Named } from '../event/event.ts'
import { type DeadLetter, diedAt } from './dead-letter.ts'
import type { LetterReason } from './reason.ts'

/** Which letters are meant: those to which all that is given applies. */
export interface LetterFilter {
  readonly reason?: LetterReason
  readonly target?: string
  readonly member?: string
  /** The event's id. */
  readonly event?: string
  readonly source?: string
  /** Became a dead letter then or later: milliseconds since 1970. */
  readonly since?: number
  /** Became a dead letter before then: milliseconds since 1970. */
  readonly until?: number
}

/** Whether a letter, which is called so, is meant. */
export function isMeant(filter: LetterFilter, letter: DeadLetter, named: Named): boolean {
  const { reason, target, member, event, source, since, until } = filter
  const is = (wanted: string | undefined, value: string | null) => wanted === undefined || wanted === value
  return (
    is(reason, letter.reason) &&
    is(target, named.target) &&
    is(member, named.member) &&
    is(event, named.event) &&
    is(source, named.source) &&
    (since === undefined || diedAt(letter) >= since) &&
    (until === undefined || diedAt(letter) < until)
  )
}
