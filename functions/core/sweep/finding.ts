import type { Desired } from '../ledger/desired-state.ts'
import type { Entry } from '../ledger/ledger-entry.ts'

/**
 * What a reading of a scope finds of one member (functions/README.md#the-sweep). `same`: the target shows what is applied. `drift`: it shows
 * another state. `unmanaged`: no event ever named the member. `unapplied`: events named it, and nothing is applied; they may take effect later. `gone`: something
 * is applied, and the target does not list the member. `unshown`: the list does not show the state. `in_flight`: a change may be
 * taking effect, so nothing can be said.
 */
export type Finding = 'same' | 'drift' | 'unmanaged' | 'unapplied' | 'gone' | 'unshown' | 'in_flight'

/** When a change that is applied is surely on a page that is read after it, in milliseconds: it covers the skew of clocks. */
export const settledAfterMs = 60_000

/** What was seen of one member. The entry was read after the list, strongly. */
export interface Look {
  /** The member on the list, with the state that it shows. Absent if a list that was read to its end lacks the member. */
  readonly listed?: { readonly state?: Desired } | undefined
  readonly entry: Entry | undefined
  /** A change of it takes effect later. */
  readonly isPending?: boolean
  /** When the request for the page began, or for a member that is not listed the reading of the list. Milliseconds since 1970. */
  readonly at: number
  /** A change that is applied later than this before `at` may not be on the page, in milliseconds. A minute by default. */
  readonly settleMs?: number
}

/**
 * The finding of one member. `isExactly` compares as the target's proof does. `in_flight` is worth another look. Undefined if there is
 * nothing to say: the member is not listed, and nothing was applied.
 */
export function findingOf(
  { listed, entry, isPending = false, at, settleMs = settledAfterMs }: Look,
  isExactly: (shown: Desired, wanted: Desired) => boolean,
): Finding | undefined {
  if (!entry) return listed && (isPending ? 'unapplied' : 'unmanaged')
  const { applied } = entry
  if (!listed && !applied) return undefined
  if (listed && applied && !listed.state) return 'unshown'
  if (listed?.state && applied && isExactly(listed.state, applied.desired)) return 'same'
  if (isInFlight(entry, at - settleMs)) return 'in_flight'
  if (!listed) return 'gone'
  return applied ? 'drift' : 'unapplied'
}

/**
 * Whether a write of role-sync may have had an effect that is not known, or a change is retried. A change that has its letter is not: once no write
 * of it can land any more, what the list shows is believed. Else a drift of such a member would be hidden for ever.
 */
function isInFlight(
  { applied, reasserted, lease, unanswered, unproven, failures, ended = [] }: Entry,
  since: number,
): boolean {
  const hasLetter = (event: string) => ended.some(({ version }) => version.id === event)
  if (lease && (lease.until > since || !hasLetter(lease.event))) return true
  if (unanswered && unanswered.until > since) return true
  const provenAt = reasserted?.[0]?.at ?? applied?.at
  if (provenAt !== undefined && provenAt > since) return true
  if (unproven !== undefined && !hasLetter(unproven)) return true
  return failures > 0 && ended.length === 0
}
