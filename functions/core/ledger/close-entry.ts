import { type Grounds, gaveUp } from '../dead-letter/reason.ts'
import { compareVersions, type Version } from '../event/version.ts'
import type { Deferred, Effect, Refused, Unknown } from '../outcome/effect.ts'
import { wasTried } from '../outcome/verdict.ts'
import { messageRetentionMs } from '../sqs-limits.ts'
import type { Desired } from './desired-state.ts'
import { endedLetter, withEnded, withoutFinished } from './ended-messages.ts'
import { approversOf, withoutApproved } from './guarded-change.ts'
import type { Applied, Attempt, Entry, Lease, LedgerRules } from './ledger-entry.ts'
import { pending, withFence } from './open-entry.ts'

/** What follows from an attempt's effect. Unless `lost`, `entry` must be stored before anything else happens. */
export type Closed =
  /** The lease no longer has this attempt's holder: the message is retried. */
  | { readonly kind: 'lost' }
  /** `replaced`: what was applied before. */
  | {
      readonly kind: 'done'
      readonly entry: Entry & { readonly applied: Applied }
      readonly replaced: Applied | undefined
    }
  /** The message is retried: at `until` while an unanswered write of another may still land, else after the backoff. */
  | { readonly kind: 'retry'; readonly entry: Entry; readonly until?: number }
  /** The message ends with this letter, and so does every repeat of it: the entry keeps it. */
  | { readonly kind: 'dead'; readonly entry: Entry; readonly letter: Grounds }
  /** Refused, but the member may not hold what is applied: that state is sent once more under the same lease. */
  | {
      readonly kind: 'restore'
      readonly entry: Entry
      readonly desired: Desired
      readonly refusal: Refused
    }

/**
 * The `close` step of the ledger protocol (functions/README.md#the-ledger-protocol): what the effect of an attempt makes of the
 * entry and of the message. A write that was taken but shows another state is `refused` (`no_effect`). It may have had an effect, so
 * the entry is unproven by it.
 */
export function close(
  entry: Entry | undefined,
  attempt: Attempt,
  effect: Effect,
  now: number,
  rules: LedgerRules,
): Closed {
  if (entry?.lease?.holder !== attempt.holder) return { kind: 'lost' }
  const ended = endLease(entry, now)

  switch (effect.kind) {
    case 'proven': {
      if (attempt.reasserts && entry.applied) return reasserted(ended, entry.applied, attempt, now)
      const { unproven: _, ...proven } = withoutFinished(ended, attempt.version)
      const { version, event, message, desired, facts, guarded, isFence } = attempt
      const approvedBy = guarded && approversOf(entry, guarded, now)
      const applied = {
        ...{ version, event, message, desired, at: now, ...facts },
        ...(approvedBy && { approvedBy }),
        ...(isLater(entry.applied, version) && { tookOver: entry.applied.event }),
      }
      const settled = { ...proven, applied, failures: 0 }
      return {
        kind: 'done',
        entry: isFence ? { ...withFence(settled, version), applied } : settled,
        replaced: entry.applied,
      }
    }
    case 'unknown':
    case 'deferred':
      return retryOrGiveUp(failed(ended, entry, effect, now, rules), attempt, effect, now)
    case 'refused': {
      const doubted = effect.reason === 'no_effect' ? { ...ended, unproven: entry.lease.event } : ended
      const unanswered = pending(doubted.unanswered, now)
      if (unanswered) return { kind: 'retry', entry: doubted, until: unanswered.until }
      const isInDoubt = doubted.unproven !== undefined && !attempt.reasserts
      if (!isInDoubt || !doubted.applied) return refused(doubted, attempt, effect, now)
      return restoring(entry.lease, doubted, doubted.applied, effect)
    }
  }
}

/**
 * The second close of an attempt whose change was refused (`refusal`) and that put the applied state right: `effect` is that of the
 * restoring write. Proven: the member is known to hold what is applied. Refused: the letter says `unproven`. Else the message is
 * retried.
 */
