import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { doneWords, soughtIn } from '../../../functions/core/people/person-findings.ts'
import {
  afterReading,
  none,
  type PersonFinding,
  type Progress,
} from '../../../functions/core/people/person-progress.ts'
import { effects } from '../../support/entries.ts'

const paged = (pages: number, scope: string, ...members: string[]): PersonFinding => ({
  ...{ kind: 'searched', scope, at: 5, pages, listed: 9, members },
})
const searched = (scope: string, ...members: string[]) => paged(1, scope, ...members)
const remembered: PersonFinding = { kind: 'remembered', scope: 'wacht/1', member: 'wacht/1/2' }
const unread: PersonFinding = { kind: 'unread', scope: 'wacht/4', effect: effects.deferred }
const enqueued: PersonFinding = { kind: 'enqueued', scope: 'wacht/5', member: 'wacht/5/6' }
const sending: PersonFinding = { kind: 'sending', scope: 'wacht/6', member: 'wacht/6/7' }
const absent: PersonFinding = { kind: 'absent', scope: 'wacht/7', listed: 3 }
/** Summed up after as many readings of it, without a grace. */
const sought = (findings: readonly PersonFinding[], graceMs = 0, readings = 1) => {
  const of = (kind: 'enqueued' | 'sending') =>
    findings.flatMap(each => (each.kind === kind ? [each.member] : []))
  let progress: Progress = { ...none, enqueued: of('enqueued'), sending: of('sending') }
  for (let n = 0; n < readings; n++) progress = afterReading(progress, findings, graceMs)
  return soughtIn(findings, progress)
}

test('a person who is once in every scope is found', () => {
  expect(sought([remembered, searched('project/a', 'project/a/b')])).toStrictEqual({
    ...{
      kind: 'found',
      members: ['wacht/1/2', 'project/a/b'],
      enqueued: [],
      missing: undefined,
      certain: true,
    },
    unread: undefined,
  })
})

test('where the person is not, what could not be read, and whose events are still to be sent, is told', () => {
  expect(sought([searched('wacht/1'), unread, sending, enqueued, absent, searched('wacht/3')])).toStrictEqual(
    {
      ...{ kind: 'found', members: ['wacht/6/7'], enqueued: ['wacht/5/6'], certain: true },
      missing: 'wacht/1 (9 listed), wacht/7 (3 listed), wacht/3 (9 listed)',
      unread: effects.deferred,
    },
  )
})

test.each([
  ['a list that was read within the grace', [searched('wacht/1')], 10, 1, false],
  ['a list of several pages that was read once', [paged(2, 'wacht/1')], 0, 1, false],
  ['a list of several pages that was read twice', [paged(2, 'wacht/1')], 0, 2, true],
  ['one of two lists', [searched('wacht/1'), paged(2, 'wacht/2')], 0, 1, false],
  ['lists that show the person', [paged(2, 'wacht/1', 'wacht/1/2')], 10, 1, true],
])('by %s the person is not anywhere else for certain: %#', (_, findings, graceMs, readings, certain) => {
  expect(sought(findings, graceMs, readings)).toMatchObject({ kind: 'found', certain })
})

describe('of several members with one address', () => {
  const two = ['wacht/1/2', 'wacht/1/3']
  const lists = 'wacht/1 lists 2 members with this e-mail address: wacht/1/2, wacht/1/3'

  test('none is meant, and five of them are named', () => {
    expect(sought([unread, searched('wacht/1', ...two)])).toEqual({
      ...{ kind: 'ambiguous', certain: true, detail: `no member was changed; ${lists}` },
    })
    const six = Array.from({ length: 6 }, (_, n) => `wacht/1/${n}`)
    expect(sought([searched('wacht/1', ...six)])).toMatchObject({
      detail: `no member was changed; wacht/1 lists 6 members with this e-mail address: ${six.slice(0, 5).join(', ')} and 1 more`,
    })
  })
  test('it is said whose events other attempts have sent, or may have', () => {
    expect(sought([enqueued, sending, searched('wacht/1', ...two)])).toMatchObject({
      detail: `on the queue: the change of wacht/5/6; may be on the queue: the change of wacht/6/7; ${lists}`,
    })
  })
  test('those are named too whose scope the catalogue does not have for the role any more', () => {
    const progress = { ...none, enqueued: ['wacht/99/1'] }
    expect(soughtIn([searched('wacht/1', ...two)], progress)).toMatchObject({
      detail: `on the queue: the change of wacht/99/1; ${lists}`,
    })
  })
  test('a list of several pages shows it when it is read twice: one membership may have been made anew meanwhile', () => {
    const findings = [paged(2, 'wacht/1', ...two)]
    expect(sought(findings)).toMatchObject({ kind: 'ambiguous', certain: false })
    expect(sought(findings, 0, 2)).toMatchObject({ kind: 'ambiguous', certain: true })
    expect(sought([...findings, searched('wacht/2', 'wacht/2/1', 'wacht/2/2')])).toMatchObject({
      certain: true,
    })
  })
})

test('what was done names three members and counts the others', () => {
  const five = ['a', 'b', 'c', 'd', 'e']
  expect(doneWords(five, [])).toBe('on the queue: the change of a, b, c and 2 more')
  expect(doneWords([], ['a'])).toBe('may be on the queue: the change of a')
  expect(doneWords([], [])).toBeUndefined()
})

test('no scope has more than one member, whatever was found', () => {
  const members = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 })
  const finding = fc.oneof(
    fc.constantFrom(unread, remembered, enqueued, sending, absent),
    members.map(some => searched('wacht/1', ...some)),
  )
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 5 }), findings => {
      const found = sought(findings)
      if (found.kind === 'found') expect(found.members.length).toBeLessThanOrEqual(findings.length)
      else expect(findings.some(one => one.kind === 'searched' && one.members.length > 1)).toBe(true)
    }),
  )
})
