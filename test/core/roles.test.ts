import { describe, expect, test } from '@jest/globals'
import { namesOf } from '../../functions/core/names.ts'
import { isUnknownRole, resolveRole } from '../../functions/core/roles.ts'
import { parseCatalogue } from '../../functions/targets/index.ts'
import { catalogue, engineerRole, groupA, groupB, organization, projectId } from '../support/events.ts'

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
    ['no object', [], /^\(roles\): /],
    ['an empty name', { '': {} }, /must not be empty/],
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

test('every name of a stage bears it, and a stage that could not is refused', () => {
  for (const name of Object.values(namesOf('prod-2'))) expect(name).toContain('prod-2')
  for (const stage of ['', 'Prod', '2nd', 'a_b', 'a/b', 'x'.repeat(21)]) {
    expect(() => namesOf(stage)).toThrow(/must match/)
  }
})
