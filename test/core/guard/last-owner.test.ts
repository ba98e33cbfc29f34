import { describe, expect, test } from '@jest/globals'
import { isAnyGuarded } from '../../../functions/core/guard/guards.ts'
import {
  createOwners,
  heldByOwners,
  type OwnerRule,
  ownerDetail,
  ownerProblems,
  ownersIn,
} from '../../../functions/core/guard/last-owner.ts'
import { kinds, parseGuards } from '../../../functions/targets/index.ts'
import { catalogue, groupA, groupB, managerRole, organization, projectId } from '../../support/events.ts'

const wacht = `wacht/${organization}`
const project = `project/${projectId}`
const rule = (fields: Partial<OwnerRule> = {}): OwnerRule => ({
  scope: wacht,
  role: 'manager',
  keep: 2,
  ...fields,
})

const problems = (content: unknown): string => {
  const parsed = parseGuards(content)
  return parsed.ok ? 'none' : parsed.problems.join('; ')
}

describe('rules for the last owners are read', () => {
  test('with scope, role, how many are kept, and a mode', () => {
    const guards = { last_owner: [rule({ mode: 'shadow' }), rule({ role: 'engineer', keep: 100 })] }
    const parsed = parseGuards(guards)
    expect(parsed).toEqual({ ok: true, value: guards })
    expect(parsed.ok && isAnyGuarded(parsed.value)).toBe(true)
    expect(isAnyGuarded({ last_owner: [] })).toBe(false)
  })
  test.each<[string, unknown, RegExp]>([
    ['no list', {}, /^last_owner: must be a list of rules$/],
    ['no object', [7], /^last_owner\.0: must be an object$/],
    ['no scope', [{ role: 'manager', keep: 2 }], /^last_owner\.0\.scope: is missing$/],
    ['a member', [rule({ scope: `${wacht}/7` })], /^last_owner\.0\.scope: must be wacht\/<scope> or project/],
    ['a role without a name', [rule({ role: '' })], /^last_owner\.0\.role: /],
    ['none kept', [rule({ keep: 0 })], /^last_owner\.0\.keep: must be a whole number from 1 to 100$/],
    ['too many kept', [rule({ keep: 101 })], /^last_owner\.0\.keep: must be a whole number from 1 to 100$/],
    ['another mode', [{ ...rule(), mode: 'off' }], /^last_owner\.0\.mode: must be enforce or shadow$/],
    ['another field', [{ ...rule(), sender: 'x' }], /^last_owner\.0\.sender: is not a known field$/],
    [
      'two rules for one role of a scope',
      [rule(), rule({ keep: 3 })],
      /^last_owner: must not have two rules for the same scope and role$/,
    ],
  ])('and refused with their path: %s', (_, last_owner, problem) =>
    expect(problems({ last_owner })).toMatch(problem),
  )
})

describe('a catalogue tells what is wrong with a rule', () => {
  const of = (
    fields: Partial<OwnerRule>,
    unlisted: (target: string) => string | undefined = () => undefined,
  ) => ownerProblems([rule(), rule(fields)], kinds, catalogue, unlisted)
  test.each<[Partial<OwnerRule>, string[]]>([
    [{ scope: project }, []],
    [{ role: 'nobody' }, ['last_owner.1.role: must be a role that the catalogue has for this scope']],
    [{ role: 'reader' }, ['last_owner.1.role: must be a role that the catalogue has for this scope']],
    [{ scope: 'wacht/9' }, ['last_owner.1.role: must be a role that the catalogue has for this scope']],
    [{ scope: project, role: 'reader' }, ['last_owner.1.role: must be a role that not every member has']],
  ])('%j', (fields, expected) => expect(of(fields)).toEqual(expected))

  test('and where lists do not show roles, what to do instead', () => {
    const unlisted = (target: string) => (target === 'wacht' ? 'the lists of wacht show no roles' : undefined)
    expect(of({ scope: project }, unlisted)).toEqual([
      'last_owner.0.scope: the lists of wacht show no roles: name the members in `protected` instead',
    ])
  })
  test('a function does not begin with such a rule', () => {
    expect(() => createOwners([rule({ role: 'a' }), rule(), rule({ role: 'b' })], kinds, catalogue)).toThrow(
      /^wrong guards: last_owner\.0\.role: [^;]*; last_owner\.2\.role: [^;]*$/,
    )
  })
})

