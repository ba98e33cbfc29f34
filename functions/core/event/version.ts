import * as v from 'valibot'
import { compareText } from '../json.ts'
import type { Instant } from './instant.ts'

/** When a change was decided at its source: a total order of the events of one member. */
export interface Decision {
  readonly time: Instant
  /** The CloudEvents sequence without leading zeros. Empty if the event has none; empty sorts before 0. */
  readonly sequence: string
  readonly source: string
  readonly id: string
}

/** The version of a change: a total order of the changes of one member, by when they take effect. */
export interface Version extends Decision {
  /** When the change takes effect. Absent: at its `time`. */
  readonly from?: Instant
  /** The end of a change that has one (`data.until`): it comes just above the change itself. */
  readonly end?: true
}

/** The schema of a version in the file of a plan, whose hash tells whether it was changed. */
export const plannedVersion = v.strictObject({
  ...{ time: v.string(), sequence: v.string(), source: v.string(), id: v.string() },
  ...{ from: v.exactOptional(v.string()), end: v.exactOptional(v.literal(true)) },
})

/** Negative when `a` is older, positive when it is newer, 0 only for the same change. */
export const compareVersions = (a: Version, b: Version): number =>
  compareText(a.from ?? a.time, b.from ?? b.time) ||
  compareDecisions(a, b) ||
  Number(a.end ?? false) - Number(b.end ?? false)

/** Negative when `a` was decided before `b`, positive when after it, 0 only for the same event. */
export function compareDecisions(a: Decision, b: Decision): number {
  return (
    compareText(a.time, b.time) ||
    a.sequence.length - b.sequence.length ||
    compareText(a.sequence, b.sequence) ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id)
  )
}

/** Whether a version comes before another one both in effect and in decision: nothing makes it count again. */
export const isPast = (version: Version, applied: Version): boolean =>
  compareVersions(version, applied) <= 0 && compareDecisions(version, applied) <= 0

/** A decimal string without leading zeros, as in `Version.sequence`. */
export const normalSequence = (digits: string): string => digits.replace(/^0+(?=\d)/, '')
