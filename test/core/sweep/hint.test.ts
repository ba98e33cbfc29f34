import { expect, test } from '@jest/globals'
import { hintedMembers, isProvenSince, mostHints, withHints } from '../../../functions/core/sweep/hint.ts'
import type { Round } from '../../../functions/core/sweep/sweep-round.ts'
import { appliedOf, entryOf } from '../../support/entries.ts'

const membersOf = (names: string[], known: string[] = []) =>
  Object.fromEntries(hintedMembers(names, new Set(known)))

test('a member that the ledger knows is in its scope, and one that it does not know may be in each', () => {
  const names = ['wacht/1/7', 'wacht/2/7', 'wacht/1/8', 'wacht/2/8', 'wacht/3/8']
  expect(membersOf(names.slice(0, 2), ['wacht/2/7'])).toEqual({ 'wacht/2': ['wacht/2/7'] })
  expect(membersOf(names.slice(0, 2))).toEqual({ 'wacht/1': ['wacht/1/7'], 'wacht/2': ['wacht/2/7'] })
  expect(membersOf(names, ['wacht/2/7', 'wacht/3/8'])).toEqual({
    ...{ 'wacht/2': ['wacht/2/7'], 'wacht/3': ['wacht/3/8'] },
  })
})
test('a scope may be named by itself, whatever else is', () => {
  expect(membersOf(['wacht/1', 'wacht/2/7', 'wacht/3/7'], ['wacht/2/7'])).toEqual({
    ...{ 'wacht/1': ['wacht/1'], 'wacht/2': ['wacht/2/7'] },
  })
  expect(membersOf([])).toEqual({})
})

const round: Round = { member: 'round', rev: 1, startedAt: 1, scopes: {} }

test('a round remembers each name once, and is the same without any', () => {
  expect(withHints(round, [])).toBe(round)
  expect(withHints({ ...round, hints: ['a/1/1'] }, ['a/1/2', 'a/1/1']).hints).toEqual(['a/1/1', 'a/1/2'])
})
test('a round that remembers too many names remembers their scopes alone', () => {
  const names = Array.from({ length: 2 * mostHints }, (_, n) => `a/${n % 2}/${n}`)
  expect(withHints(round, names).hints).toEqual(names)
  expect(withHints({ ...round, hints: names }, ['a/3/1']).hints).toEqual(['a/0', 'a/1', 'a/3'])
})

test('a finding is worth another look after a later proof alone', () => {
  const finding = { member: 'm', finding: 'drift', at: 500 } as const
  const entry = entryOf({ applied: { ...appliedOf(1), at: 500 } })
  const again = [{ by: 'ada', at: 501 }] as never
  expect(isProvenSince(entryOf({}), finding)).toBe(false)
  expect(isProvenSince(entry, finding)).toBe(false)
  expect(isProvenSince(entry, { ...finding, at: 499 })).toBe(true)
  expect(isProvenSince({ ...entry, reasserted: again }, finding)).toBe(true)
})
