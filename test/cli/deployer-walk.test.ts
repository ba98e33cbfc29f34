import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import bundled from '#roles' with { type: 'json' }
import { synthesizeLocal } from '../../infra/local/run/local-synthesis.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import { startProjectSandbox } from '../../infra/local/sandbox/project/project-sandbox.ts'
import { startWachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { wachtEvent } from '../local/sample-events.ts'
import { startTinyStack, type TinyStack } from '../local/tiny-stack.ts'
import { token } from '../support/subjects.ts'
import { runProgram } from './program.ts'

/** The walk of a deployer: the template on this machine's engines, with empty secrets and open sandboxes as targets. */
const secrets = new Map<string, string>()
const running = new AsyncDisposableStack()
let stack: TinyStack
beforeAll(async () => {
  const open = { token, open: true }
  const wacht = running.adopt(
    await startWachtSandbox({ ...open, dialect: 'role_id', organizations: {} }),
    target => target.stop(),
  )
  const project = running.adopt(await startProjectSandbox({ ...open, projects: {} }), target => target.stop())
  const read = readOptions([], {})
  if (!read.ok) throw new Error(read.text)
  const synthesis = await synthesizeLocal(read.options, { wacht: wacht.url, project: project.url })
  running.defer(synthesis.remove)
  for (const [name, secret] of synthesis.secrets) if (!/wacht|project/.test(name)) secrets.set(name, secret)
  const { template, assetOf } = synthesis
  stack = running.adopt(await startTinyStack({ template, assetOf, secrets }), started => started.stop())
  stack.poll()
})
afterAll(() => running.disposeAsync())

interface Told {
  readonly stage: string
  readonly counts: Readonly<Record<string, number>>
  readonly findings: readonly { readonly check: string; readonly state: string; readonly detail: string }[]
}

/** What `doctor --json` says: the exit code, and the states by check. */
async function doctor() {
  const env = { ...stack.environment, ROLE_SYNC_STAGE: 'local' }
  const { code, out, err } = await runProgram(['doctor', '--json'], env)
  expect(err).toBe('')
  expect(out).not.toContain(token)
  const { stage, counts, findings } = JSON.parse(out) as Told
  return {
    code,
    stage,
    counts,
    states: Object.fromEntries(findings.map(({ check, state }) => [check, state])),
  }
}

test('doctor fails until the secrets are filled, then a change is applied', async () => {
  const before = await doctor()
  expect(before).toMatchObject({ code: 1, stage: 'local', counts: { failed: 2 } })
  expect(before.states).toMatchObject({
    ...{ credentials: 'ok', 'changes queue': 'ok', 'dead-letter queue': 'ok', ledger: 'ok' },
    ...{ 'queue mapping': 'ok', 'role catalogue': 'ok', 'secrets of sources': 'ok' },
    ...{ 'secret of wacht': 'failed', 'target wacht': 'warning' },
    ...{ 'secret of project': 'failed', 'target project': 'warning' },
  })

  for (const name of ['wacht', 'project']) secrets.set(`role-sync/local/${name}`, JSON.stringify({ token }))
  const after = await doctor()
  expect(after).toMatchObject({ code: 0, counts: { failed: 0, warning: 5 } })
  expect(after.states).toMatchObject({
    ...{ 'secret of wacht': 'ok', 'target wacht': 'ok', 'secret of project': 'ok', 'target project': 'ok' },
    // This machine has neither CloudWatch nor EventBridge, and nothing of them is taken for ok.
    ...{
      alarms: 'warning',
      drain: 'warning',
      sweep: 'warning',
      'due changes': 'warning',
      WACHT_DIALECT: 'warning',
    },
  })

  const env = { ...stack.environment, ROLE_SYNC_STAGE: 'local' }
  expect(await runProgram(['send', '-'], env, JSON.stringify(wachtEvent('first')))).toMatchObject({ code: 0 })
  await stack.until(() => stack.settled.some(({ event }) => event === 'first'))
  expect(stack.settled.at(-1)).toMatchObject({ event: 'first', outcome: 'applied' })

  const member = String(stack.settled.at(-1)?.member)
  const told = await runProgram(['history', member, '--json'], env)
  expect(told).toMatchObject({ code: 0, err: '' })
  const { items } = JSON.parse(told.out) as { readonly items: readonly object[] }
  expect(items).toMatchObject([{ member, event: 'first', outcome: 'applied', receives: expect.any(Number) }])
})

test('doctor says in words what to do about a role that is not deployed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'role-sync-walk-'))
  running.defer(() => rmSync(folder, { recursive: true }))
  const roles = join(folder, 'roles.json')
  writeFileSync(roles, JSON.stringify({ ...bundled, boss: {} }))
  const env = { ...stack.environment, ROLE_SYNC_STAGE: 'local' }
  const { code, out } = await runProgram(['doctor', '--roles', roles], env)
  expect(code).toBe(1)
  expect(out).toMatch(/^ok {7}changes queue: \d+ changes wait$/m)
  expect(out).toContain(
    'failed   role catalogue: the deployed one has other roles than the one here: boss\n' +
      '         → deploy this catalogue, or name the deployed one with --roles\n',
  )
  expect(out).toMatch(/\nstage local: \d+ ok, 5 with a warning, 1 failed\n$/)
})
