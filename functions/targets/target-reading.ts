import type { Desired } from '../core/ledger/desired-state.ts'
import type { Effect } from '../core/outcome/effect.ts'

/** What a target shows of a member when it is only asked. Why it could not be read is said, and never taken for a state. */
export type Reading =
  /** `state` is in the words of the body that writes it, so that the two can be compared field by field. */
  | { readonly kind: 'holds'; readonly state: Desired }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unread'; readonly detail: string }

/** A read that ended with this effect instead of an answer: `credentials_rejected (401): …`. */
export function unread(effect: Effect): Reading {
  if (effect.kind === 'proven') return { kind: 'unread', detail: `answered ${effect.status}` }
  const word = effect.kind === 'refused' ? effect.reason : effect.cause
  const status = effect.status === undefined ? '' : ` (${effect.status})`
  return { kind: 'unread', detail: `${word}${status}: ${effect.detail}` }
}
