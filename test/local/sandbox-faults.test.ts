import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Fault, faults } from '../../infra/local/sandbox/faults.ts'
import { startWachtSandbox, type WachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'

const name = 'wacht/1/2'
let sandbox: WachtSandbox
const options = {
  token: 't',
  dialect: 'role_id',
  organizations: { 1: { roles: { 10: 'A', 11: 'B' }, members: { 2: { roles: ['10'] } } } },
} as const

beforeEach(async () => {
  sandbox = await startWachtSandbox(options)
})
afterEach(() => sandbox.stop())

const patch = (role = '11', signal?: AbortSignal) =>
  fetch(`${sandbox.url}/organizations/1/members/2`, {
    method: 'PATCH',
    headers: { authorization: 'Bearer t' },
    body: JSON.stringify({ role_id: role }),
    redirect: 'manual',
    ...(signal && { signal }),
  })
const roles = () => sandbox.state.organizations['1']?.members['2']?.roles

test.each<[string, Fault, number, string[]]>([
  ['500 after the commit', faults.errorAfterCommit(), 500, ['11']],
  ['503 without effect', faults.error(503), 503, ['10']],
  ['429', faults.throttled(3), 429, ['10']],
  ['401 for a right token', faults.unauthorized(), 401, ['10']],
  ['HTML', faults.html(), 200, ['11']],
  ['an HTML error page', faults.html(502), 502, ['10']],
  ['a redirect', faults.redirect('http://127.0.0.1:1/'), 307, ['10']],
  ['an oversized body', faults.oversized(), 200, ['11']],
  ['200 with an empty object and no effect', faults.noEffect(), 200, ['10']],
  ['200 with the old state and no effect', faults.noEffect('unchanged'), 200, ['10']],
  ['a slow answer', faults.slow(20), 200, ['11']],
])('%s', async (_, fault, status, after) => {
  sandbox.next(name, fault)
  const answer = await patch()
  await answer.arrayBuffer()
  expect({ status: answer.status, roles: roles() }).toEqual({ status, roles: after })
})

test('a delay stands in the header or only in the message', async () => {
  sandbox.next(name, faults.throttled(7), faults.throttled(8, 'message'))
  const header = await patch()
  expect(header.headers.get('retry-after')).toBe('7')
  const message = await patch()
  expect(message.headers.has('retry-after')).toBe(false)
  expect(await message.text()).toContain('Rate limit exceeded. Retry after 8 seconds')
})

test.each<[string, Fault, string[]]>([
  ['a reset before the commit', faults.reset(), ['10']],
  ['a reset after the commit', faults.reset('now'), ['11']],
  ['an answer that breaks off', faults.truncated(), ['11']],
])('%s is an error for the caller', async (_, fault, after) => {
  sandbox.next(name, fault)
  await expect(patch().then(answer => answer.text())).rejects.toThrow()
  expect(roles()).toEqual(after)
})

test('an unanswered write lands later, and the journal tells when each began, ended and landed', async () => {
  sandbox.next(name, faults.landsLate(60))
  const caller = new AbortController()
  const before: unknown[] = []
  sandbox
    .until(({ member }) => member === name)
    .then(() => {
      before.push(roles())
      caller.abort()
    })
  await expect(patch('11', caller.signal)).rejects.toThrow()
  expect(before).toEqual([['10']])
  const entry = await sandbox.until(entry => entry.landed !== undefined)
  expect(roles()).toEqual(['11'])
  expect(entry).toMatchObject({ member: name, kind: 'write', body: { role_id: '11' }, after: ['11'] })
  expect(entry.status).toBeUndefined()
  expect(entry.landed! - entry.began).toBeGreaterThanOrEqual(55)
  const { ended } = await sandbox.until(entry => entry.ended !== undefined)
  expect(ended).toBeGreaterThanOrEqual(entry.began)
})

test('the body of an answer can stall', async () => {
  sandbox.next(name, faults.stalled())
  const caller = new AbortController()
  const answer = await patch('11', caller.signal)
  expect(answer.status).toBe(200)
  const read = answer.text()
  setTimeout(() => caller.abort(), 20)
  await expect(read).rejects.toThrow()
})

test('faults are spent one by one, the member’s own before those for all, then the standing one', async () => {
  sandbox.next('*', faults.error(503))
  sandbox.next(name, faults.error(500), faults.error(502))
  sandbox.always(name, faults.error(409))
  const statuses = []
  for (let n = 0; n < 4; n++) statuses.push((await patch()).status)
  sandbox.always(name, undefined)
  statuses.push((await patch()).status)
  expect(statuses).toEqual([500, 502, 503, 409, 200])
  expect(sandbox.calls(name, 'write')).toBe(5)
})

test('another process sets faults and reads the state over http', async () => {
  await fetch(`${sandbox.url}/_faults`, {
    method: 'POST',
    body: JSON.stringify({ member: name, faults: [faults.error(500)] }),
  })
  expect((await patch()).status).toBe(500)
  const shown = await (await fetch(`${sandbox.url}/_state`)).json()
  expect(shown).toMatchObject({
    state: { organizations: { 1: { members: { 2: { roles: ['10'] } } } } },
    journal: [{ member: name, status: 500 }],
  })
})

test('with a file the state is there again after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  await sandbox.stop()
  sandbox = await startWachtSandbox({ ...options, file: join(folder, 'wacht.json') })
  await patch()
  await sandbox.stop()
  sandbox = await startWachtSandbox({ ...options, file: join(folder, 'wacht.json') })
  expect(roles()).toEqual(['11'])
  rmSync(folder, { recursive: true })
})
