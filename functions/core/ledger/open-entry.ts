import type { Grounds } from '../dead-letter/reason.ts'
import { compareDecisions, compareVersions, type Decision, type Version } from '../event/version.ts'
import { sameDesired } from './desired-state.ts'
import { endedLetter, withEnded } from './ended-messages.ts'
import { heldLetter, type Standing, standingOf, withApproved } from './guarded-change.ts'
import type { Applied, Attempt, Entry, Guarded, Lease, LedgerRules, Unanswered } from './ledger-entry.ts'

/** How a change stands to its member before anything is sent. */
export type Opened =
  /** `entry`: with a fence that must be stored before the message ends. */
  | {
      readonly kind: 'finished'
      readonly outcome: Finished
      readonly by: Applied
      readonly differs: boolean
      readonly entry?: Entry
    }
  /** A re-assertion of a version that is not the applied one. `by`: what is applied. */
  | { readonly kind: 'not_applied'; readonly by: Applied | undefined }
  /** A re-assertion that was proven before. */
  | { readonly kind: 'reasserted' }
  /** The message became a dead letter before: it ends with the same letter. */
  | { readonly kind: 'ended'; readonly letter: Grounds }
  | { readonly kind: 'busy'; readonly until: number }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'send'; readonly entry: Entry }
  | { readonly kind: 'leased' }
  /** A guard holds the change, and what could let it through was not read yet, or not of this revision of the entry. */
  | ({ readonly rev: number } & Extract<Standing, { kind: 'unapproved' }>)
  /** A guard holds the change, or it is a re-assertion whose time is over: the message ends with this letter, which the entry keeps. */
  | { readonly kind: 'held'; readonly entry: Entry; readonly letter: Grounds }
  | { readonly kind: 'expired'; readonly entry: Entry; readonly letter: Grounds }

export type Finished = 'applied' | 'duplicate' | 'superseded'

/**
 * The `open` step of the ledger protocol (functions/README.md#the-ledger-protocol). `entry` is undefined for a member that has none
 * yet. `send` takes the lease in a changed entry, which must be stored before anything is sent. `leased`: an unanswered
 * conditional write did take the lease.
 */
export function open(
  entry: Entry | undefined,
  member: string,
  attempt: Attempt,
  now: number,
  rules: LedgerRules,
): Opened {
  const finished = finishedBy(entry, attempt)
  if (finished) return finished
  const letter = endedLetter(entry, attempt.message)
  if (letter) return { kind: 'ended', letter }

  const lease = entry?.lease
  if (lease?.holder === attempt.holder) return { kind: 'leased' }
  if (lease && now < lease.until) return { kind: 'busy', until: lease.until }

  const settled = entry && expireLease(entry, rules)
  const unanswered = pending(settled?.unanswered, now)
  const isRepeatable = rules.repeatable && !attempt.guarded?.owners
  if (unanswered && !(isRepeatable && sameDesired(unanswered.desired, attempt.desired))) {
    return { kind: 'wait', until: unanswered.until }
  }

  const { event, desired, holder, reasserts } = attempt
  const { rev, ...rest } = settled ?? newEntry(member)
  const base: Entry = { ...rest, rev: rev + 1 }
  if (reasserts && now >= reasserts.expires) {
    const over = { ...expired, unproven: base.unproven !== undefined }
    return { kind: 'expired', entry: withEnded(base, attempt, over, now), letter: over }
  }
  const taken: Lease = { holder, until: now + rules.leaseMs, event, desired }
  const passed = passing(entry, base, attempt, now)
  return passed.kind === 'free' ? { kind: 'send', entry: { ...passed.entry, lease: taken } } : passed
}

/** How a change that takes effect later stands to its member: it is ended or held, or free to be kept until then. `entry` is to be stored before. */
export function openAhead(
  entry: Entry | undefined,
  member: string,
  attempt: Guarding,
  now: number,
):
  | Extract<Opened, { kind: 'ended' | 'unapproved' | 'held' }>
  | { readonly kind: 'free'; readonly entry?: Entry } {
  const { message } = attempt
  const letter = endedLetter(entry, message)
  if (letter) return { kind: 'ended', letter }
  const { rev, ...rest } = entry ?? newEntry(member)
  const passed = passing(entry, { ...rest, rev: rev + 1 }, attempt, now)
  return passed.kind === 'free' && passed.by === undefined ? { kind: 'free' } : passed
}

type Guarding = Pick<Attempt, 'version' | 'message' | 'reasserts' | 'guarded'>

