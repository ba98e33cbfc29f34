import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { proofItem } from '../../../functions/core/history/history-item.ts'
import { appliedOf } from '../../support/entries.ts'
import { noon } from '../../support/events.ts'
import { commandLine } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

const member = 'wacht/1/2'
const planHash = 'ab12'.repeat(16)
let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
  stage = await stages.next()
  const proof = (n: number) =>
    proofItem(member, { ...appliedOf(n), at: noon - 1000 * n, receives: 1 }, text => text)
  const superseded = {
    ...proof(3),
    version: '2026-11-23T09:15:03 00 m3 superseded',
    outcome: 'superseded',
    by: 'e4',
  } as const
  await stage.history({ ...proof(2), role: 'manager', claimedPlan: 'p1' }, superseded, {
    ...proof(4),
    ...{
      sender: 'AROAHR',
      approvedBy: ['arn:aws:iam::1:role/anna', 'arn:aws:iam::1:role/bob'],
      claimedPlan: planHash,
    },
  })
})
afterAll(() => stages.stop())

const history = (args: readonly string[], given = {}) =>
  commandLine(['history', '--stage', stage.stage, ...args], { dynamodb: stage.dynamodb, ...given })

test('history shows what a member held: event time and proof time side by side, and by what', async () => {
  const { code, out, err } = await history([member])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n').map(row => row.replace(/ {2,}/g, ' | '))).toEqual([
    'event time | outcome | proven or ended | state | event | source | sender | by',
    '2026-11-23T09:15:02Z | applied | 2026-11-23T11:59:58Z | manager {"roleId":"501"} | e2 | s | plan p1 (claimed)',
    '2026-11-23T09:15:03Z | superseded | 2026-11-23T11:59:57Z | {"roleId":"501"} | e3 | s | e4',
    '2026-11-23T09:15:04Z | applied | 2026-11-23T11:59:56Z | {"roleId":"501"} | e4 | s | AROAHR | approved by role/anna, role/bob; plan ab12ab12ab12 (claimed)',
    '',
  ])
})

test.each([
  [
    ['--since', '2026-11-23T09:15:03Z'],
    ['e3', 'e4'],
  ],
  [['--until', '2026-11-23T09:15:03Z'], ['e2']],
  [['--since', '2026-11-23T09:15:02.5Z', '--until', '2026-11-23T09:15:03.001Z'], ['e3']],
])('%j are events of that period', async (period, events) => {
  const { out } = await history([member, '--json', ...period])
  const { items } = JSON.parse(out) as { readonly items: readonly { readonly event: string }[] }
  expect(items.map(({ event }) => event)).toEqual(events)
})

test('a member without changes is exit code 1', async () => {
  expect(await history(['wacht/1/9'])).toEqual({
    code: 1,
    err: '',
    out: 'wacht/1/9: no change in the history\n',
  })
})

test.each([
  [['nobody'], /^role-sync: member nobody: must be wacht/],
  [[member, '--since', 'yesterday'], /must be RFC 3339 with an offset, or a span/],
  [
    [member, '--stage', 'none'],
    /^role-sync: stage none keeps no history \(-c history=off\): there is no table role-sync-none-history\n$/,
  ],
])('%j is wrong', async (args, words) => {
  const { code, out, err } = await history(args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(words)
})
