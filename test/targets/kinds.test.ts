import { describe, expect, test } from '@jest/globals'
import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import {
  kinds,
  optionSchemas,
  parseCatalogue,
  parseGuards,
  readCatalogue,
} from '../../functions/targets/index.ts'
import { project } from '../../functions/targets/project/project-target.ts'
import { wacht } from '../../functions/targets/wacht/wacht-target.ts'
import {
  catalogue,
  groupA,
  groupB,
  managerRole,
  memberId,
  membership,
  organization,
  projectId,
  refusal,
  withData,
} from '../support/events.ts'

const url = 'https://api.dev'

test('there are two kinds of targets, each of its own name', () => {
  expect(kinds.map(({ name }) => name)).toEqual(['wacht', 'project'])
})

test('a function does not begin with a wrong role catalogue: every problem is named', () => {
  expect(readCatalogue({ reader: { project: {} } })).toEqual({ reader: { project: {} } })
  expect(() => readCatalogue({ a: { okta: {} }, b: { wacht: { 1: {} } } })).toThrow(
    /^wrong role catalogue: a\.okta: [^;]*; b\.wacht\.1\.roleId: [^;]*$/,
  )
})

test('a write is repeated while the first may still land only where a repeat does no harm', () => {
  expect(project.connect(url, {}).repeatable).toBe(true)
  expect(wacht.connect(url, { WACHT_DIALECT: 'role_id' }).repeatable).toBe(true)
  // In this dialect a PATCH takes a role away that the member already has.
  expect(wacht.connect(url, { WACHT_DIALECT: 'role_ids' }).repeatable).toBe(false)
})

test('the write says the whole state: what is left out would be taken for a default', () => {
  const desired = { groupIds: [groupA], owner: false }
  expect(project.connect(`${url}/api/`, {}).request(`project/${projectId}/${memberId}`, desired)).toEqual({
    ...{ method: 'PUT', url: `${url}/api/projects/${projectId}/members/${memberId}`, body: desired },
  })
  const member = `wacht/${organization}/${membership}`
  const path = `${url}/organizations/${organization}/members/${membership}`
  const bodies = (['role_id', 'role_ids'] as const).map(WACHT_DIALECT =>
    wacht.connect(url, { WACHT_DIALECT }).request(member, { roleId: managerRole }),
  )
  expect(bodies).toEqual([
    { method: 'PATCH', url: path, body: { role_id: managerRole } },
    { method: 'PATCH', url: path, body: { role_ids: [managerRole] } },
  ])
})

test('the data of a member’s event is what its name is made of', () => {
  const member = `wacht/${organization}/${membership}`
  const names = wacht.connect(url, { WACHT_DIALECT: 'role_id' }).naming(member)
  expect(names).toEqual({ target: 'wacht', organizationId: organization, membershipId: membership })
  expect(wacht.member({ ...names, roleId: managerRole } as never)).toBe(member)
  const other = `project/${projectId}/${memberId}`
  expect(project.connect(url, {}).naming(other)).toEqual({ target: 'project', projectId, memberId })
  expect(project.member({ projectId, memberId } as never)).toBe(other)
})

test('a state is what the event says, or what its role means in that scope', () => {
  const own = { target: 'project', projectId, memberId } as const
  expect(project.desired({ ...own, groupIds: [groupB], owner: false }, catalogue)).toEqual({
    ...{ groupIds: [groupB], owner: false },
  })
  expect(project.desired({ ...own, role: 'manager' }, catalogue)).toEqual({ groupIds: [groupA], owner: true })
  const ids = { target: 'wacht', organizationId: organization, membershipId: membership } as const
  expect(wacht.desired({ ...ids, roleId: '7' }, catalogue)).toEqual({ roleId: '7' })
  expect(wacht.desired({ ...ids, role: 'manager' }, catalogue)).toEqual({ roleId: managerRole })
})

