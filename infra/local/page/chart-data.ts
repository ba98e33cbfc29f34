import { nothingEnded, outcomeNames } from '../outcomes/message-outcome.ts'
import { everyMs, historyMs, listOf, type Sample, sumOf } from './run-samples.ts'

/** The data of a chart, as uPlot takes it: times in seconds since 1970, and for each line a value at each time. */
export interface Chart {
  readonly labels: readonly string[]
  readonly times: readonly number[]
  /** The height of each line. */
  readonly drawn: readonly (readonly number[])[]
  /** The values in the legend. They differ from `drawn` where the chart is stacked. */
  readonly values: readonly (readonly number[])[]
}

/** The first and the last time that the charts show, in seconds. */
export type Range = readonly [number, number]

/** The least time that the charts show, in milliseconds. */
const leastMs = 60_000

/** The time of one bar of outcomes, in milliseconds. */
export const barMs = 5 * everyMs

/** The range of both charts: from the first sample, or a minute ago, to now. */
export function rangeOf(history: readonly Sample[], now: number): Range {
  const first = history[0]?.at ?? now
  return [Math.max(Math.min(first, now - leastMs), now - historyMs) / 1000, now / 1000]
}

/** The depths of the queues. */
export function depthChart(history: readonly Sample[]): Chart {
  const values = [
    history.map(({ changes }) => changes.visible),
    history.map(({ changes }) => changes.inFlight),
    history.map(({ changes }) => changes.delayed),
    history.map(({ letters }) => letters),
  ]
  return {
    labels: ['visible', 'in flight', 'delayed', 'dead letters'],
    times: history.map(({ at }) => at / 1000),
    drawn: values,
    values,
  }
}

/** The outcomes as stacked bars, one for each five seconds. */
export function outcomeChart(history: readonly Sample[]): Chart {
  // A bar begins at a multiple of its length, so it stands still while time goes on.
  const bars = Map.groupBy(history, ({ at }) => Math.floor(at / barMs) * barMs)
  const counts = [...bars.values()].map(samples =>
    listOf(samples.reduce((sum, { ended }) => sumOf(sum, ended), nothingEnded)),
  )
  const stacked = counts.map(ofBar => ofBar.map((_, n) => ofBar.slice(0, n + 1).reduce((a, b) => a + b)))
  return {
    labels: outcomeNames,
    times: [...bars.keys()].map(at => at / 1000),
    drawn: columnsOf(stacked),
    values: columnsOf(counts),
  }
}

/** Turns one list for each bar into one list for each outcome. */
const columnsOf = (rows: readonly (readonly number[])[]): number[][] =>
  outcomeNames.map((_, n) => rows.map(row => row[n] ?? 0))
