import { describe, expect, test } from '@jest/globals'
import { allowedOf, type BurstRule, burstProblems, heldByBurst } from '../../../functions/core/guard/burst.ts'
import { createGuard } from '../../../functions/core/guard/guards.ts'
import { parseGuards } from '../../../functions/targets/index.ts'
import { catalogue, organization, projectId } from '../../support/events.ts'

const change = { member: 'wacht/7/8', withdraws: { role: 'member', scope: 'wacht/7' } }
const rule = (floor: number, fields: Partial<BurstRule> = {}): BurstRule => ({
  ...{ floor, windowSeconds: 3600 },
  ...fields,
})
const floorOf = (rules: readonly BurstRule[], sender = 'intake/okta') =>
  createGuard({ burst: rules })(change, sender)?.limit?.floor

describe('a withdrawal is counted', () => {
  test('by its sender, scope and role, with the numbers of the rule and the facts', () =>
    expect(createGuard({ burst: [rule(10)] })(change, 'intake/okta')).toEqual({
      guard: 'burst',
      detail:
        'sender intake/okta moves more than 10 members of wacht/7 to the role member within 3600 s; this member is beyond that',
      limit: {
        burst: { scope: 'wacht/7', sender: 'intake/okta', role: 'member' },
        ...{ floor: 10, windowMs: 3_600_000 },
      },
    }))
  test('in the scope that has the role, whatever scope its address names', () =>
    expect(
      createGuard({ burst: [rule(1)] })({ ...change, member: 'wacht/9/8' }, 's')?.limit?.burst.scope,
    ).toBe('wacht/7'))
  test('also from an unknown sender', () =>
    expect(createGuard({ burst: [rule(1)] })(change, '')?.detail).toMatch(/^an unknown sender moves more/))
  test('and no other change', () =>
    expect(createGuard({ burst: [rule(1)] })({ member: change.member }, 'intake/okta')).toBeUndefined())
  test.each<[string, Partial<BurstRule>]>([
    ['scope', { scope: 'wacht/8' }],
    ['sender', { sender: 'intake/other' }],
    ['role', { role: 'guest' }],
  ])('by no rule for another %s', (_, fields) => expect(floorOf([rule(1, fields)])).toBeUndefined())
  test('by the rule with the most fields, wherever it stands', () => {
    const rules = [
      rule(1),
      rule(2, { sender: 'intake/okta' }),
      rule(3, { scope: 'wacht/7', role: 'member' }),
      rule(4, { scope: 'wacht/7', role: 'guest', sender: 'intake/okta' }),
    ]
    expect([floorOf(rules), floorOf(rules.toReversed())]).toEqual([3, 3])
    expect([floorOf(rules.slice(0, 2)), floorOf(rules.slice(0, 2), 'other')]).toEqual([2, 1])
  })
  test('of two with as many fields by the first one', () => {
    const rules = [rule(1, { sender: 'intake/okta' }), rule(2, { scope: 'wacht/7' })]
    expect([floorOf(rules), floorOf(rules.toReversed())]).toEqual([1, 2])
  })
  test('after the guard of protected members, which needs an approval in any case', () => {
    const guard = createGuard({
      ...{ protected: [{ member: change.member, why: 'owner', senders: ['intake/okta'] }], burst: [rule(1)] },
    })
    expect([guard(change, 'intake/okta')?.guard, guard(change, 'other')?.guard]).toEqual([
      'burst',
      'protected',
    ])
  })
})

test.each([0.1, 0.29, 0.000001, 0.333333, 1])('a share of %s is read as it is written', share => {
  const burst = [{ floor: 3, share, windowSeconds: 60 }]
  expect(parseGuards({ burst })).toEqual({ ok: true, value: { burst } })
})

describe('a share of the known members', () => {
  test.each<[string, number, { share?: number; known?: number; floor?: number }]>([
    ['rounded down', 41, { share: 0.1, known: 419 }],
    ['exactly, though 0.29 times 100 is a hair less in binary', 29, { share: 0.29, known: 100 }],
    ['all of them', 37, { share: 1, known: 37 }],
    ['the floor if that is more', 10, { share: 0.1, known: 99 }],
    ['the floor where the members are not known', 10, { share: 1 }],
    ['the floor of a scope without members', 10, { share: 1, known: 0 }],
    ['the floor of a rule without a share', 10, { known: 5000 }],
    ['500 at most', 500, { share: 0.5, known: 100_000 }],
    ['500 if that is the floor', 500, { share: 0.5, known: 10, floor: 500 }],
  ])('allows %s', (_, allowed, numbers) => expect(allowedOf({ floor: 10, ...numbers })).toBe(allowed))
  test('comes with the limit, and the detail has its numbers', () => {
    const held = createGuard({ burst: [rule(10, { share: 0.1 })] })(change, 'intake/okta')
    expect(held?.limit).toEqual({
      burst: { scope: 'wacht/7', sender: 'intake/okta', role: 'member' },
      ...{ floor: 10, share: 0.1, windowMs: 3_600_000 },
    })
    const detailWith = (known?: number) => held?.limit && heldByBurst({ ...held.limit, known }).detail
    expect([detailWith(419), detailWith()]).toEqual([
      'sender intake/okta moves more than 41 members of wacht/7 to the role member within 3600 s (share 0.1 of 419 known members, floor 10); this member is beyond that',
      'sender intake/okta moves more than 10 members of wacht/7 to the role member within 3600 s (share 0.1 of members that are not known, floor 10); this member is beyond that',
    ])
  })
})

describe('a rule does not fit the catalogue', () => {
  test.each<[string, Partial<BurstRule>, string[]]>([
    [
      'a role that is not there',
      { role: 'owner' },
      ['burst.0.role: must be a role that the catalogue marks `withdraws`'],
    ],
    [
      'a role that takes no access away',
      { role: 'manager' },
      ['burst.0.role: must be a role that the catalogue marks `withdraws`'],
    ],
    ['a scope that is not there', { scope: 'wacht/8' }, ['burst.0.scope: must be a scope of the catalogue']],
    ['nothing of these', { role: 'reader', scope: `wacht/${organization}` }, []],
    ['no field', {}, []],
    ['a scope of another target', { scope: `project/${projectId}` }, []],
  ])('%s', (_, fields, problems) => expect(burstProblems([rule(1, fields)], catalogue)).toEqual(problems))
})
