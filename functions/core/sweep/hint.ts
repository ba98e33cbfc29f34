import { scopeOf } from '../people/person-event.ts'
import type { Round } from './sweep-round.ts'

/** The key of the hints in the sweep's table. */
export const hintsKey = 'hints'

/** So many names are kept. Once there are more, a hint only names the scopes. */
export const mostHints = 1000

/**
 * The scopes that hints are about, by the names of members or of scopes. A hint may name a member in several scopes: if one of these names
 * is `known` to the ledger, the others are wrong. If none is, it may be any of them.
 */
export function hintedScopes(names: readonly string[], known: ReadonlySet<string>): ReadonlySet<string> {
  const hints = Map.groupBy(names, name => name.split('/')[2] ?? name)
  return new Set(
    [...hints.values()].flatMap(members => {
      const found = members.filter(member => known.has(member))
      return (found.length > 0 ? found : members).map(scopeOf)
    }),
  )
}

/** The round in which these scopes are to read again. */
export const withHints = (round: Round, scopes: ReadonlySet<string>): Round => ({
  ...round,
  scopes: {
    ...round.scopes,
    ...Object.fromEntries(
      [...scopes].map(name => [name, { at: 0, complete: false, ...round.scopes[name], hinted: true }]),
    ),
  },
})
