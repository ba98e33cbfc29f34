import type { Round, ScopeSummary } from '../../core/sweep/sweep-round.ts'
import type { SweepPanel, SweptScope } from './page-source.ts'

/** The most scopes to show. */
const mostShown = 20

/**
 * What the sweep found, by scope: first those that could not be read to their end, then those with most members that drift. Undefined if
 * it has not run, or is off.
 */
export function sweepPanel(round: Round | undefined): SweepPanel | undefined {
  if (!round) return undefined
  const all = Object.entries(round.scopes).map(sweptScope)
  const weight = ({ state, drift = 0, gone = 0 }: SweptScope) =>
    (state === 'incomplete' ? 1e9 : 0) + drift * 1000 + gone
  return {
    scopes: all.toSorted((one, other) => weight(other) - weight(one)).slice(0, mostShown),
    count: all.length,
  }
}

function sweptScope([scope, summary]: [string, ScopeSummary]): SweptScope {
  const { complete, paused, completeAt, counts } = summary
  const drift = counts?.unshown ? undefined : (counts?.drift ?? 0)
  return {
    scope,
    state: complete ? 'complete' : paused ? 'reading' : 'incomplete',
    ...(completeAt !== undefined && { completeAt }),
    ...(counts && { drift, unmanaged: counts.unmanaged ?? 0, gone: counts.gone ?? 0 }),
  }
}
