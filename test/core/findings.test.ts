import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Finding, soughtIn } from '../../functions/core/findings.ts'
import { effects } from '../support/entries.ts'

const searched = (scope: string, ...members: string[]): Finding => ({
  kind: 'searched',
  scope,
  members,
  listed: 9,
})
const remembered: Finding = { kind: 'remembered', scope: 'wacht/1', member: 'wacht/1/2' }
const unread: Finding = { kind: 'unread', scope: 'wacht/4', effect: effects.deferred }

test('a person who is once in every scope is found', () => {
  expect(soughtIn([remembered, searched('project/a', 'project/a/b')])).toStrictEqual({
    ...{ kind: 'found', members: ['wacht/1/2', 'project/a/b'], told: [], missing: undefined },
    unread: undefined,
  })
})

test('where the person is not, and what could not be read, is told', () => {
  const told: Finding = { kind: 'told', scope: 'wacht/5', member: 'wacht/5/6' }
  expect(soughtIn([searched('wacht/1'), unread, remembered, told, searched('wacht/3')])).toStrictEqual({
    ...{ kind: 'found', members: ['wacht/1/2'], told: ['wacht/5/6'] },
    ...{ missing: 'wacht/1 (9 listed), wacht/3 (9 listed)' },
    unread: effects.deferred,
  })
})

test('of several members with one address none is meant, and five of them are named', () => {
  const two = ['wacht/1/2', 'wacht/1/3']
  expect(soughtIn([unread, searched('wacht/1', ...two)])).toEqual({
    kind: 'ambiguous',
    detail: 'wacht/1 lists 2 members with this e-mail address: wacht/1/2, wacht/1/3',
  })
  const six = Array.from({ length: 6 }, (_, n) => `wacht/1/${n}`)
  expect(soughtIn([searched('wacht/1', ...six)])).toEqual({
    kind: 'ambiguous',
    detail: `wacht/1 lists 6 members with this e-mail address: ${six.slice(0, 5).join(', ')}`,
  })
})

test('no scope has more than one member, whatever was found', () => {
  const members = fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 })
  const finding = fc.oneof(
    fc.constant(unread),
    fc.constant(remembered),
    members.map(some => searched('wacht/1', ...some)),
  )
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 5 }), findings => {
      const sought = soughtIn(findings)
      if (sought.kind === 'found') expect(sought.members.length).toBeLessThanOrEqual(findings.length)
      else expect(findings.some(one => one.kind === 'searched' && one.members.length > 1)).toBe(true)
    }),
  )
})
