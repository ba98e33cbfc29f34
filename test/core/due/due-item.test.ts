import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  type DueFacts,
  delaySeconds,
  dueItemOf,
  dueKeysUntil,
  dueShards,
  inDueOrder,
} from '../../../functions/core/due/due-item.ts'
import { versionOf } from '../../support/entries.ts'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const at = Date.parse('2027-01-01T00:00:00Z')
const facts: DueFacts = { ...{ at, half: 'begin', body: '{}' }, version: versionOf(1), member: 'wacht/1/7' }
const itemOf = (changes: Partial<DueFacts> = {}) => dueItemOf({ ...facts, ...changes }, hash)
const keyOf = (changes: Partial<DueFacts>) => Object.values(itemOf(changes)).slice(0, 2).join()

describe('the key of a due item', () => {
  test('is the same for every delivery of an event', () => {
    expect(keyOf({ body: 'again', sender: 'another' })).toBe(keyOf({}))
  })
  test.each<[string, Partial<DueFacts>]>([
    ['half', { half: 'end' }],
    ['member', { member: 'wacht/1/8' }],
    ['person', { member: null }],
    ['instant', { at: at + 1 }],
    ['source', { version: { ...facts.version, source: 'other' } }],
    ['id', { version: { ...facts.version, id: 'other' } }],
    ['time, with the same id', { version: { ...facts.version, time: '2026-11-27T12:00:00' } }],
    ['sequence, with the same id', { version: { ...facts.version, sequence: '77' } }],
  ])('is another one for another %s', (_, changes) => expect(keyOf(changes)).not.toBe(keyOf({})))
  test('has the instant with milliseconds, and says whether access is taken away', () => {
    expect(itemOf().due).toMatch(/^2027-01-01T00:00:00\.000Z\/g\/[0-9a-f]{64}$/)
    expect(itemOf({ withdraws: true, at: at + 250 }).due).toMatch(/^2027-01-01T00:00:00\.250Z\/w\//)
  })
  test('spreads the changes of one instant evenly over all shards', () => {
    const counts = new Map(dueShards.map(shard => [shard, 0]))
    for (let n = 0; n < 16_000; n++) {
      const { shard } = itemOf({ member: `wacht/1/${n}` })
      counts.set(shard, (counts.get(shard) as number) + 1)
    }
    expect(counts.size).toBe(16)
    expect(Math.min(...counts.values())).toBeGreaterThan(800)
  })
  test('is before the end of the keys of its own instant, and not before the end of an earlier one', () => {
    for (const withdraws of [true, undefined] as const) {
      expect(itemOf({ withdraws }).due < dueKeysUntil(at)).toBe(true)
      expect(itemOf({ withdraws }).due < dueKeysUntil(at - 1)).toBe(false)
    }
  })
})

test('a due item has the member and its scope, and the event redacted', () => {
  const version = { ...versionOf(1), source: 'hr', id: 'ada@example.com' }
  const item = itemOf({ version, role: 'manager', sender: 'intake/hr' })
  expect(item).toMatchObject({
    ...{ at, half: 'begin', body: '{}', role: 'manager', sender: 'intake/hr', source: 'hr' },
    ...{ member: 'wacht/1/7', scope: 'wacht/1', memberDue: 'wacht/1/7/2027-01-01T00:00:00.000Z' },
  })
  expect(item.event).not.toContain('ada')
})

test('a due item of a person has no member and no scope', () => {
  const item = itemOf({ member: null })
  expect([item.member, item.scope, item.memberDue]).toEqual([undefined, undefined, undefined])
})

test('withdrawals are sent first, then what was due earlier', () => {
  const items = [
    itemOf({ at: 1 }),
    itemOf({ at: 3, withdraws: true }),
    itemOf({ at: 0 }),
    itemOf({ at: 2, withdraws: true }),
  ]
  expect(items.toSorted(inDueOrder).map(item => item.at)).toEqual([2, 3, 0, 1])
})

test.each([
  ['at once when it is late', at + 1, 0],
  ['at once at its instant', at, 0],
  ['never before its instant', at - 1001, 2],
  ['after 300 s at most five minutes ahead', at - 300_000, 300],
])('a message is visible %s', (_, now, seconds) => expect(delaySeconds({ at }, now)).toBe(seconds))
