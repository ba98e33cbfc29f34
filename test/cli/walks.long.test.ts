import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { root } from '../../infra/paths.ts'
import { type StartProcess, startProcess } from '../local/start-process.ts'
import { membership, organization, projectData, projectId } from '../support/events.ts'
import { runProgram } from './program.ts'

/** The walks of a newcomer, a producer and an operator, on one real run. That of a deployer is deployer-walk.test.ts. */

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const [, readmeEvent = ''] = /```json\n(.*?)```/s.exec(readme) ?? []
const readmeId = JSON.parse(readmeEvent).id as string

const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
const inFolder = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  // The letter of the README's commands: nobody has this membership.
  const lost = JSON.stringify(JSON.parse(readmeEvent.replace(membership, '7301954381230018404')))
  run = startProcess(['--serve', '--events', '-'], { input: lost })
  env = (await run.until(line => 'env' in line)).env as Record<string, string>
  await run.until(({ reason }) => reason === 'not_found')
})
afterAll(async () => {
  await run.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const roleSync = (...args: string[]) => runProgram(args, env)

test('a newcomer sends the event of the README, and every command of the README works', async () => {
  const file = inFolder('event.json', readmeEvent)
  expect(await roleSync('check', file)).toMatchObject({ code: 0, err: '1 checked, 0 would be refused\n' })
  const sent = await roleSync('send', file, '--wait', '600s')
  expect({ sent, code: sent.code }).toMatchObject({
    code: 0,
    sent: { out: expect.stringContaining('applied:') },
  })

  const commands = [...readme.matchAll(/^(?:\$ )?npx role-sync ([^#\n]*)/gm)].map(([, command = '']) =>
    // On a new stage nobody held a role in May.
    command
      .trim()
      .replace('--stage prod', '--stage local')
      .replace(/--at 2026\S+/, '--at 0s'),
  )
  expect(commands.length).toBeGreaterThanOrEqual(8)
  const told: Record<string, string> = {}
  for (const command of commands) {
    const yes = command.startsWith('replay apply') ? ' --yes' : ''
    const program = `'${process.execPath}' '${join(root, 'functions/cli/main.ts')}'`
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `${program} ${command}${yes}`], {
      ...{ cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, ...env } },
    })
    expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: expect.anything() })
    told[command.split(' ', 2).join(' ')] = stdout
  }
  expect(told['dead list']).toMatch(/^1 letter: 1 not_found\n/)
  expect(told['dead show']).toContain(`${readmeId} of `)
  expect(told['replay plan']).toMatch(/^1 letter: 1 apply; plan [0-9a-f]{12}\n/)
  expect(told['replay apply']).toBe('1 sent, 0 removed, 0 refused\n')
  expect(told[`member wacht/${organization}/${membership}`]).toContain('Confirmed at the target')
})

test('a producer writes an example, checks it, sends it, and learns its outcome', async () => {
  for (const kind of [[], ['--project']]) {
    const { out } = await roleSync('example', ...kind)
    const file = inFolder('example.json', out)
    expect(await roleSync('check', file)).toMatchObject({ code: 0 })
    const sent = await roleSync('send', file)
    const [, next = ''] = /^next: role-sync (.*)$/m.exec(sent.err) ?? []
    await run.until(({ event, outcome }) => event === JSON.parse(out).id && outcome !== undefined)
    expect(await roleSync(...next.split(' '))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^example-.*\n {2}applied: confirmed at the target/),
    })
  }
  const followed = await runProgram(
    ['send', '-', '--wait', '5m', '--json'],
    env,
    (await roleSync('example', '--person')).out,
  )
  expect(followed).toMatchObject({ code: 0 })
  const { counts, events } = JSON.parse(followed.out)
  expect(counts).toEqual({ resolved: 1, applied: 2 })
  for (const { event, member } of events.slice(1))
    expect(await roleSync('status', event, '--member', member)).toMatchObject({ code: 0 })

  const body = (await roleSync('example', '--okta')).out
  const headers = { authorization: env.OKTA_SOURCE_TOKEN!, 'content-type': 'application/json' }
  const post = () => fetch(`${env.INTAKE_URL}/okta`, { method: 'POST', headers, body })
  let response = await post()
  // A cold function may miss its deadline on a slow machine; a sender repeats what is answered so.
  while (response.status === 503) response = await post()
  expect(response.status).toBe(202)
  const { uuid } = JSON.parse(body).data.events[0]
  await run.until(line => line.outcome === 'applied' && String(line.event).startsWith(uuid))
})

test('an operator mends thirty letters of three reasons with five commands', async () => {
  const reasons = { rejected: 422, forbidden: 403, redirected: 301 }
  const ids = Object.entries(reasons).flatMap(([reason, status]) =>
    Array.from({ length: 10 }, (_, n) => ({ id: `${reason}-${n}`, status })),
  )
  const lines = []
  for (const [n, { id, status }] of ids.entries()) {
    const memberId = `3c90c3cc-0d44-4b50-8888-${String(n).padStart(12, '0')}`
    // The cause is mended when the letter is replayed: each member fails once.
    const faults = [{ land: 'never', answer: { status } }]
    const member = `project/${projectId}/${memberId}`
    await fetch(`${env.PROJECT_URL}/_faults`, { method: 'POST', body: JSON.stringify({ member, faults }) })
    const data = { ...projectData, memberId }
    lines.push(JSON.stringify({ ...JSON.parse(readmeEvent), id, data }))
  }
  expect(await roleSync('send', inFolder('thirty.ndjson', lines.join('\n')))).toMatchObject({ code: 0 })
  const ended = (outcome: string) =>
    ids.map(({ id }) => run.until(line => line.event === id && line.outcome === outcome))
  await Promise.all(ended('dead'))

  const plan = join(folder, 'thirty.json')
  const list = await roleSync('dead', 'list', '--target', 'project')
  expect(list.out).toMatch(/^30 letters: 10 forbidden, 10 redirected, 10 rejected\n(?: {2}10 × .*\n){3}/)
  expect((await roleSync('dead', 'show', 'forbidden-3')).out).toContain('forbidden (403)')
  const planned = await roleSync('replay', 'plan', '--target', 'project', '--out', plan)
  expect(planned.out).toMatch(/^30 letters: 30 apply; plan/)
  expect(await roleSync('replay', 'apply', plan, '--yes')).toMatchObject({
    ...{ code: 0, out: '30 sent, 0 removed, 0 refused\n' },
  })
  await Promise.all(ended('applied'))
  const verified = await roleSync('replay', 'verify', plan)
  expect({ code: verified.code, first: verified.out.split('\n')[0] }).toEqual({
    code: 0,
    first: '30 applied',
  })
})
