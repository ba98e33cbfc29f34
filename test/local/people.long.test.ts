import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as pathOf } from 'node:path'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { parseLine } from '../../functions/cli/page/log-lines.ts'
import { type LocalSynthesis, synthesizeLocal } from '../../infra/local/run/local-synthesis.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import {
  type ProjectSandbox,
  startProjectSandbox,
} from '../../infra/local/sandbox/project/project-sandbox.ts'
import { startWachtSandbox, type WachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { runProgram } from '../cli/program.ts'
import { startTinyStack, type TinyStack } from './tiny-stack.ts'

const organization = '7301954381230018561'
const project = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const [engineer, member] = ['7301954381230017002', '7301954381230017003']
const membership = (n: number) => `73019543810${String(n).padStart(8, '0')}`
const olga = { wacht: membership(9999), project: '5d2e8f10-0000-4000-8000-000000000001' }

const folder = mkdtempSync(pathOf(tmpdir(), 'role-sync-people-'))
/** A search of 10,000 members takes a while on a slow machine. */
const settings = [
  ...['notFoundGraceSeconds=2', 'functionTimeoutSeconds=60', 'requestTimeoutSeconds=20'],
].flatMap(setting => ['-c', setting])
let synthesis: LocalSynthesis
let targets: { readonly wacht: WachtSandbox; readonly project: ProjectSandbox } | undefined
let stack: TinyStack | undefined

beforeAll(async () => {
  const read = readOptions(settings, { WACHT_TOKEN: 't', PROJECT_TOKEN: 't' })
  if (!read.ok) throw new Error(read.text)
  synthesis = await synthesizeLocal(read.options, {
    wacht: 'http://127.0.0.1:1',
    project: 'http://127.0.0.1:1',
  })
})
afterEach(async () => {
  await stack?.stop()
  await targets?.wacht.stop()
  await targets?.project.stop()
})
afterAll(() => {
  synthesis.remove()
  rmSync(folder, { recursive: true })
})

/** The real stack before an organization of 10,000 members and a project of one. */
async function start(dialect: 'role_id' | 'role_ids') {
  const members = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, n) => [membership(n), { roles: [] as string[] }]),
  )
  const doubled = { roles: [], email: 'twin@example.com' }
  Object.assign(members, { [membership(3)]: doubled, [membership(4)]: doubled })
  Object.assign(members, { [olga.wacht]: { roles: [], email: 'Olga@Example.com' } })
  const owners = { [olga.project]: { groupIds: [], owner: true, email: 'olga@example.com' } }
  targets = {
    wacht: await startWachtSandbox({
      ...{ token: 't', dialect },
      organizations: { [organization]: { roles: { [engineer]: 'engineer', [member]: 'member' }, members } },
    }),
    project: await startProjectSandbox({
      token: 't',
      projects: { [project]: { groups: { 'a1f0c3cc-0d44-4b50-8888-8dd25736052a': 'all' }, members: owners } },
    }),
  }
  const { template, assetOf, secrets } = synthesis
  stack = await startTinyStack({
    ...{ template, assetOf, secrets },
    overrides: {
      ...{ WACHT_URL: targets.wacht.url, PROJECT_URL: targets.project.url },
      WACHT_DIALECT: dialect,
    },
  })
  const { wacht, project: projects } = targets
  const listed = () => wacht.state.organizations[organization]?.members ?? {}
  return {
    stack,
    join: (id: string, email: string) => Object.assign(listed(), { [id]: { roles: [], email } }),
    rolesOf: (id: string) => listed()[id]?.roles,
    inProject: (id: string) => projects.state.projects[project]?.members[id],
  }
}

const naming = (id: string, email: string, role = 'engineer') =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '//hr.example.com', type: 'role.changed.v1' },
    ...{ time: '2026-11-23T09:15:00Z', data: { person: { email }, role } },
  })

/** The command line, at this stack. */
async function cli(...args: string[]) {
  const env = { ...(stack as TinyStack).environment, ROLE_SYNC_STAGE: 'local' }
  const { code, out, err } = await runProgram(args, env)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code} ${err}`)
  return out
}
const isResolved = (of: TinyStack, id: string) =>
  of.settled.some(each => each?.event === id && each.outcome === 'resolved')

/** Four people in one batch: one who is there, two who are not, and one whom two members could be. */
async function nameFour(of: TinyStack): Promise<void> {
  await of.send(
    naming('e-olga', 'OLGA@example.com'),
    naming('e-joe', 'joe@example.com'),
    naming('e-jim', 'jmi@example.com'),
    naming('e-twin', 'twin@example.com'),
  )
  of.poll()
  await of.until(() => of.messages(of.changes).length === 0)
  expect(of.messages(of.deadLetters)).toHaveLength(3)
}

/** Of nobody is an address kept but in the bodies of the events and letters that name them. */
async function expectNoAddress(of: TinyStack): Promise<void> {
  const { Items } = await of.dynamodb.send(new ScanCommand({ TableName: of.tables[0] }))
  expect(JSON.stringify([Items, of.lines])).not.toMatch(/(olga|joe|jim|jmi|twin)@/i)
}

test('one of 10,000 members is found by address, with a hundred calls for all people of a batch', async () => {
  const { stack, rolesOf, inProject } = await start('role_id')
  await nameFour(stack)
  expect(rolesOf(olga.wacht)).toEqual([engineer])
  expect(inProject(olga.project)).toMatchObject({ owner: false })
  expect(stack.settled.find(each => each?.event === 'e-olga')).toMatchObject({ outcome: 'resolved' })
  const searches = stack.lines.map(parseLine).filter(line => line?.message === 'search')
  expect(searches.find(search => search?.target === 'wacht')).toMatchObject({
    ...{ scope: `wacht/${organization}`, people: 4, listed: 10_000, calls: 100 },
  })
  await expectNoAddress(stack)
})

test('who has joined since is found by a replay, who was misspelled after an edit', async () => {
  const { stack, join, rolesOf } = await start('role_ids')
  await nameFour(stack)
  expect(await cli('dead', 'show', 'e-twin')).toMatch(/person_ambiguous: .* lists 2 members/)

  join(membership(20_000), 'joe@example.com')
  join(membership(20_001), 'Jim@example.com')
  await cli('dead', 'edit', 'e-jim', '--set', 'data.person.email=jim@example.com', '--by', 'tester')
  const plan = pathOf(folder, 'plan.json')
  await cli('replay', 'plan', '--reason', 'person_not_found', '--out', plan)
  expect(await cli('replay', 'apply', plan, '--yes')).toContain('2 sent, 0 removed, 0 refused')
  await stack.until(() => ['e-joe', 'e-jim'].every(id => isResolved(stack, id)))
  await stack.until(() => stack.messages(stack.changes).length === 0)
  for (const member of [olga.wacht, membership(20_000), membership(20_001)])
    expect({ member, roles: rolesOf(member) }).toEqual({ member, roles: [engineer] })
  expect(stack.messages(stack.deadLetters)).toHaveLength(1)
  await expectNoAddress(stack)
})
