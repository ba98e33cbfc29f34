import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runProgram } from '../cli/program.ts'
import { type StartProcess, startProcess } from '../local/start-process.ts'

/** A target is one folder and one line: a copy of the project gets a third one, whose write is a POST, and runs with it. */

const project = join(import.meta.dirname, '../..')
const root = mkdtempSync(join(tmpdir(), 'role-sync-third-'))

const folder = `
import * as v from 'valibot'
import { roleName } from '../../core/event/ids.ts'
import { resolveRole } from '../../core/event/role-catalogue.ts'
import { asObject } from '../../core/json.ts'
import { judge } from '../../core/outcome/judge.ts'
import { memberParts, type Target, type TargetKind, urlOf } from '../target.ts'

const name = v.pipe(v.string('must be a string'), v.regex(/^[a-z0-9-]{1,40}$/, 'must be lower-case letters and digits'))
const data = v.strictObject({ target: v.literal('acme'), team: name, user: name, role: roleName }, 'must be an object')
type AcmeData = v.InferOutput<typeof data>

export const acme: TargetKind<AcmeData, unknown> = {
  name: 'acme',
  data,
  scope: name,
  memberId: name,
  state: v.strictObject({ level: name }),
  options: v.object({}),
  member: ({ team, user }) => \`acme/\${team}/\${user}\`,
  desired: ({ role, team }, catalogue) => resolveRole(catalogue, role, 'acme', team),
  listsStates: () => false,
  includes: (state, wanted) => state.level === wanted.level,
  isExactly: (state, wanted) => state.level === wanted.level,
  connect: (baseUrl): Target => {
    const request: Target['request'] = (member, desired) => {
      const [team, user] = memberParts(member)
      return { method: 'POST', url: urlOf(baseUrl, 'teams', team, 'users', user), body: { level: desired.level } }
    }
    return {
      name: 'acme',
      repeatable: true,
      tellsGone: true,
      request,
      naming: member => {
        const [team, user] = memberParts(member)
        return { team, user }
      },
      people: async () => ({ ok: true, listed: [] }),
      apply: async (member, desired, http) => {
        const judged = judge('write', await http(request(member, desired)))
        if (!judged.ok) return judged.effect
        const { status } = judged
        if (asObject(judged.json)?.level === desired.level) return { kind: 'proven', status }
        return { kind: 'refused', reason: 'no_effect', status, detail: 'the answer shows another level' }
      },
    }
  },
}
`

/** What the third target was asked for: method, path, token and body. */
const asked: { method?: string; url?: string; token?: string; body: string }[] = []
let refuses = true
const server = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => (body += chunk))
  request.on('end', () => {
    const { method, url, headers } = request
    asked.push({ method: method!, url: url!, token: headers.authorization!, body })
    const status = refuses && url!.endsWith('/refused') ? 422 : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(status === 200 ? body : '{"error":"no such user yet"}')
  })
})

const eventOf = (id: string, user: string) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '//hr', type: 'role.changed.v1', time: new Date().toISOString() },
    data: { target: 'acme', team: 'red', user, role: 'lead' },
  })

let run: StartProcess
let env: Record<string, string>
beforeAll(async () => {
  for (const name of ['functions', 'infra', 'package.json', 'cdk.json', 'tsconfig.json', 'package-lock.json'])
    cpSync(join(project, name), join(root, name), { recursive: true })
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
  mkdirSync(join(root, 'functions/targets/acme'))
  writeFileSync(join(root, 'functions/targets/acme/acme-target.ts'), folder)
  const index = join(root, 'functions/targets/index.ts')
  const list = readFileSync(index, 'utf8').replace('= [wacht, project]', '= [wacht, project, acme]')
  expect(list).toContain('acme')
  writeFileSync(index, `import { acme } from './acme/acme-target.ts'\n${list}`)
  writeFileSync(join(root, 'roles.json'), '{ "lead": { "acme": { "red": { "level": "two" } } } }')

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const targets = { ACME_URL: url, ACME_TOKEN: 'third', ROLES: join(root, 'roles.json') }
  run = startProcess(['--serve', '--events', '-'], { root, env: targets, input: eventOf('e1', 'ada') })
  env = { ...((await run.until(line => 'env' in line)).env as Record<string, string>), ...targets }
})
afterAll(async () => {
  await run?.kill('SIGKILL')
  server.close()
  rmSync(root, { recursive: true })
})

const roleSync = async (...args: string[]) => {
  const { code, out, err } = await runProgram([...args, '--json'], env, '', root)
  return { code, json: out === '' ? undefined : JSON.parse(out), err }
}

test('a change of it runs through the template, the local stack and its own POST', async () => {
  await run.until(({ event, outcome }) => event === 'e1' && outcome === 'applied')
  expect(asked).toContainEqual({
    ...{ method: 'POST', url: '/teams/red/users/ada', token: 'Bearer third', body: '{"level":"two"}' },
  })
})

test('its events are sent from the command line, and a dead letter of it is replayed', async () => {
  const file = join(root, 'events.ndjson')
  writeFileSync(file, eventOf('e2', 'refused'))
  expect(await roleSync('send', file)).toMatchObject({ code: 0, json: { sent: 1 } })
  await run.until(({ event, outcome }) => event === 'e2' && outcome === 'dead')
  refuses = false
  const plan = join(root, 'plan.json')
  expect(await roleSync('replay', 'plan', '--out', plan)).toMatchObject({ json: { counts: { apply: 1 } } })
  expect(await roleSync('replay', 'apply', plan, '--yes')).toMatchObject({ code: 0, json: { sent: 1 } })
  await run.until(({ event, outcome }) => event === 'e2' && outcome === 'applied')
  expect((await roleSync('member', 'acme/red/refused')).json.entry.applied).toMatchObject({ event: 'e2' })
})
