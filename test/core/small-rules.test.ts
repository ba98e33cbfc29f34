import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { byMember, type Delivery } from '../../functions/core/event/by-member.ts'
import type { Change } from '../../functions/core/event/event.ts'
import { inGrace, isReplay, type Message } from '../../functions/core/event/sqs-message.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import { type Desired, sameDesired } from '../../functions/core/ledger/desired-state.ts'
import { isGivenUp, isTooOld, wasTried } from '../../functions/core/outcome/verdict.ts'
import { a, versionOf } from '../support/entries.ts'

const message: Message = {
  id: 'm',
  receipt: 'r',
  body: '{}',
  sentAt: 1000,
  firstReceivedAt: 5000,
  receives: 3,
}

describe('retrying ends', () => {
  const rules = { giveUpMs: 100, giveUpAtLatestMs: 1000 }
  test.each([
    ['not before its time from the first receive', 5099, false],
    ['after its time from the first receive', 5100, true],
  ])('%s', (_, now, given) => expect(isGivenUp({ ...message, sentAt: 4900 }, now, rules)).toBe(given))
  test.each([
    ['not before the latest time from the send', 1999, false],
    ['at the latest time from the send, however late it was received', 2000, true],
  ])('%s', (_, now, given) => expect(isTooOld({ ...message, firstReceivedAt: 1990 }, now, rules)).toBe(given))
})

test('a message is a replay once it was replayed, not because it has a history', () => {
  const replays = [undefined, {}, { replays: 0 }, { replays: 1 }, { edits: ['x'] }]
  const found = replays.map(trail => isReplay(trail ? { ...message, trail } : message))
  expect(found).toEqual([false, false, false, true, false])
})

describe('what is not found may be a joiner', () => {
  test.each<[string, number, object, boolean]>([
    ['until its grace is over', 1099, {}, true],
    ['not after it', 1100, {}, false],
    ['not when it is replayed', 1099, { trail: { replays: 1 } }, false],
    ['also when it was edited', 1099, { trail: { edits: ['x'] } }, true],
  ])('%s', (_, now, fields, is) => expect(inGrace({ ...message, ...fields }, now, 100)).toBe(is))
})

test('only what was called was tried', () => {
  const causes = ['no_time', 'breaker_open', 'resting', 'timeout', 'throttled', 'person_not_found'] as const
  expect(causes.filter(wasTried)).toEqual(['timeout', 'throttled', 'person_not_found'])
})

test('a batch is grouped by member, each member’s newest first, and nothing is lost or doubled', () => {
  const named = { event: null, source: null, target: null, member: null }
  const deliveries: fc.Arbitrary<Delivery[]> = fc.array(
    fc.tuple(fc.constantFrom('x/1', 'x/2', 'y/1'), fc.nat(5), fc.uuid()).map(([member, n, id]) => ({
      message: { ...message, id },
      named,
      change: { target: 'wacht', member, desired: a, version: versionOf(n) },
    })),
    { maxLength: 10 },
  )
  fc.assert(
    fc.property(deliveries, batch => {
      const groups = byMember(batch)
      expect(new Set(groups.flat())).toEqual(new Set(batch))
      expect(groups.flat()).toHaveLength(batch.length)
      expect(new Set(groups.map(group => group[0]?.change.member)).size).toBe(groups.length)
      for (const group of groups) {
        for (const [index, delivery] of group.entries()) {
          const next = group[index + 1]
          expect(delivery.change.member).toBe(group[0]?.change.member)
          if (next)
            expect(compareVersions(delivery.change.version, next.change.version)).toBeGreaterThanOrEqual(0)
        }
      }
    }),
  )
})

test('in a batch, what was decided before a withdrawal comes after it, also if it is dated later', () => {
  const named = { event: null, source: null, target: null, member: null }
  const at = (n: number, fields: Partial<Change> = {}, from?: string): Delivery => ({
    ...{ message: { ...message, id: `m${n}` }, named },
    change: {
      ...{ target: 'wacht', member: 'x/1', desired: a },
      version: { ...versionOf(n), ...(from !== undefined && { from }) },
      ...fields,
    },
  })
  const withdraws = { withdraws: { role: 'member', scope: 'wacht/1' } }
  const batch = [at(1, {}, '2027-01-01T00:00:00'), at(2, withdraws), at(3), at(4, withdraws), at(5)]
  const ids = byMember(batch).map(group => group.map(({ message: { id } }) => id))
  expect(ids).toEqual([['m5', 'm4', 'm3', 'm2', 'm1']])
  expect(byMember(batch.slice(0, 3))[0]?.map(({ message: { id } }) => id)).toEqual(['m3', 'm2', 'm1'])
  const later = { ...at(9), change: { ...at(9).change, withdraws: { scope: 'x', role: 'r' }, due: 1 } }
  const [dated, plain] = [at(1, {}, versionOf(7).time), at(2)]
  expect(byMember([later, plain, dated]).map(group => group.map(({ message: { id } }) => id))).toEqual([
    ['m9', 'm1', 'm2'],
  ])
})

describe('two states are one', () => {
  test.each<[string, Desired, Desired, boolean]>([
    ['when all is the same', { roleId: '1' }, { roleId: '1' }, true],
    ['whatever the order of their keys', { a: '1', b: true }, { b: true, a: '1' }, true],
    ['not when a value differs', { roleId: '1' }, { roleId: '2' }, false],
    ['not when a type differs', { owner: true }, { owner: 'true' }, false],
    ['not when a list is longer', { ids: ['1'] }, { ids: ['1', '2'] }, false],
    ['not when a key is missing', { a: '1' }, { a: '1', b: '2' }, false],
  ])('%s', (_, one, other, same) => {
    expect(sameDesired(one, other)).toBe(same)
    expect(sameDesired(other, one)).toBe(same)
  })
})
