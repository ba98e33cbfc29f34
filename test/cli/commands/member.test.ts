import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { faults } from '../../../infra/local/sandbox/faults.ts'
import {
  type ProjectSandbox,
  startProjectSandbox,
} from '../../../infra/local/sandbox/project/project-sandbox.ts'
import { startWachtSandbox, type WachtSandbox } from '../../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { datedEvent, dueOf } from '../../support/due.ts'
import { endedOf } from '../../support/entries.ts'
import { membership, noon, organization, projectData, projectId } from '../../support/events.ts'
import { token } from '../../support/subjects.ts'
import { jsonOf } from '../dead-letters.ts'
import { commandLine } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
})
afterAll(() => stages.stop())
beforeEach(async () => {
  stage = await stages.next()
})

const memberId = projectData.memberId as string
const name = `wacht/${organization}/${membership}`
const entryOf = (fields: Partial<Entry>): Entry => ({ member: name, rev: 7, failures: 0, ...fields })
const member = (args: readonly string[], given = {}) =>
  commandLine(['member', ...args, '--stage', stage.stage], { dynamodb: stage.dynamodb, ...given })
const applied: Entry['applied'] = {
  version: { time: '2026-11-23T09:15:00.25', sequence: '42', source: '//hr', id: 'e1' },
  ...{ event: 'e1', message: 'm1', desired: { roleId: '9' }, at: noon - 7_500_000 },
}
const lease = { holder: 'secret-holder', until: noon + 40_000, event: 'e2', desired: { roleId: '8' } }
const unanswered = { until: noon + 20_000, desired: { roleId: '7' } }

describe('member tells in words', () => {
  test('what is applied, since when and by which event', async () => {
    await stage.entry(entryOf({ applied }))
    expect(await member([name])).toEqual({
      code: 0,
      err: '',
      out: [
        name,
        '  applied: {"roleId":"9"}',
        '    since 2026-11-23T09:55:00Z (2 h 5 min ago)',
        '    by event e1 of //hr, time 2026-11-23T09:15:00.25Z, sequence 42, message m1',
        '  lease: none; no attempt is writing to this member',
        '  unanswered: none',
        '  Confirmed at the target',
        '',
      ].join('\n'),
    })
  })
  test('who is writing, and which writes are unanswered or unproven', async () => {
    await stage.entry(entryOf({ lease, unanswered, unproven: 'e0', failures: 3 }))
    expect((await member([name])).out.split('\n')).toEqual([
      name,
      '  applied: none; no change of this member is proven',
      '  lease: held by event e2, to write {"roleId":"8"}, at most until 2026-11-23T12:00:40Z (in 40 s)',
      '  unanswered: a write of {"roleId":"7"} may still land until 2026-11-23T12:00:20Z (in 20 s)',
      `  unproven: the last write of event e0 may have had an effect; look at the target for the member's state`,
      '  failures: 3 attempts in a row without proof',
      '',
    ])
  })
  test('that a lease ran out, and that a write can no longer land', async () => {
    const long = noon - 90_000
    await stage.entry(
      entryOf({ lease: { ...lease, until: long }, unanswered: { ...unanswered, until: long } }),
    )
    const { out } = await member([name])
    expect(out).toContain(
      'it expired at 2026-11-23T11:58:30Z (1 min 30 s ago): the write may have landed or may still land',
    )
    expect(out).toContain('could land until 2026-11-23T11:58:30Z (1 min 30 s ago), not any more')
  })
  test('which of its messages became dead letters of late, and not more than five of them', async () => {
    const ended = Array.from({ length: 7 }, (_, n) => endedOf(9 - n, n === 0 ? { unproven: true } : {}, noon))
    await stage.entry(entryOf({ ended }))
    expect((await member([name])).out.split('\n').slice(4)).toEqual([
      '  dead letter: event e9 at 2026-11-23T12:00:00Z, rejected, unproven',
      ...[8, 7, 6, 5].map(n => `  dead letter: event e${n} at 2026-11-23T12:00:00Z, rejected`),
      '  dead letter: and 2 older ones',
      '',
    ])
  })
  test('that there is no entry, with exit code 1', async () => {
    expect(await member([name])).toMatchObject({
      code: 1,
      out: `${name}\n  no entry: the ledger has no change of this member\n`,
    })
  })
  test('which role comes until when, and what is cancelled because of which event', async () => {
    const wanted = { role: 'engineer', ends: ['2027-03-31T00:00:00Z', 'member'] } as const
    const contract = datedEvent('contract', '2026-11-20T09:00:00Z', {
      ...wanted,
      from: '2027-01-01T00:00:00Z',
    })
    const late = datedEvent('late', '2026-11-19T09:00:00Z', {
      role: 'engineering-manager',
      from: '2026-12-24T12:00:00.5Z',
    })
    const left = { time: '2026-11-20T08:00:00', sequence: '', source: '//hr', id: 'left' }
    await stage.entry(entryOf({ applied, fence: left }))
    await stage.due(dueOf(contract, 'begin'), dueOf(late, 'begin'))
    expect((await member([name])).out.split('\n').slice(-3)).toEqual([
      '  forecast: {"roleId":"9"} until 2027-01-01T00:00:00Z, then engineer until 2027-03-31T00:00:00Z, then member',
      '  cancelled by event left: engineering-manager at 2026-12-24T12:00:00.500Z by event late',
      '',
    ])
    expect(JSON.parse((await member([name, '--json'])).out).forecast).toMatchObject([
      { at: '2026-12-24T12:00:00.500Z', event: 'late', role: 'engineering-manager', cancelledBy: 'left' },
      { at: '2027-01-01T00:00:00Z', event: 'contract', role: 'engineer' },
      { at: '2027-03-31T00:00:00Z', event: 'contract', role: 'member' },
    ])
  })
  test('what comes to a member that the ledger does not have', async () => {
    const joins = datedEvent('joins', '2026-11-20T09:00:00Z', {
      role: 'engineer',
      from: '2027-01-01T00:00:00Z',
    })
    await stage.due(dueOf(joins, 'begin'))
    expect((await member([name])).out).toContain(
      '  forecast: nothing applied until 2027-01-01T00:00:00Z, then engineer\n',
    )
  })
  test('that what takes effect later is not known, where due changes cannot be read', async () => {
    await stage.entry(entryOf({ applied }))
    await stage.withoutDue()
    const { code, err } = await member([name])
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(
        /^What takes effect later is not known: stage \w+ has no table .* of due changes; deploy this version\n$/,
      ),
    })
  })
  test('without letting an event steer the terminal', async () => {
    await stage.entry(entryOf({ unproven: 'a\u001b[2J\u009b\n  applied: x\u202e' }))
    const { out } = await member([name])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(out.split('\n')).toHaveLength(6)
  })
})

