import type { Named } from '../event/event.ts'
import { type DeadLetter, diedAt } from './dead-letter.ts'
import type { GuardName, LetterReason } from './reason.ts'

/** A filter of letters. All given fields must match. */
export interface LetterFilter {
  readonly reason?: LetterReason
  /** Of held letters. */
  readonly guard?: GuardName
  /** Who sent the change. */
  readonly sender?: string
  readonly target?: string
  readonly member?: string
  /** The event's id. */
  readonly event?: string
  readonly source?: string
  /** Became a dead letter at this time or later, in milliseconds since 1970. */
  readonly since?: number
  /** Became a dead letter before this time, in milliseconds since 1970. */
  readonly until?: number
}

/** Whether a letter with these names matches the filter. */
export function isMeant(filter: LetterFilter, letter: DeadLetter, named: Named): boolean {
  const { reason, guard, sender, target, member, event, source, since, until } = filter
  const is = (wanted: string | undefined, value: string | null | undefined) =>
    wanted === undefined || wanted === value
  return (
    is(reason, letter.reason) &&
    is(guard, letter.attributes.guard) &&
    is(sender, letter.attributes.sender) &&
    is(target, named.target) &&
    is(member, named.member) &&
    is(event, named.event) &&
    is(source, named.source) &&
    (since === undefined || diedAt(letter) >= since) &&
    (until === undefined || diedAt(letter) < until)
  )
}
