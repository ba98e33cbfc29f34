import type { Desired } from '../../core/ledger/desired-state.ts'
import type { Applied, EndedMessage, Entry, Lease, Unanswered } from '../../core/ledger/ledger-entry.ts'
import { durationWords, moment } from '../io/durations.ts'

/** A member's ledger entry as rows of text. `now` is milliseconds since 1970. */
export function entryWords(entry: Entry | undefined, now: number): string[] {
  if (!entry) return ['no entry: the ledger has no change of this member']
  const { applied, lease, unanswered, unproven, failures, ended = [] } = entry
  return [
    ...(applied ? appliedWords(applied, now) : ['applied: none; no change of this member is proven']),
    lease ? leaseWords(lease, now) : 'lease: none; no attempt is writing to this member',
    unanswered ? unansweredWords(unanswered, now) : 'unanswered: none',
    ...(unproven === undefined ? [] : [unprovenWords(unproven)]),
    ...(applied && isUndisturbed(entry) ? ['Confirmed at the target'] : []),
    ...(failures > 0 ? [`failures: ${failures} attempts in a row without proof`] : []),
    ...ended.slice(0, mostEnded).map(endedWords),
    ...(ended.length > mostEnded ? [`dead letter: and ${ended.length - mostEnded} older ones`] : []),
  ]
}

function appliedWords({ version, event, message, desired, at }: Applied, now: number): string[] {
  const sequence = version.sequence === '' ? '' : `, sequence ${version.sequence}`
  return [
    `applied: ${state(desired)}`,
    `  since ${moment(at)} (${durationWords(now - at)} ago)`,
    `  by event ${event} of ${version.source}, time ${version.time}Z${sequence}, message ${message}`,
  ]
}

function leaseWords({ event, desired, until }: Lease, now: number): string {
  const held = `lease: held by event ${event}, to write ${state(desired)}`
  return now < until
    ? `${held}, at most until ${moment(until)} (in ${durationWords(until - now)})`
    : `${held}; it expired at ${moment(until)} (${durationWords(now - until)} ago): the write may have landed or may still land`
}

function unansweredWords({ desired, until }: Unanswered, now: number): string {
  const write = `a write of ${state(desired)}`
  return now < until
    ? `unanswered: ${write} may still land until ${moment(until)} (in ${durationWords(until - now)})`
    : `unanswered: ${write} could land until ${moment(until)} (${durationWords(now - until)} ago), not any more`
}

const unprovenWords = (event: string): string =>
  `unproven: the last write of event ${event} may have had an effect; look at the target for the member's state`

/** Whether no write but the applied one can have had an effect. */
const isUndisturbed = ({ lease, unanswered, unproven }: Entry): boolean =>
  (lease ?? unanswered ?? unproven) === undefined

/** How many dead letters are shown. */
const mostEnded = 5

const endedWords = ({ version, at, letter }: EndedMessage): string =>
  `dead letter: event ${version.id} at ${moment(at)}, ${letter.reason}${letter.unproven ? ', unproven' : ''}`

const state = (desired: Desired): string => JSON.stringify(desired)

/** A ledger entry for `--json`, with times in RFC 3339. Null if there is no entry. */
export function entryRecord(entry: Entry | undefined) {
  if (!entry) return null
  const { rev, applied, lease, unanswered, unproven, failures, ended } = entry
  return {
    ...(applied && { applied: { ...applied, at: rfc3339(applied.at) } }),
    ...(lease && { lease: { event: lease.event, desired: lease.desired, until: rfc3339(lease.until) } }),
    ...(unanswered && { unanswered: { desired: unanswered.desired, until: rfc3339(unanswered.until) } }),
    ...(unproven !== undefined && { unproven }),
    ...(ended && {
      deadLetters: ended.map(({ message, version, at, letter }) => ({
        ...{ event: version.id, message, at: rfc3339(at), ...letter },
      })),
    }),
    failures,
    rev,
  }
}

const rfc3339 = (ms: number): string => new Date(ms).toISOString()