describe('member with an e-mail address', () => {
  const scopes = [`wacht/${organization}`, `project/${projectId}`] as const
  const jane = `project/${projectId}/${memberId}`
  let wacht: WachtSandbox
  let project: ProjectSandbox
  let env: Record<string, string>
  beforeAll(async () => {
    const others = Array.from(
      { length: 150 },
      (_, n) => [`80${n}`, { roles: [], email: `p${n}@example.com` }] as const,
    )
    const members = Object.fromEntries([...others, [membership, { roles: [], email: 'Jane@example.com' }]])
    wacht = await startWachtSandbox({
      ...{ token, dialect: 'role_id' },
      organizations: { [organization]: { roles: {}, members } },
    })
    const own = { groupIds: [], owner: false, email: 'jane@example.com' }
    project = await startProjectSandbox({
      token,
      projects: { [projectId]: { groups: {}, members: { [memberId]: own } } },
    })
    const tokens = { WACHT_TOKEN: token, PROJECT_TOKEN: token }
    env = { ...tokens, WACHT_URL: wacht.url, PROJECT_URL: project.url }
  })
  afterAll(() => Promise.all([wacht.stop(), project.stop()]))

  test('shows the entry of each member with this address, on every page, and says where it looked', async () => {
    await stage.entry(entryOf({ applied }))
    const { code, out, err } = await member(['JANE@example.com'], { env })
    expect({ code, err }).toEqual({ code: 0, err: `2 members with this address in ${scopes.join(', ')}\n` })
    expect(out).toContain(`${name}\n  applied: {"roleId":"9"}`)
    expect(out).toContain(`${jane}\n  no entry`)
    const { json } = await jsonOf(member(['jane@example.com', '--json'], { env }))
    const members = [
      { member: name, entry: { rev: 7 } },
      { member: jane, entry: null },
    ]
    expect(json).toMatchObject({ members, read: scopes, unread: [] })
  })
  test('says that nobody has it, with exit code 1', async () => {
    const { code, out, err } = await member(['nobody@example.com'], { env })
    const told = `0 members with this address in ${scopes.join(', ')}\n`
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: told })
  })
  test('names what could not be read and why, and goes on with the rest', async () => {
    wacht.next(scopes[0], { ...faults.error(500), on: 'read' })
    const failed = await member(['jane@example.com'], { env: { ...env, PROJECT_TOKEN: '' } })
    expect(failed.code).toBe(1)
    expect(failed.err.split('\n')).toEqual([
      expect.stringMatching(`^Could not read the members of ${scopes[0]}: .*\\(500\\)`),
      `Could not read the members of ${scopes[1]}: PROJECT_TOKEN is not set`,
      '0 members with this address in no scope',
      '',
    ])
    const { code, out, err } = await member(['jane@example.com'], { env: { ...env, PROJECT_URL: '' } })
    expect({ code, rows: out.split('\n')[0] }).toEqual({ code: 1, rows: name })
    expect(err).toContain(`Could not read the members of ${scopes[1]}: PROJECT_URL is not set\n1 member with`)
  })
  test('knows a scope that the target does not have, and ends a list that has no end', async () => {
    const roles = { x: { wacht: { 5: { roleId: '1' } } } }
    const file = join(mkdtempSync(join(tmpdir(), 'role-sync-cli-')), 'roles.json')
    writeFileSync(file, JSON.stringify(roles))
    const { err } = await member(['jane@example.com', '--roles', file], { env })
    expect(err).toContain('Could not read the members of wacht/5: target does not know this scope')
    const body = JSON.stringify({ data: [], has_more: true })
    wacht.always(scopes[0], { on: 'read', answer: { status: 200, body } })
    const { err: endless } = await member(['jane@example.com'], { env })
    expect(endless).toMatch(`Could not read the members of ${scopes[0]}: `)
  })
})

