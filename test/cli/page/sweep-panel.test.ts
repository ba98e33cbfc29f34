import { expect, test } from '@jest/globals'
import { sweepPanel } from '../../../functions/cli/page/sweep-panel.ts'
import type { Round } from '../../../functions/core/sweep/sweep-round.ts'

const roundOf = (scopes: Round['scopes']): Round => ({ member: 'round', rev: 1, startedAt: 1, scopes })
const well = { at: 9, complete: true, completeAt: 9, counts: { same: 7 } }

test('a scope has its state, its last complete reading and what that counted', () => {
  const scopes = {
    'wacht/1': { ...well, counts: { same: 7, drift: 2, unmanaged: 3, gone: 1, in_flight: 1 } },
  }
  expect(sweepPanel(roundOf(scopes))).toEqual({
    scopes: [{ scope: 'wacht/1', state: 'complete', completeAt: 9, drift: 2, unmanaged: 3, gone: 1 }],
    count: 1,
  })
})

test('an incomplete reading keeps the counts of the last complete one, and one that is under way is none', () => {
  const scopes = {
    'wacht/1': { ...well, at: 12, complete: false },
    'wacht/2': { ...well, complete: false, paused: true as const },
    'wacht/3': { at: 12, complete: false },
  }
  expect(sweepPanel(roundOf(scopes))?.scopes).toMatchObject([
    { scope: 'wacht/1', state: 'incomplete', completeAt: 9, drift: 0 },
    { scope: 'wacht/3', state: 'incomplete' },
    { scope: 'wacht/2', state: 'reading' },
  ])
  expect(sweepPanel(roundOf({ 'wacht/3': scopes['wacht/3'] }))?.scopes).toEqual([
    { scope: 'wacht/3', state: 'incomplete' },
  ])
})

test('no drift is told where the list does not show what members hold', () => {
  const [scope] = sweepPanel(roundOf({ 'wacht/1': { ...well, counts: { unshown: 4 } } }))!.scopes
  expect(scope).toEqual({ scope: 'wacht/1', state: 'complete', completeAt: 9, unmanaged: 0, gone: 0 })
})

test('the worst come first, of many the first twenty, and there is nothing before the first round', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`wacht/${n}`, well]))
  const round = roundOf({
    ...many,
    'wacht/7': { ...well, counts: { gone: 2 } },
    'wacht/8': { ...well, counts: { drift: 1 } },
    'wacht/29': { at: 1, complete: false },
  })
  const panel = sweepPanel(round)!
  expect(panel).toMatchObject({ count: 30, scopes: { length: 20 } })
  expect(panel.scopes.slice(0, 3).map(({ scope }) => scope)).toEqual(['wacht/29', 'wacht/8', 'wacht/7'])
  expect(sweepPanel(undefined)).toBeUndefined()
})
