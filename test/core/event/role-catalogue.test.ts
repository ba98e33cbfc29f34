import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import {
  createWithdrawingRoles,
  isUnknownRole,
  parseCatalogueOf,
  resolveRole,
} from '../../../functions/core/event/role-catalogue.ts'
import { parseCatalogue } from '../../../functions/targets/index.ts'
import { catalogue, engineerRole, groupA, groupB, organization, projectId } from '../../support/events.ts'

const problems = (content: unknown) => {
  const parsed = parseCatalogue(content)
  return parsed.ok ? [] : parsed.problems
}

describe('a catalogue is read', () => {
  test('with what each role means in each scope', () => {
    expect(parseCatalogue(catalogue)).toEqual({ ok: true, value: catalogue })
  })
  test('with UUIDs in one spelling and groups in one order', () => {
    const state = { groupIds: [groupB.toUpperCase(), groupA], owner: false }
    expect(parseCatalogue({ r: { project: { [projectId.toUpperCase()]: state } } })).toEqual({
      ok: true,
      value: { r: { project: { [projectId]: { groupIds: [groupA, groupB], owner: false } } } },
    })
  })
  test('that holds no role, or a role that is nowhere', () => {
    expect(problems({})).toEqual([])
    expect(problems({ r: {} })).toEqual([])
  })
})

describe('a wrong catalogue is refused, with the path of each problem', () => {
  test.each<[string, unknown, RegExp]>([
    ['no object', [], /^\(roles\): must be an object of roles$/],
    ['text', 'roles', /^\(roles\): must be an object of roles$/],
    ['a role that is text', { r: 'manager' }, /^r: must be an object of targets$/],
    ['a state that is text', { r: { wacht: { 7: 'manager' } } }, /^r\.wacht\.7: must be an object$/],
    ['an empty name', { '': {} }, /must not be empty/],
    [
      'a name of every object',
      { constructor: {} },
      /^\(roles\): must not name __proto__, constructor, prototype$/,
    ],
    ['a scope of every object', { r: { wacht: { prototype: {} } } }, /^r\.wacht: must not name/],
    ['scopes in a list', { r: { wacht: [] } }, /^r\.wacht: must be an object of scopes$/],
    ['a mark that is no boolean', { r: { withdraws: 'yes' } }, /^r\.withdraws: must be true or false$/],
    ['an unknown target', { r: { okta: {} } }, /^r\.okta: is not a known field/],
    [
      'a scope that is no id',
      { r: { wacht: { '07': { roleId: '1' } } } },
      /^r\.wacht\.07: must be decimal digits/,
    ],
    ['a numeric role id', { r: { wacht: { 7: { roleId: 1 } } } }, /^r\.wacht\.7\.roleId: .*loses digits/],
    ['a missing owner', { r: { project: { [projectId]: { groupIds: [] } } } }, /owner: is missing/],
    [
      'a key that a state has not',
      { r: { wacht: { 7: { roleId: '1', owner: true } } } },
      /owner: is not a known/,
    ],
    [
      'a group twice',
      { r: { project: { [projectId]: { groupIds: [groupA, groupA], owner: true } } } },
      /twice/,
    ],
  ])('%s', (_, content, problem) => expect(problems(content).join('; ')).toMatch(problem))
})

test('of each wrong state the first rule is told', () => {
  const both = [
    v.minLength<string, 2, string>(2, 'is short'),
    v.startsWith<string, 'r', string>('r', 'is not r'),
  ] as const
  const kind = { name: 'x', scope: v.string(), state: v.object({ id: v.pipe(v.string(), ...both) }) }
  expect(parseCatalogueOf([kind], { r: { x: { s: { id: '' } } } })).toEqual({
    ok: false,
    problems: ['r.x.s.id: is short'],
  })
})

describe('a role resolves', () => {
  test('to its state in a scope', () => {
    expect(resolveRole({ r: { wacht: { 7: { roleId: engineerRole } } } }, 'r', 'wacht', '7')).toEqual({
      roleId: engineerRole,
    })
  })
  test.each([
    ['constructor', 'wacht', organization],
    ['manager', 'toString', organization],
    ['manager', 'wacht', 'constructor'],
    ['manager', 'wacht', '__proto__'],
  ])('never to what every object has: %s %s %s', (role, target, scope) => {
    expect(isUnknownRole(resolveRole(catalogue, role, target, scope))).toBe(true)
  })
})

test('of many roles the detail names twenty', () => {
  const names = Array.from({ length: 21 }, (_, n) => `role-${n}`)
  const many = Object.fromEntries(names.map(name => [name, {}]))
  expect(resolveRole(many, 'boss', 'wacht', '7')).toEqual({
    unknownRole: `data.role: no role of this name; there are ${names.slice(0, 20).join(', ')}`,
  })
})

describe('a change that takes access away', () => {
  const plain = (roleId: string) => ({
    withdraws: true,
    wacht: { 7: { roleId }, 8: { roleId: `${roleId}8` } },
  })
  const { withdrawalOf } = createWithdrawingRoles({
    ...{ zone: plain('1'), member: plain('1'), guest: plain('2') },
    boss: { wacht: { 7: { roleId: '9' } } },
  })
  const of = (scope: string, roleId: string) =>
    withdrawalOf({ role: undefined, member: `wacht/${scope}/5`, desired: { roleId } })

  test('is of the first marked role by name with its state, in its own scope', () => {
    expect(of('7', '1')).toEqual({ role: 'member', scope: 'wacht/7' })
    expect(of('8', '28')).toEqual({ role: 'guest', scope: 'wacht/8' })
  })
  test('or in the scope that has such a role, if its own has none', () => {
    expect(of('7', '18')).toEqual({ role: 'member', scope: 'wacht/8' })
    expect(of('6', '2')).toEqual({ role: 'guest', scope: 'wacht/7' })
  })
  test('is none if no marked role of its target has the state', () => {
    expect(of('7', '9')).toBeUndefined()
    const member = 'project/7/5'
    expect(withdrawalOf({ role: undefined, member, desired: { roleId: '1' } })).toBeUndefined()
  })
})
