import { describe, expect, test } from '@jest/globals'
import { kinds, readCatalogue } from '../../functions/targets/index.ts'
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
  test.each<[string, object, boolean]>([
    ['a role', { role: 'manager' }, true],
    ['the whole state', state, true],
    ['groups without the owner flag, which would demote', { groupIds: state.groupIds }, false],
    ['the owner flag without groups', { owner: true }, false],
    ['neither', {}, false],
    ['both', { role: 'manager', ...state }, false],
    ['a role and a part of the state', { role: 'manager', owner: true }, false],
    ['a group twice', { groupIds: [groupA, groupA.toUpperCase()], owner: true }, false],
  ])('project: %s', (_, fields, isAccepted) => {
    expect(refusal(withData(fields as never, base)) === 'accepted').toBe(isAccepted)
  })
  test.each<[string, object, boolean]>([
    ['a role', { role: 'manager' }, true],
    ['a role’s id', { roleId: managerRole }, true],
    ['both', { role: 'manager', roleId: managerRole }, false],
    ['neither', {}, false],
  ])('wacht: %s', (_, fields, isAccepted) => {
    const own = { target: 'wacht', organizationId: organization, membershipId: membership }
    expect(refusal(withData(fields as never, own)) === 'accepted').toBe(isAccepted)
  })
})
