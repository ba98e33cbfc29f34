import type { Desired } from '../../core/ledger/desired-state.ts'
import type { Applied, Entry, Lease, Unanswered } from '../../core/ledger/ledger-entry.ts'
import { durationWords, moment } from '../io/durations.ts'

/** What the ledger knows of a member, in words, a row each. `now` is milliseconds since 1970. */
export function entryWords(entry: Entry | undefined, now: number): string[] {
  if (!entry) return ['no entry: no change of this member ever reached the ledger']
  const { applied, lease, unanswered, failures } = entry
  return [
    ...(applied
      ? appliedWords(applied, now)
      : ['applied: nothing: no change of this member was ever proven']),
    lease ? leaseWords(lease, now) : 'lease: none: nobody is writing to this member',
    unanswered ? unansweredWords(unanswered, now) : 'unanswered: no write',
    unprovenWords(entry),
    ...(failures > 0 ? [`failures: ${failures} in a row, without proof`] : []),
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
  const write = `event ${event}, to write ${state(desired)}`
  return now < until
    ? `lease: held for ${write}, until ${moment(until)} (in ${durationWords(until - now)}) at the latest`
    : `lease: held for ${write}, and ran out at ${moment(until)} (${durationWords(now - until)} ago): the write may have landed, or may yet`
}

function unansweredWords({ desired, until }: Unanswered, now: number): string {
  const write = `a write of ${state(desired)}`
  return now < until
    ? `unanswered: ${write}, which may land until ${moment(until)} (in ${durationWords(until - now)})`
    : `unanswered: ${write}, which can no longer land since ${moment(until)} (${durationWords(now - until)} ago)`
}

/** A lease that ran out, or an unanswered write, makes the entry unproven at its next move; that is said with them. */
function unprovenWords({ unproven, applied }: Entry): string {
  if (unproven !== undefined) {
    return `unproven: the last write of event ${unproven} may have taken effect, so the member may hold another state`
  }
  return applied ? 'unproven: no write; the member showed what is applied' : 'unproven: no write'
}

const state = (desired: Desired): string => JSON.stringify(desired)

/** A ledger entry as `--json` shows it: moments as RFC 3339; null where there is no entry. */
export function entryRecord(entry: Entry | undefined) {
  if (!entry) return null
  const { rev, applied, lease, unanswered, unproven, failures } = entry
  return {
    ...(applied && { applied: { ...applied, at: rfc3339(applied.at) } }),
    ...(lease && { lease: { event: lease.event, desired: lease.desired, until: rfc3339(lease.until) } }),
    ...(unanswered && { unanswered: { desired: unanswered.desired, until: rfc3339(unanswered.until) } }),
    ...(unproven !== undefined && { unproven }),
    failures,
    rev,
  }
}

const rfc3339 = (ms: number): string => new Date(ms).toISOString()
