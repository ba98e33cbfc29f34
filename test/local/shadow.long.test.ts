import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runProgram } from '../cli/program.ts'
import { wachtEvent } from './sample-events.ts'
import { type StartProcess, startProcess } from './start-process.ts'

/** Shadow mode from end to end: the local stack and the command line, each a process of its own. */

const scope = 'wacht/7301954381230018561'
const member = (id: string) => `${scope}/${id}`
/** A sender that is shadowed, by its access key id, and one that is not. */
const [script, hr] = ['AIDASCRIPT', 'AIDAHR']
const folder = mkdtempSync(join(tmpdir(), 'role-sync-shadow-'))
const file = (name: string) => join(folder, name)
writeFileSync(
  file('guards.json'),
  JSON.stringify({
    protected: [{ member: member('12'), why: 'auditor', mode: 'shadow' }],
    shadow: [{ sender: script, target: 'wacht' }],
  }),
)

/** The members exist, with roles that others gave them: those of the file are played at the start. */
const given = ['11', '12'].map(id =>
  wachtEvent(`given-${id}`, {
    data: { membershipId: id, roleId: '7301954381230017002', role: undefined },
  }),
)
writeFileSync(file('given.ndjson'), given.map(event => JSON.stringify(event)).join('\n'))

let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  const settings = [`guards=${file('guards.json')}`, 'wachtDialect=role_ids'].flatMap(each => ['-c', each])
  run = startProcess(['--serve', '--events', file('given.ndjson'), ...settings])
  env = (await run.until(line => 'env' in line)).env as Record<string, string>
})
afterAll(async () => {
  await run.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const as = (person: string, ...args: string[]) => runProgram(args, { ...env, AWS_ACCESS_KEY_ID: person })
const send = async (person: string, id: string, membershipId: string) => {
  const event = wachtEvent(id, {
    time: new Date().toISOString(),
    data: { membershipId, roleId: '7301954381230017001', role: undefined },
  })
  writeFileSync(file(`${id}.json`), JSON.stringify(event))
  expect(await as(person, 'send', file(`${id}.json`))).toMatchObject({ code: 0 })
}
const ended = (event: string, outcome: string) =>
  run.until(line => line.event === event && line.outcome === outcome)

test('a shadowed change ends without a write; status and the report say what would have differed', async () => {
  await send(script, 'shadowed', '11')
  await ended('shadowed', 'shadow')
  await send(hr, 'passed', '12')
  await ended('passed', 'applied')

  const status = await as(hr, 'status', file('shadowed.json'))
  expect(status.code).toBe(0)
  expect(status.out).toMatch(/shadow: would apply; the target showed another state/)
  const { out } = await as(hr, 'member', member('11'), '--json')
  expect(out).toContain('"given-11"')
  expect(out).not.toContain('"shadowed"')

  const report = await as(hr, 'shadow', 'report', '--json')
  expect(report).toMatchObject({ code: 0 })
  expect(JSON.parse(report.out)).toMatchObject({
    counts: { shadowed: 1, would_apply: 1, differs: 1, applied_would_hold: 2 },
    members: [{ member: member('11'), would: 'apply', shows: 'differs', event: 'shadowed', sender: script }],
    passed: [
      { member: member('12'), guard: 'protected', event: 'given-12' },
      { member: member('12'), guard: 'protected', event: 'passed', sender: hr },
    ],
  })
})
