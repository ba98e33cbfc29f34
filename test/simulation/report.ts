import type { Failure } from './shrink.ts'

/** A failure as text: what was broken, how to run it again, and what happened to that member. */
export function describe({ scenario, seed, selection, run }: Failure): string {
  const [first] = run.violations
  const rerun = [
    `npm run simulate -- --scenario ${scenario.name} --from ${seed} --seeds 1`,
    ...(selection.events ? [`--events ${selection.events.join()}`] : []),
    ...(selection.without?.length ? [`--without ${selection.without.join()}`] : []),
  ].join(' ')
  const start = run.timeline[0]?.time ?? 0
  const lines = run.timeline
    .filter(({ member }) => member === first?.member)
    .map(({ time, what }) => `${((time - start) / 1000).toFixed(3).padStart(12)} s  ${what}`)
  return [
    `BROKEN in ${scenario.name}, seed ${seed}: ${first?.invariant}`,
    `  ${first?.member}: ${first?.detail}`,
    `  again: ${rerun}`,
    `  the timeline of ${first?.member}:`,
    ...lines,
  ].join('\n')
}
