import { afterEach, describe, expect, test } from '@jest/globals'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { faults } from '../../infra/local/sandbox/faults.ts'
import { startWachtSandbox, type WachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { engineerRole, managerRole, membership, organization } from '../support/events.ts'
import { applyOver, token, wachtId, wachtIds } from '../support/subjects.ts'

const member = `wacht/${organization}/${membership}`
const third = '7301954381230017003'

let sandbox: WachtSandbox
afterEach(() => sandbox.stop())

const start = async (
  roles: readonly string[],
  others: object = {},
  dialect: 'role_id' | 'role_ids' = 'role_ids',
) => {
  const members = { ...others, [membership]: { roles } }
  const names = { [managerRole]: 'Manager', [engineerRole]: 'Engineer', [third]: 'Third' }
  sandbox = await startWachtSandbox({
    token,
    dialect,
    organizations: { [organization]: { roles: names, members } },
  })
}
const apply = (): Promise<Effect> => applyOver(wachtIds.connect(sandbox.url), member, { roleId: managerRole })
const held = () => sandbox.state.organizations[organization]?.members[membership]?.roles
const calls = () => sandbox.journal.map(({ method, path }) => `${method} ${path.replace(/^.*members/, '')}`)
const one = `/${membership}`
const list = 'GET ?limit=100&offset=0'

describe('it reads first and writes only what is missing or too much', () => {
  test.each<[string, string[], string[]]>([
    ['exactly the wanted role: no write', [managerRole], [list]],
    ['no role: one PATCH', [], [list, `PATCH ${one}`, list]],
    ['another role: one PATCH', [engineerRole], [list, `PATCH ${one}`, list]],
    [
      'the wanted role and another: the other is removed',
      [engineerRole, managerRole],
      [list, `DELETE ${one}/roles/${engineerRole}`, list],
    ],
    [
      'the wanted role and two others',
      [engineerRole, managerRole, third],
      [list, `DELETE ${one}/roles/${engineerRole}`, `DELETE ${one}/roles/${third}`, list],
    ],
  ])('%s', async (_, roles, expected) => {
    await start(roles)
    expect(await apply()).toMatchObject({ kind: 'proven', status: 200 })
    expect({ held: held(), calls: calls() }).toEqual({ held: [managerRole], calls: expected })
  })
})

test('where a member stood is remembered: its page is read, not the whole list', async () => {
  const others = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${1000 + n}`, { roles: [] }]))
  await start([engineerRole], others)
  const target = wachtIds.connect(sandbox.url)
  for (const name of [member, member, `wacht/${organization}/1120`]) {
    expect((await applyOver(target, name, { roleId: managerRole })).kind).toBe('proven')
  }
  const offsets = calls().map(call => call.replace(/^GET .*offset=/, '').replace(/^PATCH .*/, 'PATCH'))
  expect(offsets).toEqual(['0', '100', '200', 'PATCH', '200', '200', '100', 'PATCH', '100'])
})

test('again and again strips nothing', async () => {
  await start([engineerRole])
  for (let n = 0; n < 4; n++) {
    expect((await apply()).kind).toBe('proven')
    expect(held()).toEqual([managerRole])
  }
  expect(sandbox.calls(member, 'write')).toBe(1)
})

describe('a member whom the list does not hold is not written', () => {
  test('because nobody bears that id', async () => {
    await start([])
    const effect = await applyOver(wachtIds.connect(sandbox.url), `wacht/${organization}/5`, {
      roleId: managerRole,
    })
    expect(effect).toMatchObject({ kind: 'refused', reason: 'not_found' })
  })
  test('because the member is soft-deleted, though a PATCH would answer 200', async () => {
    await start([], { 17: { roles: [engineerRole], deleted: true } })
    const effect = await applyOver(wachtIds.connect(sandbox.url), `wacht/${organization}/17`, {
      roleId: managerRole,
    })
    expect(effect).toMatchObject({ kind: 'refused', reason: 'not_found' })
  })
  test('because there is no such organization', async () => {
    await start([])
    const effect = await applyOver(wachtIds.connect(sandbox.url), 'wacht/5/5', { roleId: managerRole })
    expect(effect).toMatchObject({ kind: 'refused', reason: 'not_found', status: 404 })
  })
  afterEach(() => expect(sandbox.journal.filter(({ kind }) => kind === 'write')).toEqual([]))
})

test('the list is paged through to the member', async () => {
  const others = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${n + 1}`, { roles: [] }]))
  await start([engineerRole], others)
  expect((await apply()).kind).toBe('proven')
  expect(calls().slice(0, 4)).toEqual([
    ...[list, 'GET ?limit=100&offset=100', 'GET ?limit=100&offset=200', `PATCH ${one}`],
  ])
  const gone = await applyOver(wachtIds.connect(sandbox.url), `wacht/${organization}/999`, {
    roleId: managerRole,
  })
  expect(gone).toMatchObject({ kind: 'refused', reason: 'not_found' })
})

