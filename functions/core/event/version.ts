import { compareText } from '../json.ts'
import type { Instant } from './instant.ts'

/** The version of a change: a total order of the changes of one member. */
export interface Version {
  readonly time: Instant
  /** The CloudEvents sequence without leading zeros. Empty if the event has none; empty sorts before 0. */
  readonly sequence: string
  readonly source: string
  readonly id: string
}

/** Negative when `a` is older, positive when it is newer, 0 only for the same event. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareText(a.time, b.time) ||
    a.sequence.length - b.sequence.length ||
    compareText(a.sequence, b.sequence) ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id)
  )
}

/** A decimal string without leading zeros, as in `Version.sequence`. */
export const normalSequence = (digits: string): string => digits.replace(/^0+(?=\d)/, '')
