import { type OutcomeName, outcomeNames } from '../outcomes/message-outcome.ts'

/** How many messages a queue holds. */
export interface Depth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** How many messages ended in each way. */
export type Counts = Readonly<Record<OutcomeName, number>>

/** One look at the run. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly changes: Depth
  /** Messages on the dead-letter queue, in whatever state. */
  readonly letters: number
  /** What ended since the look before. */
  readonly ended: Counts
}

/** The time between two looks, in milliseconds. */
export const everyMs = 1000

/** How far back the page shows, in milliseconds. */
export const historyMs = 600_000

/** The history with one sample more, and without those that are older than the page shows. */
export function grown(history: readonly Sample[], sample: Sample): readonly Sample[] {
  // A clock that was set back would leave samples of the future: the chart's times must ascend.
  const kept = history.filter(({ at }) => at > sample.at - historyMs && at < sample.at)
  return [...kept, sample].slice(-historyMs / everyMs)
}

/** Nothing ended. */
export const noCounts: Counts = { applied: 0, superseded: 0, duplicate: 0, resolved: 0, dead: 0 }

/** Both together. */
export const sumOf = (one: Counts, other: Counts): Counts => ({
  applied: one.applied + other.applied,
  superseded: one.superseded + other.superseded,
  duplicate: one.duplicate + other.duplicate,
  resolved: one.resolved + other.resolved,
  dead: one.dead + other.dead,
})

/** The counts in the order of their names. */
export const listOf = (counts: Counts): number[] => outcomeNames.map(name => counts[name])
