import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { datedEvent } from '../../support/due.ts'
import { bodyOf, membership, organization, projectData, projectId, withData } from '../../support/events.ts'
import { commandLine } from '../fake-world.ts'

const check = (stdin: string, args: readonly string[] = [], env = {}) =>
  commandLine(['check', '-', ...args], { stdin, env })
const first = async (stdin: string, args: readonly string[] = [], env = {}) =>
  JSON.parse((await check(stdin, ['--json', ...args], env)).out.split('\n')[0] as string)

const wachtPath = `/organizations/${organization}/members/${membership}`

describe('check shows the exact request', () => {
  test('as text', async () => {
    const { code, out, err } = await check(bodyOf())
    expect(out).toBe(
      [
        `line 1: wd-2026-000123 → wacht/${organization}/${membership}`,
        `  PATCH https://api.wacht.dev${wachtPath}`,
        '  {"role_id":"7301954381230017001"}',
        '',
      ].join('\n'),
    )
    expect({ code, err }).toEqual({ code: 0, err: '1 checked, 0 would be refused\n' })
  })
  test('as JSON', async () => {
    expect(await first(bodyOf())).toEqual({
      line: 1,
      event: 'wd-2026-000123',
      source: '//workday.example.com/role-changes',
      target: 'wacht',
      member: `wacht/${organization}/${membership}`,
      request: {
        method: 'PATCH',
        url: `https://api.wacht.dev${wachtPath}`,
        body: { role_id: '7301954381230017001' },
      },
    })
  })
  test('of a role in the catalogue of the package', async () => {
    const body = withData({ roleId: undefined, role: 'engineer' })
    expect(await first(body)).toMatchObject({ request: { body: { role_id: '7301954381230017002' } } })
  })
  test('with the name of the variable where nobody said where the target is', async () => {
    const { url } = (await first(bodyOf({ data: projectData }))).request
    expect(url).toBe(`{PROJECT_URL}/api/projects/${projectId}/members/${projectData.memberId}`)
  })
  test('at the addresses of the environment, and rather at those of the options', async () => {
    const env = { WACHT_URL: 'http://a.example', PROJECT_URL: '' }
    const url = async (args: readonly string[]) => (await first(bodyOf(), args, env)).request.url
    expect(await url([])).toBe(`http://a.example${wachtPath}`)
    expect(await url(['--wacht-url', 'http://b.example/'])).toBe(`http://b.example${wachtPath}`)
  })
  test.each([
    [
      { from: '2027-01-01T00:00:00Z' },
      ['scheduled: takes effect at 2027-01-01T00:00:00Z, and is kept until then'],
    ],
    [
      { from: '2026-11-01T01:00:00.5+01:00' },
      ['data.from is past: takes effect at once, and counts in order from 2026-11-01T00:00:00.5Z'],
    ],
    [{ ends: ['2027-03-31T00:00:00Z', 'member'] }, ['ends at 2027-03-31T00:00:00Z: then member']],
    [
      { from: '2027-01-01T00:00:00Z', ends: ['2027-03-31T00:00:00Z', 'member'] },
      [
        'scheduled: takes effect at 2027-01-01T00:00:00Z, and is kept until then',
        'ends at 2027-03-31T00:00:00Z: then member',
      ],
    ],
    [
      { from: '2026-11-01T00:00:00Z', ends: ['2026-11-22T00:00:00Z', 'member'] },
      ['data.until is past (2026-11-22T00:00:00Z): takes member at once'],
    ],
  ] as const)('and of an event with the dates %j what they do, and when', async (dates, rows) => {
    const event = datedEvent('dated', '2026-11-01T00:00:00Z', { role: 'engineer', ...dates })
    const { out } = await check(JSON.stringify(event))
    expect(
      out
        .trim()
        .split('\n')
        .slice(3)
        .map(row => row.trim()),
    ).toEqual(rows)
    const { target: _, organizationId: __, membershipId: ___, ...data } = event.data
    const person = { ...event, data: { ...data, person: { email: 'jane@example.com' } } }
    const asked = await check(JSON.stringify(person))
    expect(
      asked.out
        .trim()
        .split('\n')
        .slice(1)
        .map(row => row.trim()),
    ).toEqual(rows)
  })
  test('and the dates as JSON', async () => {
    const event = datedEvent('dated', '2026-11-01T00:00:00Z', {
      role: 'engineer',
      from: '2027-01-01T00:00:00Z',
      ends: ['2027-03-31T00:00:00Z', 'member'],
    })
    const end = { at: '2027-03-31T00:00:00Z', role: 'member' }
    expect(await first(JSON.stringify(event))).toMatchObject({
      scheduledFor: '2027-01-01T00:00:00Z',
      ends: end,
    })
    const half = await first(JSON.stringify({ ...event, half: 'end' }))
    expect(half).toMatchObject({ scheduledFor: end.at, ended: end })
  })
  test('of the dialect role_ids, and what is read before it', async () => {
    const url = `https://api.wacht.dev/organizations/${organization}/members?limit=100&offset=0`
    for (const given of [{ args: ['--wacht-dialect', 'role_ids'] }, { env: { WACHT_DIALECT: 'role_ids' } }]) {
      expect(await first(bodyOf(), given.args, given.env)).toMatchObject({
        request: { method: 'PATCH', body: { role_ids: ['7301954381230017001'] } },
        readsFirst: { method: 'GET', url },
      })
    }
    const { out } = await check(bodyOf(), ['--wacht-dialect', 'role_ids'])
    expect(out).toContain(`  reads first: GET ${url}\n  then writes only if the state differs:\n  PATCH `)
  })
  test('of a dead letter that was exported', async () => {
    expect(await first(JSON.stringify({ body: bodyOf(), reason: 'forbidden' }))).toMatchObject({
      event: 'wd-2026-000123',
      request: {},
    })
  })
})

