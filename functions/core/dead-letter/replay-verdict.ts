import { type Change, isFence, type ParsedEvent } from '../event/event.ts'
import type { Entry } from '../ledger/ledger-entry.ts'
import { finish, pending } from '../ledger/open-entry.ts'
import { scopeName } from '../people/person-event.ts'
import type { DeadLetter } from './dead-letter.ts'

/** What a replay of a letter would do. */
export const letterVerdicts = ['apply', 'superseded', 'duplicate', 'invalid', 'undecided', 'held'] as const

export type LetterVerdict =
  /** `detail`: for an event that names a person, the scopes to search. */
  | { readonly verdict: 'apply'; readonly detail?: string }
  /** Already finished. `by`: the event that is applied. `since`: when it was proven, in milliseconds since 1970. */
  | {
      readonly verdict: SettledVerdict
      readonly by: string
      readonly since: number
      readonly detail?: string
    }
  | { readonly verdict: 'invalid' | 'undecided' | 'held'; readonly detail: string }

export type SettledVerdict = 'superseded' | 'duplicate'

/**
 * The verdict on a letter, from its body as parsed now and its member's entry. Rule 1 of `open` comes first, as in the
 * consumer. While a write of the entry may still land or is unproven, the letter is undecided. If the unproven write is the
 * letter's own, only a replay can settle it, so the verdict is `apply`. A letter that a guard holds needs an approval first.
 */
export function planLetter(
  letter: Pick<DeadLetter, 'messageId' | 'reason'>,
  parsed: ParsedEvent,
  entry: Entry | undefined,
  now: number,
): LetterVerdict {
  if (!parsed.ok) return { verdict: 'invalid', detail: `${parsed.reason}: ${parsed.detail}` }
  if (parsed.lookup) {
    const scopes = parsed.lookup.scopes.map(scopeName).join(', ')
    return { verdict: 'apply', detail: `role-sync searches the person in ${scopes}` }
  }
  const settled = settledBy(letter, parsed.change, entry)
  if (settled) return settled
  if (letter.reason === 'held') return { verdict: 'held', detail: needsApproval }
  const detail = entry && unsettled(entry, parsed.change, now)
  return detail ? { verdict: 'undecided', detail } : { verdict: 'apply' }
}

const needsApproval = 'needs an approval: role-sync hold approve'

/** Rule 1 of `open` for a letter. A letter that was itself applied and then not deleted is a duplicate. */
export function settledBy(
  { messageId }: Pick<DeadLetter, 'messageId'>,
  change: Change,
  entry: Entry | undefined,
): Extract<LetterVerdict, { verdict: SettledVerdict }> | undefined {
  const finished = finish(entry, { ...change, message: messageId, isFence: isFence(change) })
  if (!finished) return undefined
  const { outcome, by, differs } = finished
  return {
    verdict: outcome === 'superseded' ? outcome : 'duplicate',
    by: by.event,
    since: by.at,
    ...(differs ? { detail: 'an event of the same version with another state is applied' } : {}),
  }
}

/**
 * Whether a superseded letter is a withdrawal whose fence is not in the entry: then its body goes to the changes queue before the letter is removed,
 * so that the sync function raises the fence. What a guard holds was released by nobody, and raises none.
 */
export const raisesFence = (
  { reason, messageId }: Pick<DeadLetter, 'reason' | 'messageId'>,
  change: Change,
  entry: Entry | undefined,
): boolean =>
  reason !== 'held' &&
  finish(entry, { ...change, message: messageId, isFence: isFence(change) })?.entry !== undefined

function unsettled(entry: Entry, { version }: Change, now: number): string | undefined {
  const { lease, unanswered, unproven } = entry
  if (lease && now < lease.until) return `event ${lease.event} is being written until ${iso(lease.until)}`
  const landing = pending(unanswered, now)
  if (landing) return `a write that was not answered may still land until ${iso(landing.until)}`
  const open = lease?.event ?? unproven // a lease that ran out without a close: its write is unproven
  return open === undefined || open === version.id ? undefined : `the write of event ${open} is unproven`
}

/** A member's ledger entry. Undefined if there is none, `unknown` if the ledger did not answer. */
export type KnownEntry = Entry | undefined | 'unknown'

/**
 * Whether a letter of this event is `unproven` by its member's entry: a write to the member may have had an effect. This includes
 * a lease that ran out without a close, and the lease of this event's own attempt. True if the ledger did not answer.
 */
export function isUnproven(entry: KnownEntry, event: string | null, now: number): boolean {
  if (entry === undefined || entry === 'unknown') return entry === 'unknown'
  const { unproven, lease } = entry
  return unproven !== undefined || (lease !== undefined && (now >= lease.until || lease.event === event))
}

/**
 * Whether a letter is `unproven`: by its attribute or, if SQS moved the letter, by its member's entry. It is so as well where the
 * last write in doubt is that of its own event: a repeat of its message may have sent it after the letter.
 */
export function isLetterUnproven(
  { reason, attributes }: Pick<DeadLetter, 'reason' | 'attributes'>,
  event: string | null,
  entry: KnownEntry,
  now: number,
): boolean {
  if (reason === 'crashed') return isUnproven(entry, event, now)
  if (attributes.unproven === 'true') return true
  return event !== null && entry !== 'unknown' && entry?.unproven === event
}

const iso = (ms: number): string => new Date(ms).toISOString()
