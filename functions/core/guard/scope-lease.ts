import type { Entry, LedgerRules } from '../ledger/ledger-entry.ts'
import { expireLease, pending } from '../ledger/open-entry.ts'
import type { Stepped } from '../ports.ts'
import { expiryAttribute } from '../resource-names.ts'

/** The lease of a scope: who may lose a guarded role there. An item of the ledger's table. */
export interface ScopeItem extends Stepped {
  readonly demotion: Demotion
  /** Seconds since 1970. */
  readonly [expiryAttribute]: number
}

/** A member that may lose a guarded role: only by a lease that follows this revision of its entry. */
export interface Demotion {
  readonly member: string
  readonly rev: number
  /** When the scope's lease was taken, in milliseconds since 1970. */
  readonly at: number
}

/** How long an item stays that no change asks for, in milliseconds: longer than any instance can remember it. Without it the revision begins anew. */
const keepMs = 14 * 86_400_000

/** The key of a scope's item. */
export const scopeLeaseKey = (scope: string): string => `owners/${scope}`

/**
 * Takes the lease of a scope for a demotion. It is free if there is none, if the one there `isOver`, or if it is of the same member: that one's
 * revision was read, so nothing of an older one may land any more.
 */
export function takeScope(
  item: ScopeItem | undefined,
  key: string,
  mine: Demotion,
  isOver: (demotion: Demotion) => boolean,
): { readonly kind: 'taken'; readonly entry: ScopeItem } | { readonly kind: 'busy'; readonly by: Demotion } {
  const by = item?.demotion
  if (by && !(by.member === mine.member ? by.rev <= mine.rev : isOver(by))) return { kind: 'busy', by }
  const expires = Math.ceil((mine.at + keepMs) / 1000)
  const entry = { member: key, rev: (item?.rev ?? 0) + 1, demotion: mine, [expiryAttribute]: expires }
  return { kind: 'taken', entry }
}

/**
 * From when on a demotion may be over, as its member's entry tells. Undefined if it is over: it has no effect that nobody has seen, and it can
 * get no lease any more. Either its revision has passed, or its invocation has ended.
 */
export function notOverUntil(
  entry: Entry | undefined,
  { rev, at }: Pick<Demotion, 'rev' | 'at'>,
  now: number,
  rules: Pick<LedgerRules, 'leaseMs' | 'landWithinMs'>,
): number | undefined {
  if (entry?.lease && now < entry.lease.until) return now
  const unanswered = entry && pending(expireLease(entry, rules).unanswered, now)
  if (unanswered) return unanswered.until
  return (entry?.rev ?? 0) > rev || now - at >= rules.leaseMs ? undefined : now
}
