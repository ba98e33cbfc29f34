import { isLetterUnproven } from '../../core/dead-letter/planned-letters.ts'
import { msSince } from '../../core/event/instant.ts'
import { compareVersions, type Version } from '../../core/event/version.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import { compareText } from '../../core/json.ts'
import type { EndedMessage, Entry } from '../../core/ledger/ledger-entry.ts'
import { durationWords, moment } from '../io/durations.ts'
import { reasonWords } from './letter-rows.ts'
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
  | { readonly status: 'dead'; readonly reason: string; readonly detail?: string; readonly unproven?: true }
  /** An attempt holds the lease, or the event's last write is unproven. */
  | { readonly status: 'waiting'; readonly detail: string }
  /** Ledger and letters cannot decide. */
  | { readonly status: 'waiting_or_unknown'; readonly detail: string }

/** Whether an event needs nothing more. */
export const isDone = ({ status }: EventStatus): boolean =>
  status === 'applied' || status === 'superseded' || status === 'resolved'

/** The status of an event by its items in the history. Undefined if they say nothing of it. `dead` is not certain here either. */
export function statusInHistory(
  { version, message }: AskedEvent,
  items: readonly HistoryItem[],
): EventStatus | undefined {
  // Redacted ids of several events may be the same.
  const same = items.filter(({ time }) => !version || time === undefined || time === version.time)
  const own = same.filter(item => message === undefined || item.message === message)
  const applied = same.find(({ outcome }) => outcome === 'applied')
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
    const { version: at, at: since } = applied
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

/** A status as text. */
export function statusWords(status: EventStatus, now: number): string {
  switch (status.status) {
    case 'applied':
      return `applied: confirmed at the target ${ago(status.since, now)}`
    case 'superseded':
      return `superseded: by event ${status.by}${status.since === undefined ? '' : `, applied ${ago(status.since, now)}`}`
    case 'resolved': {
      const made = status.events === 1 ? 'event was' : 'events were'
      const when = status.since === undefined ? '' : ` ${ago(status.since, now)}`
      return `resolved: ${status.events} ${made} made for the members of the person${when}`
    }
    case 'dead': {
      const { reason, detail, unproven } = status
      if (reason === 'held') return `held: ${detail ?? 'a guard holds it until a person approves it'}`
      return `dead: ${reasonWords({ reason, ...(unproven && { unproven }) })}${detail === undefined ? '' : `: ${detail}`}`
    }
    case 'waiting':
      return `waiting: ${status.detail}`
    case 'waiting_or_unknown':
      return `waiting, or unknown: ${status.detail}`
    default:
      return status satisfies never
  }
}

/** How long a withdrawal has left access open, as text. Undefined for any other event, and where a newer change took over. */
export function exposureWords(
  { withdraws, version }: AskedEvent,
  status: EventStatus,
  now: number,
): string | undefined {
  if (!withdraws || !version || status.status === 'superseded' || status.status === 'resolved')
    return undefined
  if (status.status === 'applied')
    return `exposure: ${durationWords(msSince(version.time, status.since))} from the event's time to the proof`
  return `exposure: ${durationWords(msSince(version.time, now))} since the event's time; the access may still be there`
}

const ago = (since: number, now: number): string => `${durationWords(now - since)} ago, at ${moment(since)}`
