import { loadCode } from '../../simulation/code.ts'
import { type Exposed, playExposure } from '../../simulation/economics/exposure.ts'
import { median } from '../measure.ts'
import type { Section } from '../section.ts'

/** How long withdrawals leave access open on a day with a burst and an outage, in simulation: medians over so many seeds. */
export async function exposure(seeds: number, members = 2000): Promise<Section> {
  const code = await loadCode()
  const runs: Exposed[][] = []
  for (let seed = 1; seed <= seeds; seed++) runs.push(await playExposure(code, seed, members))
  const middle = (index: number, pick: (row: Exposed) => number) =>
    Math.round(10 * median(runs.map(rows => pick(rows[index] as Exposed)))) / 10
  return {
    title: `Exposure: a day of ${5 * members} changes, half of them within ten minutes, and an outage of twenty`,
    note: `virtual time; from the event's own time until the target shows the withdrawal or a newer change; open: never, or undone by an older change; medians of ${seeds} seeds`,
    rows: (runs[0] ?? []).map(({ consumer }, index) => ({
      consumer,
      withdrawals: middle(index, row => row.withdrawals),
      'p50, s': middle(index, row => row.p50),
      'p99, s': middle(index, row => row.p99),
      'longest, s': middle(index, row => row.longest),
      'still open': middle(index, row => row.open),
    })),
  }
}