describe('an event names a role of the catalogue or all of the state, never a part of it and never both', () => {
  const base = { target: 'project', projectId, memberId }
  const state = { groupIds: [groupA, groupB], owner: true }
  const part = 'invalid_event: data: must hold exactly one of role or groupIds with owner'
  test.each<[string, object, string]>([
    ['a role', { role: 'manager' }, 'accepted'],
    ['the whole state', state, 'accepted'],
    ['groups without the owner flag, which would demote', { groupIds: state.groupIds }, part],
    ['the owner flag without groups', { owner: true }, part],
    ['neither', {}, part],
    ['both', { role: 'manager', ...state }, part],
    ['a role and a part of the state', { role: 'manager', owner: true }, part],
    [
      'a group twice',
      { groupIds: [groupA, groupA.toUpperCase()], owner: true },
      'invalid_event: data.groupIds: must not name a group twice',
    ],
    [
      'a state of the wrong types',
      { groupIds: groupA, owner: 'true' },
      'invalid_event: data.groupIds: must be an array of UUIDs; data.owner: must be true or false',
    ],
  ])('project: %s', (_, fields, told) => {
    expect(refusal(withData(fields as never, base))).toBe(told)
  })
  test.each<[string, object, string]>([
    ['a role', { role: 'manager' }, 'accepted'],
    ['a role’s id', { roleId: managerRole }, 'accepted'],
    [
      'both',
      { role: 'manager', roleId: managerRole },
      'invalid_event: data: must hold exactly one of role or roleId',
    ],
    ['neither', {}, 'invalid_event: data: must hold exactly one of role or roleId'],
  ])('wacht: %s', (_, fields, told) => {
    const own = { target: 'wacht', organizationId: organization, membershipId: membership }
    expect(refusal(withData(fields as never, own))).toBe(told)
  })
  test('and the JSON Schema for producers says so too, and that no group is named twice', () => {
    const schemaOf = ({ data }: (typeof kinds)[number]) =>
      toJsonSchema(data, { typeMode: 'input', errorMode: 'ignore' })
    const [ofWacht, ofProject] = kinds.map(schemaOf)
    expect(ofWacht?.oneOf).toEqual([
      { required: ['role'], properties: { roleId: false } },
      { required: ['roleId'], properties: { role: false } },
    ])
    expect(ofProject?.oneOf).toEqual([
      { required: ['role'], properties: { groupIds: false, owner: false } },
      { required: ['groupIds', 'owner'], properties: { role: false } },
    ])
    expect(ofProject?.properties?.groupIds).toMatchObject({ type: 'array', uniqueItems: true })
  })
})

describe('a state in the role catalogue', () => {
  const problemsOf = (roles: object) => {
    const parsed = parseCatalogue(roles)
    return parsed.ok ? [] : parsed.problems
  }
  test('holds all that a write needs, and nothing else', () => {
    const groupIds = [groupB, groupA]
    const given = { r: { project: { [projectId]: { groupIds, owner: true } } } }
    const value = { r: { project: { [projectId]: { groupIds: [groupA, groupB], owner: true } } } }
    expect(parseCatalogue(given)).toEqual({ ok: true, value })
    expect(problemsOf({ r: { project: { [projectId]: { groupIds } } } })).toEqual([
      `r.project.${projectId}.owner: is missing`,
    ])
    expect(problemsOf({ r: { project: { [projectId]: { owner: true } } } })).toEqual([
      `r.project.${projectId}.groupIds: is missing`,
    ])
    expect(problemsOf({ r: { wacht: { [organization]: { roleId: managerRole, owner: true } } } })).toEqual([
      `r.wacht.${organization}.owner: is not a known field`,
    ])
  })
  test('that is none is refused by the rule, without the value', () => {
    expect(
      problemsOf({ r: { wacht: { [organization]: managerRole }, project: { [projectId]: groupA } } }),
    ).toEqual([`r.wacht.${organization}: must be an object`, `r.project.${projectId}: must be an object`])
  })
})

describe('the settings of a target', () => {
  const [{ WACHT_DIALECT: schema } = {}] = kinds.map(optionSchemas)
  const parsed = (value: unknown) => {
    const { output, issues } = v.safeParse(schema as v.GenericSchema, value)
    return issues?.map(({ message }) => message) ?? output
  }
  test('are known by name, so that they can be asked for', () => {
    expect(kinds.map(kind => Object.keys(optionSchemas(kind)))).toEqual([['WACHT_DIALECT'], []])
  })
  test('the dialect of Wacht is one of two, and the published one where none is said', () => {
    expect(['role_id', 'role_ids', undefined].map(parsed)).toEqual(['role_id', 'role_ids', 'role_id'])
    for (const wrong of ['', 'role', 7]) expect(parsed(wrong)).toEqual(['must be role_id or role_ids'])
  })
  test('only Wacht has an address that is the same for everybody', () => {
    expect(kinds.map(({ defaultUrl }) => defaultUrl)).toEqual(['https://api.wacht.dev', undefined])
  })
})

test('a target bears the name of its kind: its token and its address are sought by it', () => {
  const connected = [
    project.connect(url, {}),
    ...(['role_id', 'role_ids'] as const).map(WACHT_DIALECT => wacht.connect(url, { WACHT_DIALECT })),
  ]
  expect(connected.map(({ name }) => name)).toEqual(['project', 'wacht', 'wacht'])
})

test('a guard protects a member of a target of the list, and of no other', () => {
  const guarded = (member: string) => parseGuards({ protected: [{ member, why: 'auditor' }] }).ok
  const members = [`wacht/${organization}/${membership}`, `project/${projectId}/${memberId}`, 'okta/1/2']
  expect(members.map(guarded)).toEqual([true, true, false])
})