describe('a read that fails before the write means that nothing was sent', () => {
  test.each([
    ['500', faults.error(500), { kind: 'deferred', cause: 'read_failed', status: 500 }],
    ['502', faults.error(502), { kind: 'deferred', cause: 'read_failed' }],
    ['403', faults.error(403), { kind: 'deferred', cause: 'read_failed', status: 403 }],
    ['429, with the delay', faults.throttled(9), { kind: 'deferred', cause: 'throttled', delayMs: 9000 }],
    ['429, with the delay in words', faults.throttled(9, 'message'), { kind: 'deferred', delayMs: 9000 }],
    [
      '503, with the delay',
      { answer: { status: 503, headers: { 'retry-after': '4' } } },
      { kind: 'deferred', cause: 'read_failed', delayMs: 4000 },
    ],
    ['401', faults.unauthorized(), { kind: 'deferred', cause: 'credentials_rejected' }],
    ['a redirect', faults.redirect('/'), { kind: 'deferred', cause: 'read_failed' }],
    ['HTML', faults.html(200), { kind: 'deferred', cause: 'read_failed' }],
    ['a reset', faults.reset(), { kind: 'deferred', cause: 'read_failed' }],
  ] as const)('%s', async (_, fault, effect) => {
    await start([engineerRole])
    sandbox.next(`wacht/${organization}`, { ...fault, on: 'read' })
    expect(await apply()).toMatchObject(effect)
    expect({ calls: sandbox.calls(), held: held() }).toEqual({ calls: 1, held: [engineerRole] })
  })
})

describe('a read-back that fails after the write proves nothing either way', () => {
  test.each([
    ['500', faults.error(500), { status: 500 }],
    ['404', faults.error(404), { status: 404 }],
    ['403', faults.error(403), { status: 403 }],
    ['429', faults.throttled(9), { status: 429, delayMs: 9000 }],
    ['a redirect', faults.redirect('/'), { detail: expect.stringMatching(/^answered 30\d/) }],
    ['HTML', faults.html(200), { detail: expect.stringMatching(/not JSON/) }],
    ['a reset', faults.reset(), { detail: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET/) }],
  ] as const)('%s, and says why', async (_, fault, why) => {
    await start([engineerRole])
    sandbox.next(`wacht/${organization}`, { on: 'read' }, { ...fault, on: 'read' })
    expect(await apply()).toMatchObject({
      ...{ kind: 'unknown', cause: 'read_back_failed', answered: true },
      ...why,
    })
    expect(held()).toEqual([managerRole])
  })
})

describe('once one of several writes was taken', () => {
  test.each([
    ['403', faults.error(403), { kind: 'unknown', cause: 'partly_written', answered: true }],
    ['404', faults.error(404), { kind: 'refused', reason: 'no_effect' }],
    ['429', faults.throttled(9), { kind: 'unknown', cause: 'partly_written', answered: true, delayMs: 9000 }],
    ['500', faults.error(500), { kind: 'unknown', answered: true }],
    ['a reset', faults.reset(), { kind: 'unknown', cause: 'reset', answered: false }],
  ] as const)(
    '%s to the next is never taken for nothing, and the wanted role stays',
    async (_, fault, effect) => {
      await start([engineerRole, managerRole, third])
      sandbox.next(member, { on: 'write' }, { ...fault, on: 'write' })
      expect(await apply()).toMatchObject(effect)
      expect(held()).toContain(managerRole)
    },
  )
})

test('a role that is gone when it is to be removed is what was wanted: the read-back decides', async () => {
  await start([engineerRole, managerRole])
  sandbox.next(member, { on: 'write', land: 'now', answer: { status: 404, body: { error: 'no such role' } } })
  expect((await apply()).kind).toBe('proven')
  expect(held()).toEqual([managerRole])
})

test('a server of the other dialect is found out, whichever of the two is set', async () => {
  await start([engineerRole])
  const idToIds = await applyOver(wachtId.connect(sandbox.url), member, { roleId: managerRole })
  expect(idToIds).toMatchObject({
    kind: 'refused',
    reason: 'no_effect',
    detail: expect.stringContaining('role_ids'),
  })
  expect(held()).toEqual([engineerRole])
})
