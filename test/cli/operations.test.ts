import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type StartProcess, startProcess } from '../local/start-process.ts'
import { managerRole, membership, organization, withData } from '../support/events.ts'
import { name } from './dead-letters.ts'
import { runProgram } from './program.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  const typo = withData({ roleId: undefined, role: 'enginer' })
  run = startProcess(['--serve', '--events', '-', '-c', 'wachtDialect=role_ids'], { input: typo })
  const printed = (await run.until(line => 'env' in line)).env as Record<string, string>
  env = { ...printed, WACHT_TOKEN: 'sandbox-wacht-token' }
  await run.until(line => line.outcome === 'dead')
}, 60_000)
afterAll(() => {
  run.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const roleSync = async (...args: string[]) => {
  const { code, out, err } = await runProgram([...args, '--json'], env)
  return { code, json: out === '' ? undefined : JSON.parse(out), err }
}

test('a typo in a role is found, corrected, planned, applied and proven, on the real local stack', async () => {
  const id = 'wd-2026-000123'
  expect(await roleSync('dead', 'list')).toMatchObject({
    json: { counts: { unknown_role: 1 }, letters: [{ event: id, member: name, receives: 1 }] },
  })
  expect(await roleSync('dead', 'edit', id, '--set', 'data.role=engineering-manager')).toMatchObject({
    code: 0,
  })

  const file = join(folder, 'plan.json')
  const url = env.WACHT_SANDBOX_URL as string
  const target = ['--wacht-url', url, '--wacht-dialect', 'role_ids', '--read']
  const planned = await roleSync('replay', 'plan', '--out', file, ...target)
  expect(planned.json).toMatchObject({ counts: { apply: 1 }, letters: [{ event: id, verdict: 'apply' }] })
  expect(JSON.parse(readFileSync(file, 'utf8')).letters).toMatchObject([
    {
      holds: { kind: 'another', changes: [expect.stringContaining(`role_ids: + ${managerRole}`)] },
      request: { url: expect.stringContaining(url), body: { role_ids: [managerRole] } },
    },
  ])
  const applied = { sent: 1, removed: 0, refused: 0, stopped: false }
  expect(await roleSync('replay', 'apply', file, '--yes')).toEqual({ code: 0, json: applied, err: '' })

  await run.until(line => line.outcome === 'applied' && line.event === id)
  const ledger = await roleSync('member', `wacht/${organization}/${membership}`)
  expect(ledger.json.entry.applied).toMatchObject({ event: id, desired: { roleId: managerRole } })
}, 60_000)
