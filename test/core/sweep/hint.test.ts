import { expect, test } from '@jest/globals'
import { hintedScopes, withHints } from '../../../functions/core/sweep/hint.ts'
import type { Round } from '../../../functions/core/sweep/sweep-round.ts'

const scopesOf = (names: string[], known: string[] = []) => [...hintedScopes(names, new Set(known))]

test('a member that the ledger knows names its scope, and one that it does not know may be in each', () => {
  const names = ['wacht/1/7', 'wacht/2/7', 'wacht/1/8', 'wacht/2/8', 'wacht/3/8']
  expect(scopesOf(names.slice(0, 2), ['wacht/2/7'])).toEqual(['wacht/2'])
  expect(scopesOf(names.slice(0, 2))).toEqual(['wacht/1', 'wacht/2'])
  expect(scopesOf(names, ['wacht/2/7', 'wacht/3/8'])).toEqual(['wacht/2', 'wacht/3'])
})
test('a scope may be named by itself, whatever else is', () => {
  expect(scopesOf(['wacht/1', 'wacht/2/7', 'wacht/3/7'], ['wacht/2/7'])).toEqual(['wacht/1', 'wacht/2'])
  expect(scopesOf([])).toEqual([])
})
test('a round keeps what it knows of a scope with a hint, and has one that was never read', () => {
  const summary = { at: 5, complete: true, completeAt: 5, counts: { drift: 1 } }
  const round: Round = { member: 'round', rev: 1, startedAt: 1, scopes: { a: summary, b: summary } }
  expect(withHints(round, new Set(['b', 'c'])).scopes).toEqual({
    ...{ a: summary, b: { ...summary, hinted: true } },
    c: { at: 0, complete: false, hinted: true },
  })
})