describe('check says where last_owner counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const scope = `wacht/${organization}`
  const counted = (rule: object, content: object = { last_owner: [{ scope, keep: 2, ...rule }] }) => {
    const file = join(folder, `${JSON.stringify(rule).length}.json`)
    writeFileSync(file, JSON.stringify(content))
    return ['--guards', file]
  }
  const manager = { role: 'engineering-manager' }
  const member = withData({ roleId: undefined, role: 'member' })
  test('as text, for a change that may take the role away', async () => {
    const { code, out } = await check(member, counted(manager))
    expect(out).toContain(
      `\n  last_owner of ${scope} (role engineering-manager, keep 2): counted at the target when the change takes effect\n`,
    )
    expect(code).toBe(0)
  })
  test('as JSON, also of a rule in shadow mode', async () => {
    const rule = { ...manager, mode: 'shadow' }
    const last_owner = [{ scope, keep: 2, ...rule }]
    expect(await first(member, counted(rule))).toMatchObject({ last_owner, request: {} })
    const { out } = await check(member, counted(rule))
    expect(out).toContain('(role engineering-manager, keep 2, shadow mode): ')
  })
  test('for each scope of a person', async () => {
    const body = bodyOf({ data: { person: { email: 'jane@example.com' }, role: 'member' } })
    expect((await first(body, counted(manager))).last_owner).toMatchObject([{ scope, role: manager.role }])
  })
  test('and not for a change that gives the role, or of another scope', async () => {
    expect((await check(bodyOf(), counted(manager))).out).not.toContain('last_owner')
    expect((await check(withData({ organizationId: '9' }), counted(manager))).out).not.toContain('last_owner')
    expect((await check(member)).out).not.toContain('last_owner')
  })
  test.each([
    [{ role: 'boss' }, 'last_owner.0.role: must be a role that the catalogue has for this scope'],
    [{ role: 7 }, 'last_owner.0.role: '],
  ])('and refuses wrong guards: %j', async (rule, problem) => {
    const { code, err } = await check(member, counted(rule))
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(problem) })
    expect(err).toMatch(/^role-sync: wrong guards/)
  })
})

describe('check says why an event would be refused', () => {
  const bad = `${bodyOf({ time: '2026-11-23T09:15:00' })}\n\nnope\n${withData({ roleId: undefined, role: 'boss' })}`
  test('as text, with exit code 1', async () => {
    const { code, out, err } = await check(bad)
    expect(out).toBe(
      [
        'line 1: wd-2026-000123 would be refused',
        '  invalid_event: time: must be an RFC 3339 timestamp with an offset',
        'line 3: (no id) would be refused',
        '  invalid_event: (body): must be JSON',
        'line 4: wd-2026-000123 would be refused',
        '  unknown_role: data.role: no role of this name; there are engineering-manager, engineer, member',
        '',
      ].join('\n'),
    )
    expect({ code, err }).toEqual({ code: 1, err: '3 checked, 3 would be refused\n' })
  })
  test('as JSON', async () => {
    expect(await first('nope')).toEqual({
      ...{ line: 1, event: null, source: null, target: null, member: null },
      ...{ reason: 'invalid_event', detail: '(body): must be JSON' },
    })
  })
  test('once for a problem of many lines', async () => {
    const { out, err } = await check(`${'nope\n'.repeat(1281)}${bodyOf()}`)
    expect(out.split('\n').filter(row => row.includes('must be JSON'))).toEqual([
      '  invalid_event: (body): must be JSON',
      '1,281 times: invalid_event: (body): must be JSON; first: line 1',
    ])
    expect(err).toBe('1282 checked, 1281 would be refused\n')
  })
  test('with the place in an array', async () => {
    const { out } = await check(`[${bodyOf()},\n${bodyOf({ sequence: 7 })}]`)
    expect(out).toContain('line 1, item 2: wd-2026-000123 would be refused\n')
    expect(await first('[7]')).toMatchObject({ line: 1, item: 1, reason: 'invalid_event' })
  })
  test('when there is no event at all', async () => {
    expect(await check('')).toEqual({ code: 2, out: '', err: 'role-sync: standard input has no events\n' })
  })
  test('without letting it steer the terminal', async () => {
    const { out } = await check(bodyOf({ id: 'a\u001b[2J\u009b\nline 2: b\u202e' }))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is about control characters
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(out.split('\n')).toHaveLength(3)
  })
})
