import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nothingEnded } from '../../infra/local/outcomes/message-outcome.ts'
import { barMs, depthChart, outcomeChart, rangeOf } from '../../infra/local/page/chart-data.ts'
import { everyMs, grown, historyMs, type Sample, sumOf } from '../../infra/local/page/run-samples.ts'

const sample = (at: number, more: Partial<Sample> = {}): Sample => ({
  at,
  changes: { visible: 1, inFlight: 2, delayed: 3 },
  letters: 4,
  ended: nothingEnded,
  ...more,
})

describe('the history', () => {
  test('never holds more than ten minutes, in ascending order, however the clock goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 90_000 }), { maxLength: 1500 }), steps => {
        let at = 1_000_000
        let history: readonly Sample[] = []
        for (const step of steps) {
          at += step
          history = grown(history, sample(at))
        }
        const times = history.map(each => each.at)
        expect(times.length).toBeLessThanOrEqual(historyMs / everyMs)
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
        expect(times.every(each => each > at - historyMs && each <= at)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})

describe('the charts', () => {
  test('show a minute of a run that just began, and never more than ten', () => {
    expect(rangeOf([], 100_000)).toEqual([40, 100])
    expect(rangeOf([sample(10_000)], 100_000)).toEqual([10, 100])
    expect(rangeOf([sample(0)], 700_000)).toEqual([100, 700])
  })
  test('of depths have a line for each state', () => {
    const { labels, times, drawn, values } = depthChart([sample(1000), sample(2000, { letters: 5 })])
    expect({ labels, times }).toEqual({
      labels: ['visible', 'in flight', 'delayed', 'dead letters'],
      times: [1, 2],
    })
    expect(drawn).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 5],
    ])
    expect(values).toBe(drawn)
  })
  test('of outcomes stack them in bars of five seconds that do not move', () => {
    const ended = { applied: 1, superseded: 2, duplicate: 0, resolved: 3, dead: 1 }
    const history = [9000, 10_000, 14_999, 15_000].map(at => sample(at, { ended }))
    const { times, drawn, values } = outcomeChart(history)
    expect(times).toEqual([5, 10, 15])
    expect(values.map(line => line[1])).toEqual([2, 4, 0, 6, 2])
    expect(drawn.map(line => line[1])).toEqual([2, 6, 6, 12, 14])
    expect(outcomeChart(history.slice(1)).times).toEqual([10, 15])
    expect(barMs % everyMs).toBe(0)
  })
  test('of outcomes lose none and invent none', () => {
    const count = fc.nat(5)
    const counts = fc.record({
      applied: count,
      superseded: count,
      duplicate: count,
      resolved: count,
      dead: count,
    })
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 50 }), all => {
        const { drawn, values } = outcomeChart(all.map((ended, n) => sample(n * everyMs, { ended })))
        const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
        const expected = Object.values(all.reduce(sumOf, nothingEnded))
        expect(values.map(sum)).toEqual(expected)
        expect(sum(drawn.at(-1)!)).toBe(sum(expected))
      }),
    )
  })
})
