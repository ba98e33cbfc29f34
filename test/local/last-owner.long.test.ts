import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runProgram } from '../cli/program.ts'
import { wachtEvent } from './sample-events.ts'
import { type StartProcess, startProcess } from './start-process.ts'

/** The last owners of an organization from end to end: the bundle that ships, a list over HTTP, the command line. */

const scope = 'wacht/7301954381230018561'
const role = 'engineering-manager'
const folder = mkdtempSync(join(tmpdir(), 'role-sync-owner-'))
const file = (name: string) => join(folder, name)
const eventOf = (id: string, membershipId: string, to: string) =>
  JSON.stringify(wachtEvent(id, { time: new Date().toISOString(), data: { membershipId, role: to } }))

let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  writeFileSync(file('guards.json'), JSON.stringify({ last_owner: [{ scope, role, keep: 1 }] }))
  writeFileSync(file('events.ndjson'), `${eventOf('up-21', '21', role)}\n${eventOf('up-22', '22', role)}\n`)
  const settings = [`guards=${file('guards.json')}`, 'wachtDialect=role_ids'].flatMap(each => ['-c', each])
  run = startProcess(['--serve', '--events', file('events.ndjson'), ...settings])
  env = (await run.until(line => 'env' in line)).env as Record<string, string>
})
afterAll(async () => {
  await run.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const asAnna = (...args: string[]) => runProgram(args, { ...env, AWS_ACCESS_KEY_ID: 'anna' })
const send = async (id: string, membershipId: string) => {
  writeFileSync(file(`${id}.json`), eventOf(id, membershipId, 'engineer'))
  expect(await asAnna('send', file(`${id}.json`))).toMatchObject({ code: 0 })
}
const ended = (event: string, outcome: string) =>
  run.until(line => line.event === event && line.outcome === outcome)

test('of two owners one may go; the other stays until a person approves it', async () => {
  await ended('up-21', 'applied')
  await ended('up-22', 'applied')
  await send('down-21', '21')
  await ended('down-21', 'applied')
  await send('down-22', '22')
  await ended('down-22', 'held')
  const { letters } = JSON.parse((await asAnna('hold', 'list', '--json')).out) as { letters: object[] }
  expect(letters).toMatchObject([
    {
      ...{ event: 'down-22', member: `${scope}/22`, guard: 'last_owner' },
      detail: `would leave 0 other members of ${scope} with the role ${role}, 1 must stay`,
    },
  ])
  const planned = file('plan.json')
  expect(await asAnna('replay', 'plan', '--guard', 'last_owner', '--out', planned)).toMatchObject({
    ...{ code: 0, out: expect.stringMatching(/1 held[\s\S]*PATCH/) },
  })
  expect(await asAnna('hold', 'approve', planned, '--why', 'HR-4713', '--yes')).toMatchObject({
    ...{ code: 0, out: '1 sent, 0 removed, 0 refused\n' },
  })
  await ended('down-22', 'applied')
})