describe('member --json prints one object', () => {
  test('with what the entry holds, but the holder', async () => {
    await stage.entry(entryOf({ applied, lease, unanswered, unproven: 'e0', failures: 3 }))
    const { code, out } = await member([name, '--json'])
    expect({ code, json: JSON.parse(out) }).toEqual({
      code: 0,
      json: {
        member: name,
        entry: {
          applied: { ...applied, at: '2026-11-23T09:55:00.000Z' },
          lease: { event: 'e2', desired: { roleId: '8' }, until: '2026-11-23T12:00:40.000Z' },
          unanswered: { desired: { roleId: '7' }, until: '2026-11-23T12:00:20.000Z' },
          ...{ unproven: 'e0', failures: 3, rev: 7 },
        },
        forecast: [],
      },
    })
  })
  test('with its dead letters', async () => {
    await stage.entry(entryOf({ ended: [endedOf(5, { unproven: true }, noon)] }))
    expect(JSON.parse((await member([name, '--json'])).out).entry.deadLetters).toEqual([
      {
        ...{ event: 'e5', message: 'm5', at: '2026-11-23T12:00:00.000Z' },
        ...{ reason: 'rejected', status: 422, unproven: true },
      },
    ])
  })
  test('with null where there is no entry', async () => {
    expect(await member([name, '--json'])).toEqual({
      code: 1,
      err: '',
      out: `{"member":"${name}","entry":null,"forecast":[]}\n`,
    })
  })
})

describe('member names the ledger', () => {
  test('and takes a name in upper case for the same member', async () => {
    const uuids = 'project/3c90c3cc-0d44-4b50-8888-8dd25736052a/3c90c3cc-0d44-4b50-8888-8dd25736052b'
    await stage.entry({ ...entryOf({ applied }), member: uuids })
    expect(await member([uuids.toUpperCase()])).toMatchObject({ code: 0 })
  })
  test.each(['wacht', 'wacht/1', 'wacht//2', 'wacht/1/2/3', 'okta/1/2'])('%s is none', async given => {
    expect(await member([given])).toEqual({
      ...{ code: 2, out: '' },
      err: `role-sync: member ${given}: must be wacht/…/… or project/…/…, as \`dead list\` shows it\n`,
    })
  })
  test('a stage without a ledger is told', async () => {
    const none = await commandLine(['member', name, '--stage', 'none'], { dynamodb: stage.dynamodb })
    expect(none).toMatchObject({
      code: 2,
      err: 'role-sync: table role-sync-none-ledger does not exist: check --stage (none), the account, the region, and that the stage is deployed\n',
    })
  })
})
