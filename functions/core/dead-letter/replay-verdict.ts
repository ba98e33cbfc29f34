import type { Change, ParsedEvent } from '../event/event.ts'
import type { Entry } from '../ledger/ledger-entry.ts'
import { finish, pending } from '../ledger/open-entry.ts'
import { scopeName } from '../people/person-event.ts'
import type { DeadLetter } from './dead-letter.ts'

/** What would become of a letter that is replayed. */
export const letterVerdicts = ['apply', 'superseded', 'duplicate', 'invalid', 'undecided'] as const

export type LetterVerdict =
  /** `detail`: where the person is looked for, of an event that names one. */
  | { readonly verdict: 'apply'; readonly detail?: string }
  /** Finished already: `by` is the event that is in effect, `since` when that was proven, in milliseconds since 1970. */
  | {
      readonly verdict: SettledVerdict
      readonly by: string
      readonly since: number
      readonly detail?: string
    }
  | { readonly verdict: 'invalid' | 'undecided'; readonly detail: string }

export type SettledVerdict = 'superseded' | 'duplicate'

/**
 * What would become of a letter whose body was parsed just now and whose member has this entry. Rule 1 of `open` comes
 * first, as in the function: what is applied only grows. Before the entry is settled nothing else can be said, unless it
 * is the letter's own write that is unproven: then nobody but a replay settles it.
 */
export function planLetter(
  letter: Pick<DeadLetter, 'messageId'>,
  parsed: ParsedEvent,
  entry: Entry | undefined,
  now: number,
): LetterVerdict {
  if (!parsed.ok) return { verdict: 'invalid', detail: `${parsed.reason}: ${parsed.detail}` }
  if (parsed.lookup) {
    const scopes = parsed.lookup.scopes.map(scopeName).join(', ')
    return { verdict: 'apply', detail: `the person is looked for in ${scopes}` }
  }
  const settled = settledBy(letter, parsed.change, entry)
  if (settled) return settled
  const detail = entry && unsettled(entry, parsed.change, now)
  return detail ? { verdict: 'undecided', detail } : { verdict: 'apply' }
}

/** Rule 1 for a letter; a letter that was applied itself, and crashed before it was deleted, is a duplicate of itself. */
export function settledBy(
  { messageId }: Pick<DeadLetter, 'messageId'>,
  { version, desired }: Change,
  entry: Entry | undefined,
): Extract<LetterVerdict, { verdict: SettledVerdict }> | undefined {
  const finished = entry?.applied && finish(entry.applied, { version, desired, message: messageId })
  if (!finished) return undefined
  const { outcome, by, differs } = finished
  return {
    verdict: outcome === 'superseded' ? outcome : 'duplicate',
    by: by.event,
    since: by.at,
    ...(differs ? { detail: 'applied already under this version, with another content' } : {}),
  }
}

function unsettled(entry: Entry, { version }: Change, now: number): string | undefined {
  const { lease, unanswered, unproven } = entry
  if (lease && now < lease.until) return `event ${lease.event} is being written until ${iso(lease.until)}`
  const landing = pending(unanswered, now)
  if (landing) return `a write that was not answered may still land until ${iso(landing.until)}`
  const open = lease?.event ?? unproven // a lease that ran out unclosed is a write that nobody knows of
  return open === undefined || open === version.id ? undefined : `the write of event ${open} is unproven`
}

/** A member's ledger entry; undefined where there is none, `unknown` where the ledger did not answer. */
export type KnownEntry = Entry | undefined | 'unknown'

/**
 * Whether a letter of this event is `unproven`, going by its member's entry: a write of the member is not known to have had no
 * effect. A lease that ran out unclosed is such a write, and so is the one that this event's own attempt is making now. Where
 * the ledger did not answer it is.
 */
export function isUnproven(entry: KnownEntry, event: string | null, now: number): boolean {
  if (entry === undefined || entry === 'unknown') return entry === 'unknown'
  const { unproven, lease } = entry
  return unproven !== undefined || (lease !== undefined && (now >= lease.until || lease.event === event))
}

/** Whether a letter is `unproven`: its attribute says it, and of one that SQS moved itself, which has none, its member's entry. */
export const isLetterUnproven = (
  { reason, attributes }: Pick<DeadLetter, 'reason' | 'attributes'>,
  event: string | null,
  entry: KnownEntry,
  now: number,
): boolean => (reason === 'crashed' ? isUnproven(entry, event, now) : attributes.unproven === 'true')

const iso = (ms: number): string => new Date(ms).toISOString()
