import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import bundled from '#roles' with { type: 'json' }
import { faults } from '../../../infra/local/sandbox/faults.ts'
import { startWachtSandbox, type WachtSandbox } from '../../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { engineerRole, managerRole, organization, projectId } from '../../support/events.ts'
import { token } from '../../support/subjects.ts'
import { commandLine } from '../fake-world.ts'
import { runProgram } from '../program.ts'

const other = '7301954381230018562'
const names = { [managerRole]: 'Manager', [engineerRole]: 'Engineer', 5: 'Manager', 6: '__proto__', 7: '' }

let wacht: WachtSandbox
let env: Record<string, string>
beforeAll(async () => {
  wacht = await startWachtSandbox({
    ...{ token, dialect: 'role_id' },
    organizations: {
      [organization]: { roles: { [managerRole]: 'Manager', [engineerRole]: 'Engineer' }, members: {} },
      [other]: { roles: names, members: {} },
    },
  })
  env = { WACHT_URL: wacht.url, WACHT_TOKEN: token }
})
afterAll(() => wacht.stop())

describe('the roles of a target', () => {
  test('are printed as a catalogue, by the program’s own process', async () => {
    const { code, out, err } = await runProgram(['roles', '--read', `wacht/${organization}`], env)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toEqual({
      Manager: { wacht: { [organization]: { roleId: managerRole } } },
      Engineer: { wacht: { [organization]: { roleId: engineerRole } } },
    })
  })
  test('of several scopes are one catalogue; what cannot be a role of it is told', async () => {
    const scopes = [`wacht/${organization}`, `wacht/${other}`]
    const { code, out, err } = await commandLine(['roles', '--read', ...scopes], { env })
    expect(code).toBe(0)
    const roles = JSON.parse(out) as Record<string, { wacht: object }>
    expect(Object.keys(roles).toSorted()).toEqual(['Engineer', 'Manager'])
    expect(Object.keys(roles.Engineer?.wacht ?? {})).toEqual([organization, other])
    const told = err.trimEnd().split('\n')
    expect(told).toHaveLength(3)
    expect(told.join()).toMatch(/called "(Manager|__proto__|)": the name is taken or not valid/)
  })
  test.each<[string, string, Record<string, string>, string]>([
    ['a scope of no target', 'okta/1', {}, 'scope okta/1: must be wacht/… or project/…'],
    ['no scope', 'wacht', {}, 'scope wacht: must be wacht/… or project/…'],
    ['a member', 'wacht/1/2', {}, 'scope wacht/1/2: must be wacht/… or project/…'],
    ['a scope that is no id', 'wacht/..', {}, 'scope wacht/..: must be wacht/… or project/…'],
    ['no token', 'wacht/1', { WACHT_TOKEN: '' }, 'WACHT_TOKEN is not set'],
    [
      'a target that cannot list them',
      `project/${projectId}`,
      {},
      'the API of project does not list its roles: copy the ids from its own pages',
    ],
  ])('cannot be read of %s', async (_, scope, more, message) => {
    const { code, out, err } = await commandLine(['roles', '--read', scope], { env: { ...env, ...more } })
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: `role-sync: ${message}\n` })
  })
  test.each([
    [{ ...faults.error(401), on: 'read' as const }, /target rejects the token \(401\)/],
    [
      { land: 'never' as const, answer: { status: 200, body: { data: 7 } }, on: 'read' as const },
      /not a list of roles/,
    ],
  ])('cannot be read where the target answers otherwise', async (fault, message) => {
    wacht.next(`wacht/${organization}`, fault)
    const { code, err } = await commandLine(['roles', '--read', `wacht/${organization}`], { env })
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) })
    expect(err).not.toContain(token)
  })
  test('that are more than one answer holds are told', async () => {
    const body = { data: [{ id: managerRole, name: 'Manager' }], has_more: true }
    wacht.next(`wacht/${organization}`, { land: 'never', answer: { status: 200, body }, on: 'read' })
    const { code, err } = await commandLine(['roles', '--read', `wacht/${organization}`], { env })
    expect({ code, err }).toEqual({
      code: 0,
      err: `wacht/${organization} has more roles than its target lists at once.\n`,
    })
  })
})

test('without --read the catalogue in use is printed', async () => {
  const { code, out, err } = await commandLine(['roles'])
  expect({ code, err, roles: JSON.parse(out) }).toMatchObject({ code: 0, err: '' })
  expect(Object.keys(JSON.parse(out))).toEqual(Object.keys(bundled))
})
