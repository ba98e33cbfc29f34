import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { parseLine } from '../../functions/cli/page/log-lines.ts'
import { type LocalSynthesis, synthesizeLocal } from '../../infra/local/run/local-synthesis.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import { startWachtSandbox, type WachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { runProgram } from '../cli/program.ts'
import { wachtBody, wacht as webhooks } from '../intake/subjects.ts'
import { wachtEvent } from './sample-events.ts'
import { startTinyStack, type TinyStack } from './tiny-stack.ts'

const [organization, other] = ['7301954381230018561', '7301954381230018562']
const scope = `wacht/${organization}`
const [engineer, plain] = ['7301954381230017002', '7301954381230017003']
const roles = { [engineer]: 'engineer', [plain]: 'member' }

let synthesis: LocalSynthesis
let wacht: WachtSandbox
let stack: TinyStack

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'role-sync-hints-'))
  const sources = join(folder, 'sources.json')
  const declared = { kind: 'wacht', secret: 'wacht-webhook', organizations: [organization, other] }
  writeFileSync(sources, JSON.stringify({ wacht: declared }))
  const settings = ['sweepCallsPerMinute=10000', 'sweepSettleSeconds=0.001', `sources=${sources}`]
  const read = readOptions(
    settings.flatMap(setting => ['-c', setting]),
    { WACHT_TOKEN: 't', PROJECT_TOKEN: 't' },
  )
  if (!read.ok) throw new Error(read.text)
  const nowhere = 'http://127.0.0.1:1'
  synthesis = await synthesizeLocal(read.options, { wacht: nowhere, project: nowhere })
  rmSync(folder, { recursive: true })
  wacht = await startWachtSandbox({
    ...{ token: 't', dialect: 'role_ids' },
    organizations: {
      [organization]: { roles, members: { 1: { roles: [plain] }, 2: { roles: [plain] } } },
      [other]: { roles, members: { 9: { roles: [plain] } } },
    },
  })
  const { template, assetOf, secrets } = synthesis
  stack = await startTinyStack({
    ...{ template, assetOf, secrets },
    overrides: { WACHT_URL: wacht.url, WACHT_DIALECT: 'role_ids', DEADLINE_MS: '60000' },
  })
})
afterAll(async () => {
  await stack.stop()
  await wacht.stop()
  synthesis.remove()
})
afterEach(() => expect(stack.troubles).toEqual([]))

/** What the schedule calls the sweep with. */
async function nextSweep() {
  const functions = `${stack.environment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions`
  const body = JSON.stringify({ action: 'continue' })
  const answer = await fetch(`${functions}/role-sync-local-sweep/invocations`, { method: 'POST', body })
  return answer.json()
}

/** Delivers a webhook of Wacht, signed with the key of the source. */
async function webhook(type: string, membership: string) {
  const { headers, body = '' } = webhooks.sign(
    wachtBody(type, membership),
    synthesis.sourceTokens.get('wacht')!,
  )
  const answer = await fetch(`${stack.apiUrl}/sources/wacht`, { method: 'POST', headers, body })
  return { status: answer.status, body: await answer.json() }
}
const accepted = { status: 202, body: { accepted: 1, refused: [], ignored: 0 } }
const linesOf = (message: string) => stack.lines.map(parseLine).filter(line => line?.message === message)
const looks = () => linesOf('look')
const show = async () => {
  const { out } = await runProgram(['sweep', 'show', scope], {
    ...{ ...stack.environment, ROLE_SYNC_STAGE: 'local' },
  })
  return out
}
const edit = (membership: string, role: string | undefined) => {
  const { members } = wacht.state.organizations[organization]!
  Object.assign(members, { [membership]: role === undefined ? undefined : { roles: [role] } })
}

test('an edit at the target is found when its webhook comes: no schedule is waited for, and no scope is read again', async () => {
  const data = { organizationId: organization, membershipId: '1', role: undefined, roleId: engineer }
  await stack.send(JSON.stringify(wachtEvent('e1', { data, time: '2026-11-23T09:00:00Z' })))
  stack.poll()
  await stack.until(() => stack.settled.length === 1)
  expect(await nextSweep()).toMatchObject({ kind: 'read', drift: 0 })
  expect(await nextSweep()).toMatchObject({ kind: 'rest' })
  const readings = linesOf('reading').length

  edit('1', plain)
  expect(await webhook('organization.member.role.updated', '1')).toEqual(accepted)
  await stack.until(() => looks().length > 0)
  expect(looks()).toMatchObject([{ scope, members: 1, drift: 1, calls: 1 }])
  await stack.until(() => linesOf('round').at(-1)?.looked === 1)
  expect(await show()).toMatch(new RegExp(`${scope}/1 +drift .* e1 `))
  expect(await nextSweep()).toMatchObject({ kind: 'rest', drift: 1 })
  expect(linesOf('reading')).toHaveLength(readings)
})

test('an event that is applied over a drift has the member looked at by the next invocation', async () => {
  const data = { organizationId: organization, membershipId: '1', role: undefined, roleId: engineer }
  const { settled } = stack
  await stack.send(JSON.stringify(wachtEvent('e2', { data, time: '2026-11-23T10:00:00Z' })))
  await stack.until(() => settled.length === 2)
  expect(await nextSweep()).toMatchObject({ kind: 'read', looked: 1, read: 0, drift: 0 })
  expect(await show()).toContain('0 drift')
  expect(await nextSweep()).toMatchObject({ kind: 'rest' })
})

test('a member whom nobody knows is looked for in each declared organization that is swept', async () => {
  const before = looks().length
  edit('3', plain)
  expect(await webhook('organization.updated', '3')).toMatchObject({ status: 202, body: { ignored: 1 } })
  expect(await webhook('organization.member.added', '3')).toEqual(accepted)
  await stack.until(() => looks().length > before)
  expect(looks().slice(before)).toMatchObject([{ scope, members: 1, unmanaged: 1 }])
})