export function closeRestored(
  entry: Entry | undefined,
  attempt: Attempt,
  refusal: Refused,
  effect: Effect,
  now: number,
  rules: LedgerRules,
): Exclude<Closed, { kind: 'restore' | 'done' }> {
  if (entry?.lease?.holder !== attempt.holder) return { kind: 'lost' }
  const ended = endLease(entry, now)

  switch (effect.kind) {
    case 'proven': {
      const { unproven: _, ...proven } = ended
      return refused({ ...proven, failures: 0 }, attempt, refusal, now)
    }
    case 'refused':
      return dead(ended, attempt, { ...groundsOf(refusal), unproven: true }, now)
    case 'unknown':
    case 'deferred':
      return retryOrGiveUp(failed(ended, entry, effect, now, rules), attempt, effect, now)
  }
}

/** Whether what is applied takes effect later than a version that takes over from it. */
const isLater = (applied: Applied | undefined, version: Version): applied is Applied =>
  applied !== undefined && compareVersions(applied.version, version) > 0

/** The most re-assertions that one entry remembers. */
const mostReasserted = 20

/**
 * What is applied was written again and proven. It stays as it is: a re-assertion is no newer event. A repeat of its message ends the same way, as
 * long as SQS may deliver it. An approval that was used ends.
 */
function reasserted(ended: Entry, applied: Applied, { message }: Attempt, now: number): Closed {
  const isNewer = ({ version }: { readonly version: Version }) =>
    compareVersions(version, applied.version) > 0
  const { unproven: _, reasserted: before = [], ...proven } = withoutApproved(ended, isNewer)
  const known = before.filter(({ at }) => now - at < messageRetentionMs).slice(0, mostReasserted - 1)
  return {
    ...{ kind: 'done', replaced: undefined },
    entry: { ...proven, applied, reasserted: [{ message, at: now }, ...known], failures: 0 },
  }
}

/** Ends the message with this letter. If another delivery ended it meanwhile, as too old, it keeps the letter that it has. */
function dead(
  entry: Entry,
  attempt: Attempt,
  grounds: Grounds,
  now: number,
): Extract<Closed, { kind: 'dead' }> {
  const { wouldHold } = attempt.facts ?? {}
  const letter = { ...grounds, ...(wouldHold && { wouldHold }) }
  const kept = endedLetter(entry, attempt.message)
  if (kept) return { kind: 'dead', entry, letter: kept }
  return { kind: 'dead', entry: withEnded(entry, attempt, letter, now), letter }
}

const refused = (entry: Entry, attempt: Attempt, refusal: Refused, now: number) =>
  dead(entry, attempt, { ...groundsOf(refusal), unproven: entry.unproven !== undefined }, now)

const groundsOf = ({ reason, status, detail }: Refused): Grounds => ({ reason, status, detail })

/** A message is given up only after an attempt of its own that reached the target. */
function retryOrGiveUp(
  entry: Entry,
  attempt: Attempt,
  effect: Unknown | Deferred,
  now: number,
): Extract<Closed, { kind: 'retry' | 'dead' }> {
  if (!wasTried(effect.cause) || now < attempt.givenUpAt) return { kind: 'retry', entry }
  return dead(entry, attempt, { ...gaveUp(effect), unproven: entry.unproven !== undefined }, now)
}

/** The entry without its lease, and without an unanswered write whose time is up. */
function endLease(entry: Entry, now: number): Entry {
  const { lease: _lease, unanswered, ...rest } = entry
  const still = pending(unanswered, now)
  return { ...rest, rev: entry.rev + 1, ...(still ? { unanswered: still } : {}) }
}

function failed(
  ended: Entry,
  { lease, unanswered }: Entry,
  effect: Unknown | Deferred,
  now: number,
  rules: LedgerRules,
): Entry {
  const counted: Entry = { ...ended, failures: ended.failures + 1 }
  if (effect.kind === 'deferred' || !lease) return counted
  const unproven = { ...counted, unproven: lease.event }
  if (effect.answered) return unproven
  // A reset or a gateway's answer may come long before the time-out from which `landWithin` counts.
  const early = effect.cause === 'timeout' ? 0 : rules.requestTimeoutMs
  const until = Math.max(now + early + rules.landWithinMs, unanswered?.until ?? 0)
  return { ...unproven, unanswered: { until, desired: lease.desired } }
}

/**
 * Names the applied state in the lease before it is sent: should the attempt die now, the write that may still land is
 * this one, not the change's, and the exception for the same state (open, rule 4) must not be granted to the change.
 */
const restoring = (lease: Lease, ended: Entry, { desired }: Applied, refusal: Refused): Closed => ({
  kind: 'restore',
  entry: { ...ended, lease: { ...lease, desired } },
  desired,
  refusal,
})
