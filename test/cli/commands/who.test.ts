import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import bundled from '#roles' with { type: 'json' }
import { sha256 } from '../../../functions/aws/sha256.ts'
import { proofItem } from '../../../functions/core/history/history-item.ts'
import { appliedOf } from '../../support/entries.ts'
import { noon, organization } from '../../support/events.ts'
import { commandLine } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

const [manager, { wacht }] = Object.entries(bundled)[0] as [
  string,
  { wacht: Record<string, { roleId: string }> },
]
const desired = wacht[organization] as { roleId: string }
const scope = `wacht/${organization}`
const folder = mkdtempSync(join(tmpdir(), 'role-sync-who-'))
let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
  stage = await stages.next()
  const proof = (member: string, n: number, state: object, ago: number) =>
    proofItem(
      `${scope}/${member}`,
      { ...appliedOf(n), desired: state as typeof desired, at: noon - ago * 1000 },
      sha256,
    )
  await stage.history(
    { ...proof('1', 1, { roleId: '7' }, 50), role: 'auditor' },
    proof('1', 2, { roleId: '9' }, 10),
    proof('2', 3, desired, 40),
    proofItem('wacht/1/1', appliedOf(4), sha256),
  )
})
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

const role = (args: readonly string[]) =>
  commandLine([...args, '--stage', stage.stage], { dynamodb: stage.dynamodb })
const who = (...args: readonly string[]) => role(['who', '--scope', scope, ...args])
const members = async (...args: readonly string[]) => {
  const { code, out } = await who('--json', ...args)
  const { members: held } = JSON.parse(out) as { members: { member: string; desired: { roleId: string } }[] }
  return { code, held: held.map(({ member, desired: of }) => [member.slice(scope.length + 1), of.roleId]) }
}

test('who shows what each member of a scope held at a time', async () => {
  const { code, out, err } = await who('--at', '15s')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n').map(row => row.replace(/ {2,}/g, ' | '))).toEqual([
    `2 members of ${scope} at 2026-11-23T11:59:45Z`,
    'member | state | event time | proven or ended | outcome | event',
    `${scope}/1 | auditor {"roleId":"7"} | 2026-11-23T09:15:01Z | 2026-11-23T11:59:10Z | applied | e1`,
    `${scope}/2 | {"roleId":"${desired.roleId}"} | 2026-11-23T09:15:03Z | 2026-11-23T11:59:20Z | applied | e3`,
    '',
  ])
})

test.each<[string, string[], [string, string][]]>([
  ['by name, as the event named it', ['--at', '15s', '--role', 'auditor'], [['1', '7']]],
  ['by name, with the ids of the catalogue', ['--at', '15s', '--role', manager], [['2', desired.roleId]]],
  ['before the second one was given it', ['--at', '45s'], [['1', '7']]],
  ['as it was known then', ['--at', '0s', '--known-at', '45s'], [['1', '7']]],
  ['as the sources had decided', ['--at', '2026-11-23T09:15:02Z', '--decided'], [['1', '9']]],
  [
    'as was known of their decisions',
    ['--at', '2026-11-23T09:15:02Z', '--decided', '--known-at', '45s'],
    [['1', '7']],
  ],
])('who held a role: %s', async (_, args, held) => {
  expect(await members(...args)).toEqual({ code: 0, held })
})

test('nobody is exit code 1, and a time before the history may lack what has expired', async () => {
  expect(await who('--at', '2020-01-01T00:00:00Z')).toEqual({
    ...{ code: 1, out: `0 members of ${scope} at 2020-01-01T00:00:00Z\n` },
    err: 'what was replaced more than historyDays ago (400 unless the stage says otherwise) is not in the history any more\n',
  })
})

test.each([
  [['--at', 'May'], /must be RFC 3339 with an offset, or a span/],
  [['--at', '2026-11-23T12:00:01Z'], /^role-sync: --at 2026-11-23T12:00:01Z: must not be in the future\n$/],
  [
    ['--at', '1d', '--known-at', '2027-01-01T00:00:00Z'],
    /^role-sync: --known-at 2027-01-01T00:00:00Z: must not be/,
  ],
  [[], /required option '--at <when>' not specified/],
  [
    ['--at', '1d', '--scope', 'wacht/1/2'],
    /^role-sync: scope wacht\/1\/2: must be wacht\/… or project\/…\n$/,
  ],
  [
    ['--at', '1d', '--stage', 'none'],
    /^role-sync: stage none keeps no history \(-c history=off\): there is no table/,
  ],
])('%j is wrong', async (args, words) => {
  const { code, out, err } = await commandLine(['who', '--scope', scope, '--stage', stage.stage, ...args], {
    dynamodb: stage.dynamodb,
  })
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(words)
})

test('history export writes every item of a period as a line that only this user can read', async () => {
  const file = join(folder, 'history.ndjson')
  expect(await role(['history', 'export', file])).toEqual({
    code: 0,
    err: '',
    out: `4 items exported to ${file}\n`,
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toContainEqual(proofItem('wacht/1/1', appliedOf(4), sha256))
  expect(await role(['history', 'export', '-', '--since', '45s', '--until', '20s'])).toEqual({
    ...{ code: 0, err: '1 item exported\n' },
    out: expect.stringMatching(/^\{[^\n]*"event":"e3"[^\n]*\}\n$/),
  })
  expect(JSON.parse((await role(['history', 'export', file, '--since', '1m', '--json'])).out)).toEqual({
    exported: 3,
  })
})
