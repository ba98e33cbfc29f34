import { describe, expect, test } from '@jest/globals'
import { isAnyGuarded } from '../../../functions/core/guard/guards.ts'
import { reassertedScopes, type ScopeRule, scopeProblems } from '../../../functions/core/guard/scope-rules.ts'
import { parseGuards } from '../../../functions/targets/index.ts'
import { organization, projectId } from '../../support/events.ts'

const scope = `wacht/${organization}`
const project = `project/${projectId}`

test('a scope says what follows from a drift, in one spelling, and that guards nothing', () => {
  const content = {
    scopes: [
      { scope, drift: 'report' },
      { scope: `project/${projectId.toUpperCase()}`, drift: 'reassert' },
    ],
  }
  const parsed = parseGuards(content)
  if (!parsed.ok) throw new Error(parsed.problems.join())
  expect(reassertedScopes(parsed.value.scopes)).toEqual([project])
  expect(isAnyGuarded(parsed.value)).toBe(false)
  expect(reassertedScopes(undefined)).toEqual([])
})

test.each<[string, unknown, string]>([
  ['no list', {}, 'scopes: must be a list of scopes'],
  [
    'no scope',
    [{ scope: 'wacht/1/2', drift: 'report' }],
    'scopes.0.scope: must be wacht/<scope> or project/<scope>',
  ],
  ['another word', [{ scope, drift: 'adopt' }], 'scopes.0.drift: must be report or reassert'],
  [
    'two rules for one scope',
    [
      { scope, drift: 'report' },
      { scope, drift: 'reassert' },
    ],
    'scopes: must not have two rules for the same scope',
  ],
])('%s is refused', (_, scopes, problem) => {
  expect(parseGuards({ scopes })).toEqual({ ok: false, problems: [problem] })
})

describe('a scope that has its drift written again', () => {
  const catalogue = {
    member: { withdraws: true, wacht: { [organization]: { roleId: '1' } } },
    engineer: { wacht: { [organization]: { roleId: '2' }, 9: { roleId: '2' } } },
  }
  const problemsOf = (rule: ScopeRule, lacks?: string, why?: string) =>
    scopeProblems([rule], catalogue, lacks, () => why)
  test('needs re-assertions, a list that shows roles, and a role that withdraws', () => {
    expect(problemsOf({ scope, drift: 'reassert' })).toEqual([])
    expect(
      problemsOf({ scope: 'wacht/9', drift: 'reassert' }, 'reassert=on', 'the lists show no roles'),
    ).toEqual([
      'scopes.0.drift: reassert needs reassert=on',
      'scopes.0.scope: the lists show no roles, so no drift is found there',
      'scopes.0.scope: must be a scope for which the catalogue has a role that it marks `withdraws`',
    ])
  })
  test('needs nothing of it where it is only reported', () => {
    expect(problemsOf({ scope: 'wacht/9', drift: 'report' }, 'reassert=on', 'x')).toEqual([])
  })
})
