import * as v from 'valibot'
import { type Catalogue, isUnknownRole, resolveRole } from '../event/role-catalogue.ts'
import type { Desired } from '../ledger/desired-state.ts'

/** What follows from a drift in a scope: the sweep reports it, or it is also written again by itself (functions/README.md#by-itself). */
export interface ScopeRule {
  /** For example `wacht/<organizationId>`. */
  readonly scope: string
  readonly drift: 'report' | 'reassert'
}

/** The schema of these rules. */
export const scopeRules = (scope: v.GenericSchema<string, string>) =>
  v.pipe(
    v.array(
      v.strictObject(
        { scope, drift: v.picklist(['report', 'reassert'], 'must be report or reassert') },
        'must be an object',
      ),
      'must be a list of scopes',
    ),
    v.check(
      all => new Set(all.map(each => each.scope)).size === all.length,
      'must not have two rules for the same scope',
    ),
  )

/** The scopes whose drift is written again by itself. */
export const reassertedScopes = (rules: readonly ScopeRule[] = []): string[] =>
  rules.flatMap(({ scope, drift }) => (drift === 'reassert' ? [scope] : []))

/** The states that the roles which withdraw mean in a scope, given by its name. */
export function withdrawnStates(catalogue: Catalogue, scope: string): Desired[] {
  const [target = '', id = ''] = scope.split('/')
  const states = Object.keys(catalogue)
    .filter(role => catalogue[role]?.withdraws)
    .map(role => resolveRole(catalogue, role, target, id))
  return states.filter(state => !isUnknownRole(state)) as Desired[]
}

/**
 * What is wrong with the rules, by path and rule. `lacks`: what the stage needs for them and does not have. `unlisted`: why the lists of a
 * target do not show what members have, if they do not.
 */
export const scopeProblems = (
  rules: readonly ScopeRule[],
  catalogue: Catalogue,
  lacks: string | undefined,
  unlisted: (target: string) => string | undefined,
): string[] =>
  rules.flatMap(({ scope, drift }, index) => {
    if (drift === 'report') return []
    const path = `scopes.${index}`
    const why = unlisted(scope.split('/', 1)[0] as string)
    return [
      ...(lacks === undefined ? [] : [`${path}.drift: reassert needs ${lacks}`]),
      ...(why === undefined ? [] : [`${path}.scope: ${why}, so no drift is found there`]),
      ...(withdrawnStates(catalogue, scope).length > 0
        ? []
        : [`${path}.scope: must be a scope for which the catalogue has a role that it marks \`withdraws\``]),
    ]
  })
