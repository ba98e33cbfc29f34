import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { correct } from '../../../functions/cli/commands/correct-event.ts'
import { parseSet, parseUnset } from '../../../functions/cli/commands/edit-assignments.ts'
import { differences } from '../../../functions/cli/commands/edit-differences.ts'
import { bodyOf, groupA, managerRole, parse, projectData, withData } from '../../support/events.ts'
import { fakeWorld } from '../fake-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const set = async (body: string, ...texts: string[]) => {
  const fake = fakeWorld()
  const after = await correct(body, texts.map(parseSet), parse, fake.world)
  return after === undefined ? fake.err() : (JSON.parse(after) as { data: Record<string, unknown> })
}

describe('an assignment', () => {
  const project = bodyOf({ data: projectData })
  test.each<[string, string, string, unknown]>([
    ['an i64 stays text', bodyOf(), 'data.roleId=42', { roleId: '42' }],
    ['true becomes a boolean where one is wanted', project, 'data.owner=true', { owner: true }],
    [
      'JSON becomes an array where one is wanted',
      project,
      `data.groupIds=["${groupA}"]`,
      { groupIds: [groupA] },
    ],
  ])('%s', async (_, body, text, data) => {
    expect(await set(body, text)).toMatchObject({ data })
  })
  test('several are made together, on a field that is not there yet, too', async () => {
    const body = bodyOf({ data: { target: 'wacht' } })
    expect(
      await set(body, 'data.organizationId=1', 'data.membershipId=2', 'data.roleId=3', 'more.x=4'),
    ).toMatchObject({
      data: { organizationId: '1', membershipId: '2', roleId: '3' },
      more: { x: '4' },
    })
  })
  test('names no property of every object', async () => {
    expect(await set(bodyOf(), '__proto__.x=1', 'data.roleId=3')).toMatchObject({ data: { roleId: '3' } })
    expect({}).not.toHaveProperty('x')
  })
  test('of a value with = keeps it', () => {
    expect(parseSet('a.b=c=d')).toEqual({ path: ['a', 'b'], value: 'c=d' })
    expect(parseUnset('a.b')).toEqual({ path: ['a', 'b'] })
  })
  test.each([
    ['roleId', '--set roleId: must be path=value, for example data.role=engineer'],
    ['=1', '--set =1: must be path=value, for example data.role=engineer'],
    ['data..x=1', 'data..x: must be the path of a field, for example data.role'],
  ])('%s is none', (text, message) => {
    expect(() => parseSet(text)).toThrow(message)
  })
  test('needs an object to stand in', async () => {
    await expect(set(bodyOf(), 'data.roleId.x=1')).rejects.toThrow('x: its parent is not an object')
    await expect(set('nope', 'data.roleId=1')).rejects.toThrow('the body is not a JSON object')
  })
})

describe('a correction', () => {
  test.each([
    ['data.roleid=7', 'Not changed: invalid_event: data.roleid: is not a known field'],
    [`data.roleId=${managerRole}`, 'Not changed: the event is unchanged'],
    ['id=b', 'Not changed: an edit must keep id, source, time, sequence, half, data.from: id would change'],
    [
      'time=2026-11-23T09:15:01Z',
      'Not changed: an edit must keep id, source, time, sequence, half, data.from: time would change',
    ],
    [
      'source=//x',
      'Not changed: an edit must keep id, source, time, sequence, half, data.from: source would change',
    ],
    [
      'data.from=2027-01-01T00:00:00Z',
      'Not changed: an edit must keep id, source, time, sequence, half, data.from: data.from would change',
    ],
    [
      'half=end',
      'Not changed: an edit must keep id, source, time, sequence, half, data.from: half would change',
    ],
  ])('is not %s', async (text, told) => expect(await set(bodyOf(), text)).toBe(`${told}\n`))

  test('puts right what was not valid, even the time', async () => {
    const body = bodyOf({ time: '2026-11-23T09:15:00' })
    const time = '2026-11-23T09:15:00+01:00'
    expect(await set(body, `time=${time}`)).toMatchObject({ time })
    expect(await set(body, `time=${time}`, 'id=b')).toContain('id would change')
  })
  test.each([
    ['another', { sequence: '42' }, ['sequence=43']],
    ['one where there was none', {}, ['sequence=1']],
    ['one where it was unset', { sequence: null }, ['sequence=1']],
  ])('gives an event no other place among those of its instant: %s', async (_, fields, texts) => {
    const told =
      'Not changed: an edit must keep id, source, time, sequence, half, data.from: sequence would change\n'
    expect(await set(bodyOf(fields), ...texts)).toBe(told)
  })
  test('does not take the sequence away, which would make the event older', async () => {
    const { world, err } = fakeWorld()
    expect(await correct(bodyOf({ sequence: '0' }), [parseUnset('sequence')], parse, world)).toBeUndefined()
    expect(err()).toContain('sequence would change')
  })
  test.each<[string, unknown]>([
    ['a number', 42],
    ['text', 'x'],
    ['too long', '1'.repeat(31)],
  ])('puts right a sequence that is %s', async (_, sequence) => {
    expect(await set(bodyOf({ sequence }), 'sequence=42')).toMatchObject({ sequence: '42' })
  })
  test('keeps a sequence that is unset while another field is put right', async () => {
    const body = bodyOf({ sequence: null })
    expect(await set(body, 'data.roleId=42')).toMatchObject({ sequence: null, data: { roleId: '42' } })
    const { world } = fakeWorld()
    const after = await correct(body, [parseUnset('sequence'), parseSet('data.roleId=42')], parse, world)
    expect(JSON.parse(after ?? '{}')).not.toHaveProperty('sequence')
  })
})

