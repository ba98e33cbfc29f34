import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { parseLine } from '../../functions/cli/page/log-lines.ts'
import { type LocalSynthesis, synthesizeLocal } from '../../infra/local/run/local-synthesis.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import { startWachtSandbox, type WachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { commandLine } from '../cli/fake-world.ts'
import { runProgram } from '../cli/program.ts'
import { startTinyStack, type TinyStack } from './tiny-stack.ts'

const organization = '7301954381230018561'
const scope = `wacht/${organization}`
const [engineer, plain] = ['7301954381230017002', '7301954381230017003']

let synthesis: LocalSynthesis
let wacht: WachtSandbox
let stack: TinyStack

beforeAll(async () => {
  const read = readOptions(['-c', 'sweepCallsPerMinute=10000', '-c', 'sweepSettleSeconds=0.001'], {
    WACHT_TOKEN: 't',
    PROJECT_TOKEN: 't',
  })
  if (!read.ok) throw new Error(read.text)
  const nowhere = 'http://127.0.0.1:1'
  synthesis = await synthesizeLocal(read.options, { wacht: nowhere, project: nowhere })
  wacht = await startWachtSandbox({
    ...{ token: 't', dialect: 'role_ids' },
    organizations: {
      [organization]: {
        roles: { [engineer]: 'engineer', [plain]: 'member' },
        members: { 1: { roles: [plain] }, 2: { roles: [plain] }, 3: { roles: [plain] } },
      },
    },
  })
  const { template, assetOf, secrets } = synthesis
  stack = await startTinyStack({
    ...{ template, assetOf, secrets },
    overrides: { WACHT_URL: wacht.url, WACHT_DIALECT: 'role_ids' },
  })
})
afterAll(async () => {
  await stack.stop()
  await wacht.stop()
  synthesis.remove()
})
afterEach(() => expect(stack.troubles).toEqual([]))

/** The command line, at this stack. */
const cli = (...args: string[]) => runProgram(args, { ...stack.environment, ROLE_SYNC_STAGE: 'local' })

/** Asks the sweep function as the schedule does, or as a person. */
async function sweep(request: object) {
  const functions = `${stack.environment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions`
  const answer = await fetch(`${functions}/role-sync-local-sweep/invocations`, {
    ...{ method: 'POST', body: JSON.stringify(request) },
  })
  return answer.json()
}
const change = (id: string, membershipId: string) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '//hr.example.com', type: 'role.changed.v1' },
    ...{ time: '2026-11-23T09:15:00Z' },
    data: { target: 'wacht', organizationId: organization, membershipId, roleId: engineer },
  })

test('a role that somebody changes at the target is found by the sweep, with both states and the event', async () => {
  await stack.send(change('e1', '1'), change('e2', '2'))
  stack.poll()
  await stack.until(() => stack.settled.filter(each => each?.outcome === 'applied').length === 2)
  expect(await sweep({ action: 'run', scope })).toMatchObject({
    kind: 'read',
    read: 1,
    drift: 0,
    unmanaged: 1,
    incomplete: 0,
  })

  const members = wacht.state.organizations[organization]!.members as Record<string, { roles: string[] }>
  Object.assign(members, { 1: { roles: [plain] } })
  delete members[2]
  expect(await sweep({ action: 'run', scope })).toMatchObject({ drift: 1, gone: 1, unmanaged: 1 })
  const { out, code } = await cli('sweep', 'show', scope)
  expect(code).toBe(1)
  expect(out).toContain('1 drift, 1 unmanaged, 1 gone')
  expect(out).toMatch(
    new RegExp(`${scope}/1 +drift +{"role_ids":\\["${plain}"\\]} +{"roleId":"${engineer}"} +e1 `),
  )
  expect((await cli('sweep', 'list')).out).toMatch(new RegExp(`^${scope} +complete .* 1 +1 +1 +0 +0$`, 'm'))
  const readings = stack.lines.map(parseLine).filter(line => line?.message === 'reading')
  expect(readings.at(-1)).toMatchObject({ scope, complete: true, drift: 1, gone: 1, calls: 1 })
})

test('a review shows the same members with the event that each role is from, and writes them to files', async () => {
  const { environment } = stack
  const { code, out, err } = await commandLine(
    ['review', '--scope', scope, '--stage', 'local', '--json', '--no-letters', '--people'],
    {
      sqs: environment.AWS_ENDPOINT_URL_SQS!,
      dynamodb: environment.AWS_ENDPOINT_URL_DYNAMODB!,
      lambda: environment.AWS_ENDPOINT_URL_LAMBDA!,
      // What was applied a moment ago could be in flight still.
      now: Date.now() + 120_000,
      env: { WACHT_URL: wacht.url, WACHT_DIALECT: 'role_ids', WACHT_TOKEN: 't' },
    },
  )
  expect({ code, err }).toEqual({ code: 0, err: 'Dead letters were not looked at.\n' })
  expect(JSON.parse(out)).toMatchObject({
    counts: { drift: 1, unmanaged: 1, gone: 1, same: 0 },
    rows: [
      {
        ...{ member: `${scope}/1`, finding: 'drift', event: 'e1', email: expect.stringContaining('@') },
        atTarget: { state: { role_ids: [plain] } },
        inLedger: { state: { roleId: engineer } },
      },
      { member: `${scope}/3`, finding: 'unmanaged' },
      { member: `${scope}/2`, finding: 'gone', event: 'e2' },
    ],
  })
})

test('the schedule begins a round, which reads the scopes of the catalogue and of the ledger, and then rests', async () => {
  expect(await sweep({ action: 'continue' })).toMatchObject({ kind: 'read' })
  expect(await sweep({ action: 'continue' })).toMatchObject({ kind: 'rest', drift: 1, read: 0 })
  const rounds = () => stack.lines.filter(line => parseLine(line)?.message === 'round').length
  const before = rounds()
  expect((await cli('sweep', 'run')).out).toMatch(/^A round of all scopes: started/)
  await stack.until(() => rounds() > before)
})
