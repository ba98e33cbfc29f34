import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sha256 } from '../../../functions/aws/sha256.ts'
import {
  type BurstItem,
  burstKey,
  type Claim,
  claimOf,
  type Place,
  placeEnd,
  takePlaces,
} from '../../../functions/core/guard/burst-places.ts'
import { appliedOf, endedOf, entryOf, versionOf } from '../../support/entries.ts'

const key = 'burst/x'
const day = 86_400_000
const rules = { allowed: 2, keepMs: 1000 }
const never = () => false
const claim = (member: string, message = `m${member}`): Claim => ({
  ...{ member, message, time: '2026-11-23T09:15:01', sequence: '', event: 'e' },
})
const take = (
  item: BurstItem | undefined,
  claims: readonly Claim[],
  isOver = never as (place: Place) => boolean,
  now = 5,
) => takePlaces(item, key, claims, rules, isOver, now)
const itemOf = (...claims: readonly Claim[]): BurstItem => take(undefined, claims).entry as BurstItem

describe('places', () => {
  test('are given until none is free, in one step', () => {
    const { kind, entry, without } = take(undefined, [claim('1'), claim('2'), claim('3')])
    expect(kind).toBe('places')
    expect(entry).toEqual({
      ...{ member: key, rev: 1, expires: Math.ceil((5 + 14 * day + 1000) / 1000) },
      places: [
        { ...claim('1'), at: 5 },
        { ...claim('2'), at: 5 },
      ],
    })
    expect(without).toEqual([claim('3')])
  })
  test('are kept by the same message, so that nothing is stored', () =>
    expect(take(itemOf(claim('1'), claim('2')), [claim('2'), claim('1')])).toEqual({
      ...{ kind: 'places', without: [] },
      places: itemOf(claim('1'), claim('2')).places,
    }))
  test('pass to a new change of the member, which counts once', () => {
    const { entry, without } = take(itemOf(claim('1'), claim('2')), [claim('1', 'newer')], never, 6)
    expect([entry?.rev, entry?.places, without]).toEqual([
      2,
      [
        { ...claim('2'), at: 5 },
        { ...claim('1', 'newer'), at: 6 },
      ],
      [],
    ])
  })
  test('that are over are free, but nothing is stored only to forget them', () => {
    const item = itemOf(claim('1'), claim('2'))
    const isOver = ({ member }: Place) => member === '1'
    expect(take(item, [claim('3')], isOver).entry?.places).toMatchObject([claim('2'), claim('3')])
    expect(take(item, [claim('2')], isOver)).not.toHaveProperty('entry')
  })
  test('end when no message of their time is left, and the window after it', () => {
    const item = itemOf(claim('1'), claim('2'))
    const at = (now: number) => take(item, [claim('3')], never, now).without.length
    expect([at(5 + 14 * day + 999), at(5 + 14 * day + 1000)]).toEqual([1, 0])
  })
  test('are never more than allowed, and never two of a member, whatever is claimed', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }), fc.boolean())),
        claims => {
          let item: BurstItem | undefined
          for (const [member, message, isOver] of claims)
            item = take(item, [claim(`${member}`, `m${message}`)], () => isOver).entry ?? item
          const members = item?.places.map(place => place.member) ?? []
          expect(members.length).toBeLessThanOrEqual(rules.allowed)
          expect(new Set(members).size).toBe(members.length)
        },
      ),
    ))
})

describe('the change of a place has ended', () => {
  const placeOf = (n: number): Place => ({
    ...claimOf({ member: 'wacht/1/2', message: `m${n}`, version: versionOf(n) }, sha256),
    at: 5,
  })
  const endAt = (n: number, fields: Parameters<typeof entryOf>[0]) =>
    placeEnd(entryOf(fields), placeOf(n), sha256)

  test('not if its member has no entry, or nothing in it is as new', () => {
    expect(placeEnd(undefined, placeOf(3), sha256)).toBeUndefined()
    expect(endAt(3, { applied: appliedOf(2), ended: [endedOf(4)] })).toBeUndefined()
  })
  test.each([3, 4])('when it or a newer one was proven', n =>
    expect(endAt(3, { applied: appliedOf(n) })).toBe(500),
  )
  test('also by another message of the same event', () =>
    expect(endAt(3, { applied: { ...appliedOf(3), message: 'repeat' } })).toBe(500))
  test('of a re-assertion not before its time is over: its version is applied all the while', () => {
    const applied = appliedOf(3)
    const { message } = applied
    const reasserts = { expires: 9000, by: 'x' }
    const own = claimOf({ member: '1', message, version: versionOf(3), reasserts }, sha256)
    expect(placeEnd(entryOf({ applied }), { ...own, at: 1 }, sha256)).toBe(9000)
    expect(placeEnd(entryOf({ applied: { ...applied, at: 9500 } }), { ...own, at: 1 }, sha256)).toBe(9500)
  })
  test('when its message has a letter', () =>
    expect(endAt(3, { applied: appliedOf(2), ended: [endedOf(4), endedOf(3, {}, 700)] })).toBe(700))
  test('not by another event of the same time, which may be older', () => {
    const { version } = appliedOf(3)
    expect(endAt(3, { applied: { ...appliedOf(3), version: { ...version, id: 'other' } } })).toBeUndefined()
  })
  test('not by an older change with the id of the event', () => {
    const { id } = versionOf(3)
    expect(endAt(3, { applied: { ...appliedOf(2), version: { ...versionOf(2), id } } })).toBeUndefined()
  })
  test('by a later sequence of the same time', () => {
    const { version } = appliedOf(3)
    expect(endAt(3, { applied: { ...appliedOf(3), version: { ...version, sequence: '1' } } })).toBe(500)
  })
})

test('a burst has its own key', () => {
  const burst = { scope: 'wacht/1', sender: 'intake/okta', role: 'member' }
  const keys = [burst, { ...burst, scope: 'wacht/2' }, { ...burst, sender: 'x' }, { ...burst, role: 'y' }]
  expect(new Set(keys.map(each => burstKey(each, sha256))).size).toBe(4)
  expect(burstKey(burst, sha256)).toMatch(/^burst\/[0-9a-f]{64}$/)
})

/** The size of a value as DynamoDB counts it: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1
  const parts = Object.entries(value as object).map(
    ([name, part]) => (Array.isArray(value) ? 0 : name.length) + 1 + sizeOf(part),
  )
  return 3 + parts.reduce((sum, part) => sum + part, 0)
}

test.each([
  [10, 2.5],
  [500, 110],
])('an item of %i places has less than %i KB, however long the names of an event are', (floor, most) => {
  const claims = Array.from({ length: floor }, (_, n) =>
    claimOf(
      {
        member: `project/3c90c3cc-0d44-4b50-8888-8dd25736052a/${String(n).padStart(36, '0')}`,
        message: String(n).padStart(36, '0'),
        version: {
          ...{ time: '2026-11-23T09:15:00.25Z', sequence: '42' },
          ...{ source: 's'.repeat(512), id: 'i'.repeat(256) },
        },
      },
      sha256,
    ),
  )
  const key = burstKey({ scope: 's', sender: 's', role: 'r' }, sha256)
  const { entry } = takePlaces(undefined, key, claims, { ...rules, allowed: floor }, never, Date.now())
  expect(sizeOf(entry) / 1024).toBeLessThan(most)
  expect(sizeOf(entry) / 1024).toBeGreaterThan(most * 0.8)
})
