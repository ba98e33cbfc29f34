import { afterEach, describe, expect, test } from '@jest/globals'
import {
  startWachtSandbox,
  type WachtDialect,
  type WachtErrorShape,
  type WachtSandbox,
} from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'

const organization = '7301954381230018561'
const member = '9223372036854775807'
const gone = '7301954381230018777'
const manager = '7301954381230017001'
const engineer = '7301954381230017002'
const foreign = '7301954381230017999'

let sandbox: WachtSandbox
afterEach(() => sandbox.stop())

const start = async (dialect: WachtDialect, roles: string[] = [], errors: WachtErrorShape = 'server') => {
  sandbox = await startWachtSandbox({
    token: 'right',
    dialect,
    errors,
    organizations: {
      [organization]: {
        roles: { [manager]: 'Manager', [engineer]: 'Engineer' },
        members: { [member]: { roles }, [gone]: { roles: [], deleted: true } },
      },
    },
  })
}
const call = async (method: string, path: string, body?: unknown, token = 'right') => {
  const answer = await fetch(`${sandbox.url}/organizations/${organization}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}
const roles = (id = member) => sandbox.state.organizations[organization]?.members[id]?.roles

describe('dialect role_id', () => {
  test('a PATCH gives the member that one role and answers the member', async () => {
    await start('role_id', [engineer])
    const answer = await call('PATCH', `members/${member}`, { role_id: manager })
    expect(answer).toMatchObject({
      status: 200,
      body: { id: member, role_id: manager, role: { id: manager } },
    })
    expect(roles()).toEqual([manager])
  })
  test('the same PATCH again changes nothing', async () => {
    await start('role_id', [manager])
    await call('PATCH', `members/${member}`, { role_id: manager })
    expect(roles()).toEqual([manager])
  })
  test('an unknown role and an unknown member are 404, told apart by the message', async () => {
    await start('role_id')
    const role = await call('PATCH', `members/${member}`, { role_id: foreign })
    const nobody = await call('PATCH', 'members/5', { role_id: manager })
    expect(role).toEqual({ status: 404, body: { errors: [{ message: 'Role not found', code: 404 }] } })
    expect(nobody.body).toEqual({
      errors: [{ message: 'Organization membership not found', code: 404 }],
    })
  })
  test('a soft-deleted member answers 200', async () => {
    await start('role_id')
    expect((await call('PATCH', `members/${gone}`, { role_id: manager })).status).toBe(200)
  })
})

describe('dialect role_ids', () => {
  test('a PATCH with role_id answers 200 with an empty object and changes nothing', async () => {
    await start('role_ids', [engineer])
    expect(await call('PATCH', `members/${member}`, { role_id: manager })).toEqual({ status: 200, body: {} })
    expect(roles()).toEqual([engineer])
  })
  test.each([
    ['replaces the set', [engineer], [manager], [manager]],
    ['removes the role that is named again', [engineer], [engineer], []],
    ['gives it back the next time', [], [engineer], [engineer]],
    ['keeps only what was named and new', [engineer], [manager, engineer], [manager]],
    ['does not check that the role belongs', [], [foreign], [foreign]],
  ])('a PATCH %s', async (_, before, named, after) => {
    await start('role_ids', before)
    expect(await call('PATCH', `members/${member}`, { role_ids: named })).toEqual({ status: 200, body: {} })
    expect(roles()).toEqual(after)
  })
  test('the list shows all roles of a member, leaves out the soft-deleted, and pages by has_more', async () => {
    await start('role_ids', [engineer, manager])
    const page = await call('GET', 'members?limit=1')
    expect(page.body).toMatchObject({
      data: [{ id: member, roles: [{ id: engineer }, { id: manager }] }],
      has_more: false,
      limit: 1,
      offset: 0,
    })
    expect((await call('GET', 'members')).body).toMatchObject({ limit: 20 })
    expect((await call('GET', 'members?offset=1')).body).toMatchObject({ data: [] })
  })
  test('one role is added and removed by itself; adding checks that it belongs', async () => {
    await start('role_ids', [engineer])
    await call('POST', `members/${member}/roles/${manager}`)
    await call('POST', `members/${member}/roles/${manager}`)
    expect(roles()).toEqual([engineer, manager])
    await call('DELETE', `members/${member}/roles/${engineer}`)
    expect(roles()).toEqual([manager])
    expect((await call('POST', `members/${member}/roles/${foreign}`)).status).toBe(404)
  })
})

test.each([
  ['server', { errors: [{ message: 'Unauthorized', code: 401 }] }],
  ['docs', { error: { code: 'http_401', message: 'Unauthorized', status: 401 } }],
  ['older', { error: 'Unauthorized' }],
] as const)('a wrong token is 401 in the shape %s and changes nothing', async (shape, body) => {
  await start('role_id', [], shape)
  expect(await call('PATCH', `members/${member}`, { role_id: manager }, 'wrong')).toEqual({
    status: 401,
    body,
  })
  expect(roles()).toEqual([])
})

test('a rotated token breaks the old one at once', async () => {
  await start('role_id')
  sandbox.rotate('new')
  expect((await call('GET', 'members')).status).toBe(401)
  expect((await call('GET', 'members', undefined, 'new')).status).toBe(200)
})

test('an open deployment knows everybody but those whose id ends in 404', async () => {
  sandbox = await startWachtSandbox({ token: 'right', dialect: 'role_id', open: true, organizations: {} })
  expect((await call('PATCH', 'members/17', { role_id: '18' })).status).toBe(200)
  expect((await call('PATCH', 'members/17404', { role_id: '18' })).status).toBe(404)
  expect((await call('PATCH', 'members/17', { role_id: '404' })).status).toBe(404)
})
