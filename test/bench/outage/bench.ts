import {
  type Economy,
  type Flood,
  goalSeconds,
  playFlood,
  playOutage,
} from '../../simulation/economics/run.ts'
import { median } from '../measure.ts'
import type { Section } from '../section.ts'

/** What an outage of two hours costs, in simulation: medians over so many seeds. */
export async function outage(seeds: number): Promise<Section> {
  const runs: Economy[][] = []
  for (let seed = 1; seed <= seeds; seed++) runs.push(await playOutage(seed))
  const middle = (index: number, pick: (economy: Economy) => number) =>
    median(runs.map(economies => pick(economies[index] as Economy)))
  return {
    title: 'Outage economics: 10,000 changes of 2,000 members, two hours down, then 50 requests a second',
    note: `virtual time; goal: the last member right within ${goalSeconds} s, at most 2 % throttled, none wrong; medians of ${seeds} seeds`,
    rows: [
      ...(runs[0] ?? []).map(({ consumer }, index) => ({
        what: consumer,
        'calls in the outage': middle(index, economy => economy.callsInOutage),
        'calls after it': middle(index, economy => economy.callsAfter),
        'throttled, %': Number((100 * middle(index, economy => economy.wasted)).toFixed(1)),
        'last write after, s': Math.round(
          Math.max(
            0,
            middle(index, economy => economy.lastRight),
          ),
        ),
        'members wrong': middle(index, economy => economy.wrong),
      })),
      ...(await floodRow(seeds)),
    ],
  }
}

/** Changes at twice the rate that the target takes, without an outage. */
async function floodRow(seeds: number): Promise<Section['rows']> {
  const floods: Flood[] = []
  for (let seed = 1; seed <= seeds; seed++) floods.push(await playFlood(seed))
  const middle = (pick: (flood: Flood) => number) => median(floods.map(pick))
  return [
    {
      what: 'role-sync, 100 changes a second and no outage',
      'calls in the outage': 0,
      'calls after it': middle(({ calls }) => calls),
      'throttled, %': Number((100 * middle(({ wasted }) => wasted)).toFixed(1)),
      'last write after, s': Math.round(middle(({ lastRight }) => lastRight)),
      'members wrong': middle(({ wrong }) => wrong),
    },
  ]
}
