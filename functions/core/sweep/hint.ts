import type { Entry } from '../ledger/ledger-entry.ts'
import { scopeOf } from '../people/person-event.ts'
import type { StoredFinding } from './sweep-reading.ts'
import type { Round } from './sweep-round.ts'

/** The key of the hints in the sweep's table. */
export const hintsKey = 'hints'

/** So many names are kept. Once there are more, a hint only names the scopes. */
export const mostHints = 1000

/**
 * The members to look at, by their scopes, given the names of hints. A hint may name a member in several scopes: if one of these names is
 * `known` to the ledger, the others are wrong. If none is, it may be any of them. A name of a scope is among the members of that scope.
 */
export function hintedMembers(
  names: readonly string[],
  known: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const hints = Map.groupBy(names, name => name.split('/')[2] ?? name)
  const members = [...hints.values()].flatMap(all => {
    const found = all.filter(name => known.has(name))
    return found.length > 0 ? found : all
  })
  return Map.groupBy(members, scopeOf)
}

/** The round that remembers these names until the members are looked at: as many as there are hints, then the scopes alone. */
export function withHints(round: Round, names: readonly string[]): Round {
  const all = [...new Set([...(round.hints ?? []), ...names])]
  if (all.length === 0) return round
  return { ...round, hints: all.length > 2 * mostHints ? [...new Set(all.map(scopeOf))] : all }
}

/** Whether the target showed the applied state after a finding said something else: the member is worth another look. */
export const isProvenSince = ({ applied, reasserted = [] }: Entry, { at }: StoredFinding): boolean =>
  [applied, ...reasserted].some(proof => proof !== undefined && proof.at > at)