describe('a change may break', () => {
  const { of } = createOwners([rule(), rule({ scope: project, keep: 1 })], kinds, catalogue)
  const broken = (scope: string, desired: object) =>
    of({ member: `${scope}/7`, desired: desired as { roleId: string } }).map(({ keep }) => keep)
  test('the rule of its scope if it asks for a state without the role', () => {
    expect(broken(wacht, { roleId: '7' })).toEqual([2])
    expect(broken(project, { groupIds: [groupB], owner: true })).toEqual([1])
    expect(broken(project, { groupIds: [groupA], owner: false })).toEqual([1])
  })
  test('no rule if it asks for the role, whatever else it asks for, or is of another scope', () => {
    expect(broken(wacht, { roleId: managerRole })).toEqual([])
    expect(broken(project, { groupIds: [groupA, groupB], owner: true })).toEqual([])
    expect(broken('wacht/9', { roleId: '7' })).toEqual([])
  })
  test('or one that is tried, apart from those that are enforced', () => {
    const states = { wacht: { [organization]: { roleId: '8' } } }
    const rules = [rule(), rule({ role: 'lead', keep: 3, mode: 'shadow' })]
    const both = createOwners(rules, kinds, { ...catalogue, lead: states })
    const change = { member: `${wacht}/7`, desired: { roleId: '7' } }
    expect(both.of(change).map(({ keep }) => keep)).toEqual([2])
    expect(both.tried(change).map(({ keep }) => keep)).toEqual([3])
    expect(both.tried({ ...change, desired: { roleId: '8' } })).toEqual([])
  })
  test('and the rule tells who has the role', () => {
    const [limit] = of({ member: `${wacht}/7`, desired: { roleId: '7' } })
    expect([limit?.isIn({ role_ids: ['7', managerRole] }), limit?.isIn({ role_ids: ['7'] })]).toEqual([
      true,
      false,
    ])
  })
})

test.each([1, undefined])('what a letter says names its scope and role: %s left', others => {
  expect(ownersIn(ownerDetail(rule({ role: 'role of the owner' }), others))).toEqual({
    ...{ scope: wacht, role: 'role of the owner' },
  })
  expect(ownersIn('a text of somebody, 2 must stay')).toBeUndefined()
})
test('a text around what a letter says names nothing, and a number has several digits', () => {
  const detail = ownerDetail(rule({ keep: 12 }), 11)
  expect(ownersIn(detail)).toEqual({ scope: wacht, role: 'manager' })
  expect([ownersIn(`not: ${detail}`), ownersIn(`${detail} today`)]).toEqual([undefined, undefined])
})
test('what holds a change names its first rule, and has all of them; without a rule nothing does', () => {
  const { of } = createOwners([rule()], kinds, catalogue)
  const owners = of({ member: `${wacht}/7`, desired: { roleId: '7' } })
  expect(heldByOwners(owners)).toEqual({ guard: 'last_owner', detail: ownerDetail(rule()), owners })
  expect([heldByOwners([]), heldByOwners()]).toEqual([undefined, undefined])
})

test('a letter says how many would be left', () => {
  expect([ownerDetail(rule(), 1), ownerDetail(rule())]).toEqual([
    `would leave 1 other member of ${wacht} with the role manager, 2 must stay`,
    `would leave fewer than 2 other members of ${wacht} with the role manager, 2 must stay`,
  ])
})
