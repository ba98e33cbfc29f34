import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { scopeName } from '../../../functions/core/people/person-event.ts'
import {
  type Absence,
  afterReading,
  afterSending,
  beforeSending,
  begin,
  isCertain,
  none,
  type PersonFinding,
  type Progress,
} from '../../../functions/core/people/person-progress.ts'
import { effects } from '../../support/entries.ts'

const scopes = ['1', '2', '3'].map(scope => ({ target: 'wacht', scope }))
const [one, two, three] = scopes as [(typeof scopes)[0], (typeof scopes)[0], (typeof scopes)[0]]
const absence = (fields: Partial<Absence> = {}): Absence => ({
  ...{ since: 0, at: 100, pages: 1, listed: 4, late: 1, ...fields },
})
const reading = (at: number, pages = 1, scope = 'wacht/1', ...members: string[]): PersonFinding => ({
  ...{ kind: 'searched', scope, at, pages, listed: 9, members },
})
const readings = (graceMs: number, ...findings: PersonFinding[]): Progress =>
  findings.reduce((progress, finding) => afterReading(progress, [finding], graceMs), none)

describe('an attempt begins where the last one ended', () => {
  test('with every scope, in their order, when it is the first', () => {
    expect(begin(scopes, none)).toEqual({ settled: [], left: scopes })
  })
  test('without the scopes whose event is enqueued, or was about to be', () => {
    expect(begin(scopes, { ...none, enqueued: ['wacht/2/7'], sending: ['wacht/1/5'] })).toEqual({
      settled: [
        { kind: 'sending', scope: 'wacht/1', member: 'wacht/1/5' },
        { kind: 'enqueued', scope: 'wacht/2', member: 'wacht/2/7' },
      ],
      left: [three],
    })
  })
  test('without the lists of which it is certain that the person is not there, and no others', () => {
    const without = { 'wacht/1': absence({ late: 0 }), 'wacht/2': absence({ listed: 5 }) }
    expect(begin(scopes, { ...none, without })).toEqual({
      settled: [{ kind: 'absent', scope: 'wacht/2', listed: 5 }],
      left: [three, one],
    })
  })
  test('with the list that was read longest ago', () => {
    const at = (n: number) => absence({ at: n, late: 0 })
    const without = { 'wacht/1': at(9), 'wacht/2': at(3), 'wacht/3': at(5) }
    expect(begin(scopes, { ...none, without }).left).toEqual([two, three, one])
  })
})

describe('a person is not in a list', () => {
  test.each([
    ['of one page', 1, 0, false],
    ['of one page', 1, 1, true],
    ['of several pages', 2, 0, false],
    ['of several pages', 2, 1, false],
    ['of several pages', 2, 2, true],
    ['of several pages', 100, 3, true],
  ])('%s (%d) after %d readings that began after the grace: %s', (_, pages, late, certain) => {
    expect(isCertain(absence({ pages, late }))).toBe(certain)
  })
})

describe('the grace', () => {
  const grace = 900_000
  const late = (...at: readonly number[]) =>
    readings(grace, ...at.map(each => reading(each))).without['wacht/1']?.late

  test('counts from the first complete reading, to the millisecond', () => {
    expect(late(5000)).toBe(0)
    expect(late(5000, 5000 + grace - 1)).toBe(0)
    expect(late(5000, 5000 + grace)).toBe(1)
    expect(late(5000, 5000 + grace - 1, 5000 + grace)).toBe(1)
    expect(late(5000, 5000 + grace, 5001 + grace)).toBe(2)
  })
  test('is that of each scope by itself', () => {
    const { without } = readings(grace, reading(0), reading(grace, 1, 'wacht/2'), reading(grace))
    expect(without).toMatchObject({ 'wacht/1': { since: 0, late: 1 }, 'wacht/2': { since: grace, late: 0 } })
  })
  test('of none is over with the first reading', () => {
    expect(readings(0, reading(5000)).without['wacht/1']).toEqual({
      ...{ since: 5000, at: 5000, pages: 1, listed: 9, late: 1 },
    })
  })
  test('does not begin with a list that was not read to its end', () => {
    const unread: PersonFinding = { kind: 'unread', scope: 'wacht/1', effect: effects.deferred }
    expect(readings(grace, unread, unread)).toBe(none)
  })
  test('is not shortened by the clock of another instance', () => {
    expect(readings(grace, reading(5000), reading(4000)).without['wacht/1']).toMatchObject({
      since: 5000,
      late: 0,
    })
  })
})

test('what was read is kept: who is not there, and how often several were; what could not be read is as it was', () => {
  const before = {
    ...none,
    enqueued: ['wacht/9/1'],
    without: { 'wacht/8': absence() },
    several: { 'wacht/5': 1 },
  }
  const findings: PersonFinding[] = [
    { kind: 'enqueued', scope: 'wacht/9', member: 'wacht/9/1' },
    { kind: 'remembered', scope: 'wacht/1', member: 'wacht/1/7' },
    reading(50, 2, 'wacht/2', 'wacht/2/7'),
    reading(50, 2, 'wacht/3'),
    { kind: 'unread', scope: 'wacht/4', effect: effects.deferred },
    reading(50, 2, 'wacht/5', 'wacht/5/1', 'wacht/5/2'),
  ]
  expect(afterReading(before, findings, 10)).toEqual({
    ...{ enqueued: ['wacht/9/1'], sending: [] },
    without: { 'wacht/8': absence(), 'wacht/3': { since: 50, at: 50, pages: 2, listed: 9, late: 0 } },
    several: { 'wacht/5': 2 },
  })
})

test('whose events are sent is kept before, and then again', () => {
  const sending = beforeSending({ ...none, enqueued: ['wacht/1/1'] }, ['wacht/2/2'])
  expect(sending).toEqual({ ...none, enqueued: ['wacht/1/1'], sending: ['wacht/2/2'] })
  expect(afterSending(sending)).toEqual({ ...none, enqueued: ['wacht/1/1', 'wacht/2/2'] })
})

test('no scope is lost or looked at twice, however far the search has come', () => {
  const some = fc.subarray(scopes)
  fc.assert(
    fc.property(some, some, some, fc.nat(3), (told, sending, empty, pages) => {
      const names = (each: typeof scopes) => each.map(scope => `${scopeName(scope)}/7`)
      const findings = empty.map(scope => reading(5, pages, scopeName(scope)))
      const progress = afterReading({ ...none, enqueued: names(told), sending: names(sending) }, findings, 0)
      const { settled, left } = begin(scopes, progress)
      expect([...settled.map(({ scope }) => scope), ...left.map(scopeName)].toSorted()).toEqual(
        scopes.map(scopeName),
      )
    }),
  )
})
