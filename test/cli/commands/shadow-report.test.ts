import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sha256 } from '../../../functions/aws/sha256.ts'
import type { ShadowFacts } from '../../../functions/core/guard/shadow.ts'
import { endItem, type HistoryItem, proofItem } from '../../../functions/core/history/history-item.ts'
import { appliedOf, versionOf } from '../../support/entries.ts'
import { noon, organization } from '../../support/events.ts'
import { messageOf } from '../../support/world.ts'
import { commandLine } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

const scope = `wacht/${organization}`
const minute = 60_000
const day = 86_400_000

/** The item of a shadowed change of a member, the n-th version. */
function shadowed(
  member: string,
  n: number,
  shadow: ShadowFacts,
  more: { ago?: number; sender?: string } = {},
) {
  const { ago = minute, sender = 'intake/okta' } = more
  const version = versionOf(n)
  const named = { event: version.id, source: version.source, target: 'wacht', member: `${scope}/${member}` }
  return endItem(
    {
      ...{ message: messageOf(`m${member}-${n}`, '{}', { sender }), named, version },
      ...{ change: { desired: { roleId: '7' }, role: 'manager' } },
      verdict: { kind: 'done', outcome: 'shadow', shadow },
    },
    noon - ago,
    sha256,
  )
}
const applied = (member: string, n: number, wouldHold?: HistoryItem['wouldHold']) =>
  proofItem(
    `${scope}/${member}`,
    { ...appliedOf(n), at: noon - minute, ...(wouldHold && { wouldHold }), sender: 'AIDA1' },
    sha256,
  )

let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
  stage = await stages.next()
  await stage.history(
    shadowed('1', 1, { shows: 'same' }),
    shadowed('1', 2, { shows: 'differs', shown: { roleId: '9' } }, { ago: 2 * minute }),
    shadowed('2', 3, { wouldHold: 'protected', shows: 'absent' }),
    shadowed('3', 4, { shows: 'not_shown' }, { sender: 'AIDA2' }),
    shadowed('4', 5, { shows: 'same' }, { ago: 8 * day }),
    applied('5', 6, 'burst'),
    applied('6', 7),
  )
})
afterAll(() => stages.stop())

const report = (...args: readonly string[]) =>
  commandLine(['shadow', 'report', '--stage', stage.stage, ...args], { dynamodb: stage.dynamodb })
const inScope = async (...args: readonly string[]) => {
  const { code, out } = await report('--scope', scope, '--json', ...args)
  return { code, ...JSON.parse(out) }
}

describe('shadow report', () => {
  test('has the newest shadowed change of each member, and what the target showed then', async () => {
    const { code, counts, members, since } = await inScope()
    expect({ code, since }).toEqual({ code: 0, since: '2026-11-16T12:00:00Z' })
    expect(counts).toEqual({
      ...{ shadowed: 3, would_apply: 2, would_hold: 1, same: 0, differs: 1, absent: 1, not_shown: 1 },
      applied_would_hold: 1,
    })
    expect(members).toMatchObject([
      {
        ...{ member: `${scope}/1`, would: 'apply', shows: 'differs', shown: { roleId: '9' }, event: 'e2' },
        ...{
          role: 'manager',
          desired: { roleId: '7' },
          sender: 'intake/okta',
          at: '2026-11-23T11:58:00.000Z',
        },
      },
      { member: `${scope}/2`, would: 'hold', guard: 'protected', shows: 'absent' },
      { member: `${scope}/3`, would: 'apply', shows: 'not_shown' },
    ])
  })
  test('has the applied changes that a guard in shadow mode would have held', async () => {
    const { passed } = await inScope()
    expect(passed).toMatchObject([{ member: `${scope}/5`, guard: 'burst', event: 'e6', sender: 'AIDA1' }])
  })
  test('is of one sender', async () => {
    const { members, passed } = await inScope('--sender', 'AIDA2')
    expect(members).toMatchObject([{ member: `${scope}/3` }])
    expect(passed).toEqual([])
  })
  test('goes back as far as it is told', async () => {
    const { members } = await inScope('--since', '2w')
    expect(members).toHaveLength(4)
  })
  test('is a table for people', async () => {
    const { out } = await report('--scope', scope)
    const rows = out.split('\n').map(row => row.replace(/ {2,}/g, ' | '))
    expect(rows[0]).toBe(
      'since 2026-11-16T12:00:00Z: 3 shadowed, 2 would_apply, 1 would_hold, 1 differs, 1 absent, 1 not_shown, 1 applied_would_hold',
    )
    expect(rows[2]).toBe(
      `${scope}/1 | apply | differs {"roleId":"9"} | manager {"roleId":"7"} | 2026-11-23T11:58:00Z | e2 | s | intake/okta`,
    )
    expect(out).toContain('hold: protected')
  })
  test('has nothing to show where nothing is in shadow mode', async () => {
    const { code, out } = await report('--scope', 'wacht/1')
    expect({ code, out }).toEqual({ code: 0, out: 'since 2026-11-16T12:00:00Z: nothing in shadow mode\n' })
  })
  test('asks for a scope where nobody can say which ones are deployed', async () => {
    const { code, err } = await report()
    expect(code).toBe(2)
    expect(err).toMatch(/the deployed role catalogue is not known: .*; name a scope with --scope/)
  })
  test('says that a stage without a history has none to report', async () => {
    const { code, err } = await commandLine(['shadow', 'report', '--stage', 'none', '--scope', scope], {
      dynamodb: stage.dynamodb,
    })
    expect({ code, err }).toEqual({
      code: 2,
      err: 'role-sync: stage none keeps no history (-c history=off): there is no table role-sync-none-history\n',
    })
  })
})