describe('the editor', () => {
  /** Corrects a body with a shell script that is given the file as `$1`. */
  const withEditor = async (body: string, script: string, given = {}) => {
    const file = join(folder, `editor-${Math.random()}.sh`)
    writeFileSync(file, `set -e\n${script}`)
    const fake = fakeWorld({ env: { EDITOR: `sh ${file}`, PATH: process.env.PATH }, ...given })
    const after = await correct(body, [], parse, fake.world)
    return { after, err: fake.err() }
  }
  const toSeven = `sed -i 's/"roleId": .*/"roleId": "7"/' "$1"`

  test('is given the event, indented, in a file that this user alone can read, and that is gone afterwards', async () => {
    const seen = join(folder, 'seen')
    const { after, err } = await withEditor(
      bodyOf(),
      `{ stat -c %a "$1"; echo "$1"; cat "$1"; } > ${seen}; ${toSeven}`,
    )
    const [mode, file = '', ...text] = readFileSync(seen, 'utf8').split('\n')
    expect({ mode, text: text.join('\n') }).toEqual({
      mode: '600',
      text: JSON.stringify(JSON.parse(bodyOf()), null, 2),
    })
    expect(() => statSync(dirname(file))).toThrow('ENOENT')
    expect({ after, err }).toEqual({ after: withData({ roleId: '7' }), err: '' })
  })
  test('is given what is not JSON as it stands, and its numbers keep their digits', async () => {
    const body = withData({ membershipId: 0 }).replace(
      '"membershipId":0',
      '"membershipId":7301954381230018999',
    )
    const quote = `sed -i -E 's/("membershipId": ?)([0-9]+)/\\1"\\2"/; s/, }$/}/' "$1"`
    for (const broken of [body, `${body.slice(0, -1)}, }`]) {
      expect((await withEditor(broken, quote)).after).toBe(bodyOf())
    }
  })
  test('is opened again on a terminal, if one wants to, while the event is not valid', async () => {
    const script = `if grep -q zzz "$1"; then sed -i s/zzz/7/ "$1"; else sed -i 's/"roleId": .*/"roleId": "zzz"/' "$1"; fi`
    const yes = await withEditor(bodyOf(), script, { terminal: true, stdin: 'y\n' })
    expect(yes.after).toBe(withData({ roleId: '7' }))
    expect(yes.err).toMatch(/^Not changed: invalid_event: data\.roleId: .*\nEdit it again\? \[y\/N\] $/)
    for (const stdin of ['\n', 'no\n', '']) {
      expect(await withEditor(bodyOf(), script, { terminal: true, stdin })).toMatchObject({
        after: undefined,
      })
    }
    expect((await withEditor(bodyOf(), script)).err).not.toContain('retry')
  })
  test('that fails, or is none, is told', async () => {
    await expect(withEditor(bodyOf(), 'exit 3')).rejects.toThrow(
      /ended with exit code 3: nothing was changed$/,
    )
    await expect(withEditor(bodyOf(), '', { env: {} })).rejects.toThrow('no editor: set EDITOR')
  })
})

describe('what was changed', () => {
  test('is told field by field', () => {
    const before = withData({ roleId: undefined, role: 'x' })
    expect(differences(before, bodyOf({ time: 'now' }))).toEqual([
      'time: "2026-11-23T09:15:00.250Z" → "now"',
      'data.role: "x" → (none)',
      `data.roleId: (none) → "${managerRole}"`,
    ])
  })
  test('is told without secrets, shortened, and not for ever', () => {
    const [secret, long] = differences('{}', JSON.stringify({ a: 'jane@example.com', b: 'x'.repeat(99) }))
    expect(secret).toBe('a: (none) → "[e-mail]"')
    expect(long).toHaveLength('b: (none) → '.length + 60)
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, 1]))
    expect(differences('{}', JSON.stringify(many)).at(-1)).toBe('and 18 more fields')
  })
  test('is told with all digits of a number, as far as they stand', () => {
    const before = withData({ membershipId: 0 }).replace(
      '"membershipId":0',
      '"membershipId":7301954381230018999',
    )
    expect(differences(before, bodyOf())).toEqual([
      'data.membershipId: 7301954381230018999 → "7301954381230018999"',
    ])
    expect(differences(before, before.replace('8999', '8998'))).toEqual([
      'data.membershipId: 7301954381230018999 → 7301954381230018998',
    ])
  })
  test('is the whole body where that was no JSON', () => {
    expect(differences('nope', bodyOf())).toEqual(['the whole body'])
  })
})
