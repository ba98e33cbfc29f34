import { loadCode } from '../../simulation/code.ts'
import { type LimitUse, playMinuteLimit } from '../../simulation/economics/minute-limit.ts'
import { median } from '../measure.ts'
import type { Section } from '../section.ts'

/** How much of a target's limit is used while changes wait, in simulation: medians over so many seeds. */
export async function limit(
  seeds: number,
  sizes: readonly number[] = [3000, 9000, 20_000],
): Promise<Section> {
  const code = await loadCode()
  const rows = []
  for (const changes of sizes) {
    const uses: LimitUse[] = []
    for (let seed = 1; seed <= seeds; seed++) uses.push(await playMinuteLimit(code, seed, changes))
    rows.push(rowOf(changes, uses))
  }
  return {
    title: 'A limit of 1,000 calls in any minute, a target that answers in 50 ms',
    note: `virtual time; all changes wait from the start, each of another member; share: calls taken in the full minutes, of 1,000 each; ideal: each minute is used up at its beginning; medians of ${seeds} seeds; goal: share at least 98 %, time at most 1.05`,
    rows,
  }
}

function rowOf(changes: number, uses: readonly LimitUse[]) {
  const middle = (pick: (use: LimitUse) => number) => median(uses.map(pick))
  return {
    changes,
    'share of the limit, %': Number((100 * middle(({ share }) => share)).toFixed(1)),
    'all done after, s': Math.round(middle(({ lastRight }) => lastRight)),
    'ideal, s': Math.round(middle(({ ideal }) => ideal)),
    'to the ideal': Number(middle(({ lastRight, ideal }) => lastRight / ideal).toFixed(2)),
    'throttled, %': Number((100 * middle(({ wasted }) => wasted)).toFixed(1)),
    'deliveries/change': Number(middle(({ deliveries }) => deliveries).toFixed(1)),
    'members wrong': middle(({ wrong }) => wrong),
  }
}
