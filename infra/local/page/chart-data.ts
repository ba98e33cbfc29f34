import { nothingEnded, outcomeNames } from '../outcomes/message-outcome.ts'
import { everyMs, historyMs, listOf, type Sample, sumOf } from './run-samples.ts'

/** What a chart shows, as uPlot takes it: seconds since 1970, and for each line a value at each of them. */
export interface Chart {
  readonly labels: readonly string[]
  readonly times: readonly number[]
  /** Where each line is drawn. */
  readonly drawn: readonly (readonly number[])[]
  /** What the legend says of it; where nothing is stacked, what is drawn. */
  readonly values: readonly (readonly number[])[]
}

/** The first and the last time that the charts show, in seconds. */
export type Range = readonly [number, number]

/** The least time that the charts show, in milliseconds: a run that just began is not stretched over the page. */
const leastMs = 60_000

/** The time that one bar of the outcomes stands for, in milliseconds. */
export const barMs = 5 * everyMs

/** What both charts show: up to now, from the first sample or a minute ago. */
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

/** The outcomes, so many of each kind in a bar, one kind standing on the other. */
export function outcomeChart(history: readonly Sample[]): Chart {
  // A bar begins at a multiple of its length: it does not move while time goes on.
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

/** One list for each kind of outcome, of one list for each bar. */
const columnsOf = (rows: readonly (readonly number[])[]): number[][] =>
  outcomeNames.map((_, n) => rows.map(row => row[n] ?? 0))
