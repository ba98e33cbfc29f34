import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type StartProcess, startProcess } from '../local/start-process.ts'
import {
  bodyOf,
  groupA,
  groupB,
  managerRole,
  membership,
  organization,
  projectData,
  projectId,
  withData,
} from '../support/events.ts'
import { name } from './dead-letters.ts'
import { runProgram } from './program.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  const typo = withData({ roleId: undefined, role: 'enginer' })
  run = startProcess(['--serve', '--events', '-', '-c', 'wachtDialect=role_ids'], { input: `${typo}\nping` })
  env = (await run.until(line => 'env' in line)).env as Record<string, string>
  for (const reason of ['unknown_role', 'invalid_event']) await run.until(line => line.reason === reason)
})
afterAll(async () => {
  await run.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const roleSync = async (...args: string[]) => {
  const { code, out, err } = await runProgram([...args, '--json'], env)
  return { code, json: out === '' ? undefined : JSON.parse(out), err }
}

test('a typo in a role is found, corrected, planned, applied and proven, on the real local stack', async () => {
  const id = 'wd-2026-000123'
  expect(await roleSync('dead', 'list', '--reason', 'unknown_role')).toMatchObject({
    json: { counts: { unknown_role: 1 }, letters: [{ event: id, member: name, receives: 1 }] },
  })
  expect(await roleSync('dead', 'edit', id, '--set', 'data.role=engineering-manager')).toMatchObject({
    code: 0,
  })

  const file = join(folder, 'plan.json')
  const url = env.WACHT_URL as string
  const planned = await roleSync('replay', 'plan', '--out', file, '--read', '--event', id)
  expect(planned.json).toMatchObject({ counts: { apply: 1 }, letters: [{ event: id, verdict: 'apply' }] })
  expect(JSON.parse(readFileSync(file, 'utf8')).letters).toMatchObject([
    {
      holds: { kind: 'another', changes: [expect.stringContaining(`role_ids: + ${managerRole}`)] },
      request: { url: expect.stringContaining(url), body: { role_ids: [managerRole] } },
    },
  ])
  const applied = { sent: 1, removed: 0, refused: 0, failed: 0, stopped: false }
  expect(await roleSync('replay', 'apply', file, '--yes')).toEqual({ code: 0, json: applied, err: '' })

  await run.until(line => line.outcome === 'applied' && line.event === id)
  const ledger = await roleSync('member', `wacht/${organization}/${membership}`)
  expect(ledger.json.entry.applied).toMatchObject({ event: id, desired: { roleId: managerRole } })
})

/** Invokes the replay function, as every SDK does. */
async function invoke(request: object) {
  const url = `${env.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/role-sync-local-replay/invocations`
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) })
  return (await response.json()) as Record<string, unknown>
}

test('letters are shown, exported, sent again, replayed by the function, drained and dropped there', async () => {
  const members = [1, 2].map(n => `3c90c3cc-0d44-4b50-8888-8dd257360${String(n).padStart(3, '0')}`)
  const [a, b] = members.map(id => `project/${projectId}/${id}`) as [string, string]
  for (const member of [a, b]) {
    const faults = [{ land: 'never', answer: { status: 422 } }]
    await fetch(`${env.PROJECT_URL}/_faults`, { method: 'POST', body: JSON.stringify({ member, faults }) })
  }
  const file = join(folder, 'events.ndjson')
  const data = members.map(memberId => ({ ...projectData, memberId }))
  writeFileSync(file, data.map((data, n) => bodyOf({ id: `e${n}`, data })).join('\n'))
  expect(await roleSync('send', file)).toMatchObject({ code: 0, json: { sent: 2 } })
  for (const id of ['e0', 'e1']) await run.until(({ event, outcome }) => event === id && outcome === 'dead')

  const shown = await roleSync('dead', 'show', 'e0', '--read')
  expect(shown.json.letters).toMatchObject([
    {
      ...{ reason: 'rejected', verdict: 'apply', member: a },
      request: { method: 'PUT', body: { groupIds: [groupA, groupB], owner: false } },
      holds: { kind: expect.stringMatching(/^(another|absent)$/) },
    },
  ])

  const replay = { action: 'replay', filter: { event: 'e0' } }
  expect(await invoke(replay)).toMatchObject({ dryRun: true, counts: { apply: 1 } })
  expect((await roleSync('dead', 'list', '--event', 'e0')).json.counts).toEqual({ rejected: 1 })
  expect(await invoke({ ...replay, dryRun: false })).toMatchObject({ applied: { sent: 1, missing: 0 } })
  await run.until(({ event, outcome }) => event === 'e0' && outcome === 'applied')
  expect((await roleSync('member', a)).json.entry.applied).toMatchObject({ event: 'e0' })

  const letters = join(folder, 'letters.ndjson')
  expect((await roleSync('dead', 'export', letters, '--target', 'project')).json).toEqual({ exported: 1 })
  expect(await roleSync('send', letters)).toMatchObject({ code: 0, json: { sent: 1 } })
  await run.until(({ event, outcome }) => event === 'e1' && outcome === 'applied')
  expect(await invoke({ action: 'drain' })).toMatchObject({ duplicate: 1, kept: 1, complete: true })

  const { json } = await roleSync('dead', 'list')
  expect(json).toMatchObject({ counts: { invalid_event: 1 }, letters: [{ event: null }] })
  const dropped = await roleSync('dead', 'drop', json.letters[0].message, '--why', 'a monitoring ping')
  expect(dropped).toMatchObject({ code: 0, json: { dropped: 1, missing: [] } })
  expect((await roleSync('dead', 'list')).json).toMatchObject({ counts: {}, letters: [] })
})
