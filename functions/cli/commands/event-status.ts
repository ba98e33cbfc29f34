import { isLetterUnproven } from '../../core/dead-letter/planned-letters.ts'
import type { GuardName } from '../../core/dead-letter/reason.ts'
import type { Instant } from '../../core/event/instant.ts'
import { compareVersions, type Version } from '../../core/event/version.ts'
import type { Shows } from '../../core/guard/shadow.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import { compareText } from '../../core/json.ts'
import type { EndedMessage, Entry } from '../../core/ledger/ledger-entry.ts'
import { moment } from '../io/durations.ts'
import type { NamedLetter } from './look-at-letters.ts'

/** An event whose outcome is looked for. */
export interface AskedEvent {
  /** The event's id. */
  readonly event: string
  /** Undefined if only the id is known. */
  readonly version?: Version
  /** Null if the event names a person; undefined if unknown. */
  readonly member: string | null | undefined
  /** The event's source, if only that and the id are known. */
  readonly source?: string | undefined
  /** The id of its message on the changes queue, if known. */
  readonly message?: string
  /** It takes access away, by the catalogue. */
  readonly withdraws?: object | true | undefined
  /** Its end, if it has one. */
  readonly ends?: object | undefined
}

/** What ledger and letters say about an event. Times are milliseconds since 1970. */
export type EventStatus =
  | { readonly status: 'applied'; readonly since: number }
  /** `since`: when the newer change was proven, as far as the ledger knows it. */
  | { readonly status: 'superseded'; readonly by: string; readonly since?: number }
  /** The event named a person, and events of its members are on the queue since then, as far as that is known. */
  | {
      readonly status: 'resolved'
      readonly events: number
      readonly since?: number
      /** Its message, if the history knows it. */
      readonly message?: string
    }
  /** Nothing was written. The index of the history says no more. */
  | {
      readonly status: 'shadow'
      readonly since: number
      readonly wouldHold?: GuardName | undefined
      readonly shows?: Shows | undefined
    }
  /** It takes effect later: at this instant, if the index of the history or the event says it. */
  | { readonly status: 'scheduled'; readonly from?: Instant | undefined }
  /** A re-assertion: what is applied was written again. */
  | { readonly status: 'reasserted'; readonly since: number }
  | { readonly status: 'dead'; readonly reason: string; readonly detail?: string; readonly unproven?: true }
  /** An attempt holds the lease, or the event's last write is unproven. */
  | { readonly status: 'waiting'; readonly detail: string }
  /** Ledger and letters cannot decide. */
  | { readonly status: 'waiting_or_unknown'; readonly detail: string }

/** Whether an event needs nothing more. */
export const isDone = ({ status }: EventStatus): boolean =>
  status !== 'dead' && status !== 'waiting' && status !== 'waiting_or_unknown'

/** The status of an event by its items in the history. Undefined if they say nothing of it. `dead` is not certain here either. */
export function statusInHistory(
  { version, message }: AskedEvent,
  items: readonly HistoryItem[],
): EventStatus | undefined {
  // Redacted ids of several events may be the same.
  const same = items.filter(({ time }) => !version || time === undefined || time === version.time)
  const own = same.filter(item => message === undefined || item.message === message)
  // The end of a change is proven after it.
  const [applied] = same
    .filter(({ outcome }) => outcome === 'applied')
    .toSorted((a, b) => compareText(a.at, b.at))
  if (applied) return { status: 'applied', since: Date.parse(applied.at) }
  const [last] = own.toSorted((a, b) => compareText(b.at, a.at))
  switch (last?.outcome) {
    case 'superseded':
      return { status: 'superseded', by: last.by ?? '' }
    case 'resolved':
      return {
        ...{ status: 'resolved', events: last.events ?? 0, since: Date.parse(last.at) },
        message: last.message,
      }
    case 'shadow': {
      const { wouldHold, shows } = last
      return { status: 'shadow', since: Date.parse(last.at), ...(shows && { wouldHold, shows }) }
    }
    case 'scheduled':
      return { status: 'scheduled', from: version?.from ?? last.from }
    case 'reasserted':
      return { status: 'reasserted', since: Date.parse(last.at) }
    case 'dead':
    case 'held':
      return {
        status: 'dead',
        ...letterOf({ reason: last.reason ?? last.outcome, unproven: last.unproven }),
      }
    default:
      return undefined
  }
}

/**
 * The status of an event by its member's ledger entry alone. `dead` is not certain here: the letter may have been replayed or
 * dropped.
 */
export function statusInLedger(asked: AskedEvent, entry: Entry | undefined, now: number): EventStatus {
  const { event, version } = asked
  const { applied, lease, unproven } = entry ?? {}
  if (applied) {
    const {
      version: { end: _, ...at },
      at: since,
    } = applied
    const order = version ? compareVersions(at, version) : at.id === event ? 0 : -1
    if (order === 0) return { status: 'applied', since }
    if (order > 0) return { status: 'superseded', by: applied.event, since }
  }
  const ended = entry?.ended?.find(one => isOf(asked, one))
  if (ended) return { status: 'dead', ...letterOf(ended.letter) }
  if (lease?.event === event && now < lease.until)
    return { status: 'waiting', detail: `an attempt is writing it, at most until ${moment(lease.until)}` }
  if (unproven === event || lease?.event === event)
    return { status: 'waiting', detail: 'its last write is unproven; it will be tried again' }
  return { status: 'waiting_or_unknown', detail: unknownWords(asked, entry) }
}

/** A message that was sent again is another one: if its id is known, only that counts. */
function isOf({ event, version, message }: AskedEvent, ended: EndedMessage): boolean {
  if (message !== undefined) return ended.message === message
  return version ? compareVersions(ended.version, version) === 0 : ended.version.id === event
}

const letterOf = ({
  reason,
  unproven,
}: {
  readonly reason: string
  readonly unproven?: boolean | undefined
}) => ({
  reason,
  ...(unproven && { unproven: true as const }),
})

function unknownWords({ member, version }: AskedEvent, entry: Entry | undefined): string {
  if (member === undefined)
    return 'no dead letter has this id; give --member, or the file of the event, to look it up in the ledger'
  if (member === null)
    return 'it names a person who is not found yet, or it was never sent: role-sync member ADDRESS shows the members'
  const applied = entry?.applied
  if (applied && !version)
    return `the applied change of its member is event ${applied.event} of ${applied.version.time}Z`
  return 'it waits on the changes queue, or was never sent'
}

/** The status with the letters of the event. A letter comes first: its message has ended, and a person must decide. */
export function statusWithLetters(
  inLedger: EventStatus,
  letters: readonly NamedLetter[],
  entry: Entry | undefined,
  now: number,
): EventStatus {
  const [one] = letters
  if (one && inLedger.status !== 'applied') {
    const { letter, named } = one
    const unproven = isLetterUnproven(letter, named.event, entry, now)
    const detail = letter.trail?.detail
    return {
      ...{ status: 'dead', reason: letter.reason },
      ...(detail !== undefined && { detail }),
      ...(unproven && { unproven }),
    }
  }
  if (inLedger.status !== 'dead') return inLedger
  const detail = `it became a dead letter (${inLedger.reason}) that is not there any more: it was replayed and waits, or it was dropped`
  return { status: 'waiting_or_unknown', detail }
}
