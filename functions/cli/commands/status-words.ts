import { effectiveAt } from '../../core/event/event.ts'
import { msSince } from '../../core/event/instant.ts'
import { shadowWords } from '../../core/guard/shadow.ts'
import { durationWords, moment } from '../io/durations.ts'
import type { AskedEvent, EventStatus } from './event-status.ts'
import { reasonWords } from './letter-rows.ts'

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
    case 'shadow':
      return `shadow: ${shadowWords(status)}, ${ago(status.since, now)}`
    case 'scheduled':
      return `scheduled: takes effect ${status.from === undefined ? 'later' : `at ${status.from}Z`}`
    case 'reasserted':
      return `reasserted: what is applied was written again ${ago(status.since, now)}`
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
  if (!withdraws || !version || isElsewhere(status.status)) return undefined
  const at = effectiveAt({ version })
  const begin = at === version.time ? "the event's time" : "the event's beginning"
  if (status.status === 'applied')
    return `exposure: ${durationWords(msSince(at, status.since))} from ${begin} to the proof`
  return `exposure: ${durationWords(msSince(at, now))} since ${begin}; the access may still be there`
}

const ago = (since: number, now: number): string => `${durationWords(now - since)} ago, at ${moment(since)}`

/** Whether another event, or nobody, does what the event asks for. */
const isElsewhere = (status: EventStatus['status']): boolean =>
  status === 'superseded' ||
  status === 'resolved' ||
  status === 'scheduled' ||
  status === 'shadow' ||
  status === 'reasserted'
