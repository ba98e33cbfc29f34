import { describe, expect, test } from '@jest/globals'
import type { ScopeReading } from '../../../functions/core/sweep/sweep-reading.ts'
import {
  againAfterMs,
  ageOf,
  closeRound,
  numbersOf,
  pausedSummaryOf,
  type Round,
  scopesToRead,
  summaryOf,
  takeRound,
} from '../../../functions/core/sweep/sweep-round.ts'

const [hour, everyMs] = [3_600_000, 86_400_000]
const call = (now: number, asked?: 'round' | 'scope') => ({ now, until: now + 900_000, everyMs, asked })
const roundOf = (fields: Partial<Round> = {}): Round => ({
  ...{ member: 'round', rev: 4, startedAt: 1000, scopes: {} },
  ...fields,
})
const reading = (at: number, fields: Partial<ScopeReading> = {}): ScopeReading => ({
  ...{ from: at - 10, at, calls: 1, counts: { same: 2, drift: 1 }, findings: [], more: 0 },
  ...fields,
})
const unread = { page: 0, cause: 'throttled', detail: 'x' }

describe('a round', () => {
  test('begins where there was none', () => {
    expect(takeRound(undefined, call(5000))).toEqual({
      kind: 'read',
      round: { member: 'round', rev: 1, startedAt: 5000, until: 905_000, scopes: {} },
    })
  })
  test('is left to the invocation that works on it, until that one must have ended', () => {
    const round = roundOf({ until: 10_000 })
    expect(takeRound(round, call(9999, 'round'))).toEqual({ kind: 'busy', round })
    expect(takeRound(round, call(10_000)).kind).toBe('read')
  })
  test('goes on while it is not ended, and keeps the time of its beginning', () => {
    expect(takeRound(roundOf(), call(5000))).toEqual({
      kind: 'read',
      round: roundOf({ rev: 5, until: 905_000 }),
    })
  })
  test('rests until the next is due, or somebody asks', () => {
    const ended = roundOf({ endedAt: 2000 })
    expect(takeRound(ended, call(999 + everyMs))).toEqual({ kind: 'rest', round: ended })
    const begun = { kind: 'read', round: { rev: 5, startedAt: 1000 + everyMs } }
    expect(takeRound(ended, call(1000 + everyMs))).toMatchObject(begun)
    expect(takeRound(ended, call(1000 + everyMs)).round.endedAt).toBeUndefined()
    expect(takeRound(ended, call(3000, 'round'))).toMatchObject({ kind: 'read', round: { startedAt: 3000 } })
  })
  test('begins also while the one before is not ended: a scope that is never finished keeps no other waiting', () => {
    expect(takeRound(roundOf(), call(999 + everyMs))).toMatchObject({ round: { startedAt: 1000 } })
    expect(takeRound(roundOf(), call(1000 + everyMs))).toMatchObject({ round: { startedAt: 1000 + everyMs } })
  })
  test('is not begun for one scope that somebody asks for', () => {
    const ended = roundOf({ endedAt: 2000 })
    expect(takeRound(ended, call(3000, 'scope'))).toEqual({
      kind: 'read',
      round: { ...ended, rev: 5, until: 903_000 },
    })
  })
  test('is opened again, and not begun, for a scope whose reading was not complete an hour ago', () => {
    const scopes = { 'wacht/1': { at: 1500, complete: false } }
    const ended = roundOf({ endedAt: 2000, scopes })
    expect(takeRound(ended, call(1499 + againAfterMs)).kind).toBe('rest')
    expect(takeRound(ended, call(1500 + againAfterMs))).toMatchObject({
      kind: 'read',
      round: { startedAt: 1000 },
    })
  })
  test('ends when no scope is left, forgets scopes that are no more, and frees its place', () => {
    const scopes = { 'wacht/1': { at: 1500, complete: true }, 'wacht/2': { at: 1500, complete: true } }
    const round = roundOf({ until: 9, scopes })
    expect(closeRound(round, 0, new Set(['wacht/1']), 3000)).toEqual(
      roundOf({ endedAt: 3000, scopes: { 'wacht/1': scopes['wacht/1'] } }),
    )
    expect(closeRound(round, 1, new Set(), 3000)).toEqual(roundOf())
  })
})