/** What the guards of a change say. `base` is the entry with its next revision; a letter or a used approval is stored in it. */
function passing(
  entry: Entry | undefined,
  base: Entry,
  attempt: Guarding,
  now: number,
):
  | Extract<Opened, { kind: 'unapproved' | 'held' }>
  | { readonly kind: 'free'; readonly entry: Entry; readonly by?: readonly string[] | undefined } {
  const { guarded, message, version } = attempt
  if (!guarded) return { kind: 'free', entry: base }
  const standing = standingOf(entry, attempt, guarded, now)
  if (standing.kind === 'unapproved') return { ...standing, rev: base.rev - 1 }
  if (standing.kind === 'free') {
    const { by } = standing
    const approved = by ? withApproved(base, { message, version, key: guarded.key, by }) : base
    return { kind: 'free', entry: approved, by }
  }
  const held = heldLetter(standing.held, base)
  return { kind: 'held', entry: withEnded(base, attempt, held, now), letter: held }
}

/** The entry of a member before it is first stored. */
export const newEntry = (member: string): Entry => ({ member, rev: 0, failures: 0 })

const expired: Grounds = { reason: 'expired', detail: 'data.expires: the time of this re-assertion is over' }

/**
 * Rule 1, which finishes a change whatever else the entry says. A re-assertion is finished by any other version than its own: an older
 * one can be applied only in a ledger that was put back.
 */
export function finishedBy(
  entry: Entry | undefined,
  attempt: Finishing & Pick<Attempt, 'reasserts'>,
): Extract<Opened, { kind: 'finished' | 'not_applied' | 'reasserted' }> | undefined {
  const { applied, reasserted = [] } = entry ?? {}
  if (!attempt.reasserts) return finish(entry, attempt)
  if (!isApplied(applied, attempt.version)) return { kind: 'not_applied', by: applied }
  return reasserted.some(({ message }) => message === attempt.message) ? { kind: 'reasserted' } : undefined
}

/** Whether exactly this version is applied. */
export const isApplied = (applied: Applied | undefined, version: Version): applied is Applied =>
  applied !== undefined && compareVersions(applied.version, version) === 0

type Finishing = Pick<Attempt, 'version' | 'desired' | 'message' | 'isFence' | 'guarded'>

/**
 * Rule 1: what is applied already, or newer than the change, finishes it, whatever else the entry says. So does a fence that was decided later. A
 * withdrawal is not finished by what was decided before it. One of a protected member from a sender that is not named raises no fence.
 */
export function finish(
  entry: Entry | undefined,
  { version, desired, message, isFence, guarded }: Finishing,
): (Opened & { kind: 'finished' }) | undefined {
  const applied = entry?.applied
  if (!applied) return undefined
  const order = compareVersions(applied.version, version)
  const isSame = order === 0
  const isBehind = fenceAhead(entry, version) !== undefined
  const isOlder = order > 0 && !(isFence && compareDecisions(applied.version, version) < 0)
  if (!isSame && !isBehind && !isOlder) return undefined
  const outcome = !isSame ? 'superseded' : applied.message === message ? 'applied' : 'duplicate'
  const raised = isFence && !isProtected(guarded) ? withFence(entry as Entry, version) : entry
  return {
    ...{ kind: 'finished', outcome, by: applied },
    differs: isSame && !sameDesired(applied.desired, desired),
    ...(raised !== entry && { entry: { ...(raised as Entry), rev: (entry as Entry).rev + 1 } }),
  }
}

/** Whether the guard `protected` holds the change. */
const isProtected = ({ held, tried }: Pick<Guarded, 'held' | 'tried'> = { tried: [] }): boolean =>
  held?.guard === 'protected' && !tried.includes(held)

/** The fence of an entry, if it was decided later than a change. */
export const fenceAhead = (entry: Entry, version: Version): Decision | undefined =>
  entry.fence && compareDecisions(version, entry.fence) < 0 ? entry.fence : undefined

/** The entry with the newer of its fence and this decision; the entry itself if that is its fence. */
export function withFence(entry: Entry, { time, sequence, source, id }: Decision): Entry {
  const fence = { time, sequence, source, id }
  return entry.fence && compareDecisions(entry.fence, fence) >= 0 ? entry : { ...entry, fence }
}

/** The unanswered write, while it may still land. */
export const pending = (unanswered: Unanswered | undefined, now: number): Unanswered | undefined =>
  unanswered && now < unanswered.until ? unanswered : undefined

/** A lease that ran out unclosed was an unanswered write of its desired state. */
export function expireLease(entry: Entry, rules: Pick<LedgerRules, 'landWithinMs'>): Entry {
  const { lease, ...rest } = entry
  if (!lease) return entry
  const until = Math.max(lease.until + rules.landWithinMs, entry.unanswered?.until ?? 0)
  return { ...rest, unanswered: { until, desired: lease.desired }, unproven: lease.event }
}
