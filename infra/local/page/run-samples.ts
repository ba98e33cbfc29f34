import { outcomeNames, type Summary } from '../outcomes/message-outcome.ts'

/** The number of messages on a queue, by state. */
export interface Depth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** One sample of the run. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly changes: Depth
  /** Messages on the dead-letter queue, in any state. */
  readonly letters: number
  /** The outcomes since the previous sample. */
  readonly ended: Summary
}

/** The time between two samples, in milliseconds. */
export const everyMs = 1000

/** How far back the page shows, in milliseconds. */
export const historyMs = 600_000

/** The history with one more sample, without samples that are too old for the page. */
export function grown(history: readonly Sample[], sample: Sample): readonly Sample[] {
  // A clock may be set back. Samples in the future are dropped, because the chart's times must ascend.
  const kept = history.filter(({ at }) => at > sample.at - historyMs && at < sample.at)
  return [...kept, sample].slice(-historyMs / everyMs)
}

/** The sum of two counts. */
export const sumOf = (one: Summary, other: Summary): Summary =>
  Object.fromEntries(outcomeNames.map(name => [name, one[name] + other[name]])) as Summary

/** The counts in the order of their names. */
export const listOf = (counts: Summary): number[] => outcomeNames.map(name => counts[name])