describe('the scopes to read', () => {
  test('are those that the round has not read, the one that waits longest first', () => {
    const scopes = {
      ...{ 'wacht/1': { at: 500, complete: true }, 'wacht/2': { at: 1000, complete: true } },
      'wacht/3': { at: 400, complete: false },
    }
    const all = ['wacht/1', 'wacht/2', 'wacht/3', 'wacht/4']
    expect(scopesToRead(roundOf({ scopes }), all, 2000)).toEqual(['wacht/4', 'wacht/3', 'wacht/1'])
  })
  test('are also those whose reading was not complete an hour ago', () => {
    const scopes = { 'wacht/1': { at: 1500, complete: false } }
    expect(scopesToRead(roundOf({ scopes }), ['wacht/1'], 1499 + hour)).toEqual([])
    expect(scopesToRead(roundOf({ scopes }), ['wacht/1'], 1500 + hour)).toEqual(['wacht/1'])
  })
  test('are also those with a hint, as if they had waited a day longer', () => {
    const scopes: Round['scopes'] = {
      ...{ 'wacht/1': { at: 500, complete: true }, 'wacht/2': { at: 1500, complete: true, hinted: true } },
      'wacht/3': { at: 1501 - 24 * hour, complete: true },
      'wacht/4': { at: 1499 - 24 * hour, complete: true },
    }
    const round = roundOf({ scopes, endedAt: 1600 })
    expect(scopesToRead(round, Object.keys(scopes), 2000)).toEqual([
      'wacht/4',
      'wacht/2',
      'wacht/3',
      'wacht/1',
    ])
    expect(takeRound(round, call(1600))).toMatchObject({ kind: 'read', round: { startedAt: 1000 } })
    expect(summaryOf(scopes['wacht/2'], reading(1700))).not.toHaveProperty('hinted')
  })
})

describe('a reading', () => {
  const read7 = { at: 7, complete: true, completeAt: 7, counts: { same: 2, drift: 1 } }

  test('is noted with its counts', () => {
    expect(summaryOf(undefined, reading(7))).toEqual(read7)
  })
  test('that is incomplete leaves what the last complete one counted', () => {
    expect(summaryOf(read7, reading(9, { unread, counts: {} }))).toEqual({ ...read7, at: 9, complete: false })
    expect(summaryOf(undefined, reading(9, { unread }))).toEqual({ at: 9, complete: false })
  })
  test('that waits for the next invocation is due at once, is no incomplete one, and leaves what the last one counted', () => {
    const [first, later] = [pausedSummaryOf(), pausedSummaryOf(read7)]
    expect([first, later]).toEqual([
      { at: 0, complete: false, paused: true },
      { ...read7, paused: true },
    ])
    const round = roundOf({ startedAt: 5, endedAt: 8, scopes: { 'wacht/1': first, 'wacht/2': later } })
    expect(scopesToRead(round, ['wacht/1', 'wacht/2'], 9)).toEqual(['wacht/1', 'wacht/2'])
    expect(takeRound(round, call(9)).kind).toBe('read')
    expect(numbersOf(round, 9)).toMatchObject({ incomplete: 0, drift: 1 })
    expect(summaryOf(later, reading(9))).toEqual({ ...read7, at: 9, completeAt: 9 })
  })
  test('that waited keeps a hint that came meanwhile, and no hint that was there when it began', () => {
    const began = pausedSummaryOf({ ...read7, hinted: true })
    expect(began).not.toHaveProperty('hinted')
    expect(summaryOf({ ...began, hinted: true }, reading(9))).toMatchObject({ at: 9, hinted: true })
    expect(pausedSummaryOf({ ...began, hinted: true })).toMatchObject({ paused: true, hinted: true })
  })
})

test('the age of a scope counts from its last complete reading, else from the beginning of the round', () => {
  const scopes = {
    'wacht/1': { at: 3000, complete: false, completeAt: 1500 },
    'wacht/2': { at: 1, complete: false },
  }
  const round = roundOf({ startedAt: 1000, scopes })
  expect(['wacht/1', 'wacht/2', 'wacht/3'].map(scope => ageOf(round, scope, 5000))).toEqual([
    3500, 4000, 4000,
  ])
  expect(ageOf(round, 'wacht/1', 1400)).toBe(0)
})

test('the numbers of a stage are those of the last complete readings, and the age is that of the oldest', () => {
  const counts = { drift: 2, unmanaged: 3, gone: 1 }
  const scopes = {
    'wacht/1': { at: 2000, complete: true, completeAt: 2000, counts },
    'wacht/2': { at: 3000, complete: false, completeAt: 1500, counts },
  }
  expect(numbersOf(roundOf({ scopes }), 5000)).toEqual({
    ...{ drift: 4, unmanaged: 6, gone: 2, incomplete: 1, ageMs: 3500 },
  })
  expect(numbersOf(roundOf(), 5000)).toEqual({ drift: 0, unmanaged: 0, gone: 0, incomplete: 0, ageMs: 0 })
  const never = { 'wacht/1': { at: 2000, complete: false } }
  expect(numbersOf(roundOf({ scopes: never }), 5000)).toMatchObject({ ageMs: 4000, incomplete: 1 })
})
