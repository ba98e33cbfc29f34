import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import bundled from '#roles' with { type: 'json' }
import {
  startWachtSandbox,
  type WachtMember,
  type WachtSandbox,
} from '../../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { appliedOf, entryOf } from '../../support/entries.ts'
import { noon, organization } from '../../support/events.ts'
import { token } from '../../support/subjects.ts'
import { commandLine } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

const [[manager, { wacht }]] = Object.entries(bundled) as unknown as [
  [string, { wacht: Record<string, { roleId: string }> }],
]
const role = (wacht[organization] as { roleId: string }).roleId
const scope = `wacht/${organization}`

let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
})
afterAll(() => stages.stop())
let sandbox: WachtSandbox | undefined
beforeEach(async () => {
  stage = await stages.next()
  await sandbox?.stop()
})
afterAll(() => sandbox?.stop())

/** A target with these members of the organization. */
async function target(members: Readonly<Record<string, WachtMember>>): Promise<WachtSandbox> {
  const organizations = { [organization]: { roles: { [role]: 'manager', 7: 'admin' }, members } }
  sandbox = await startWachtSandbox({ token, dialect: 'role_ids', organizations })
  return sandbox
}

/** The n-th change is applied to a member, long ago. */
const holds = (id: string, n: number, roleId: string) =>
  stage.entry(
    entryOf({ member: `${scope}/${id}`, applied: { ...appliedOf(n, { roleId }), at: noon - 9_000_000 } }),
  )

const review = (args: readonly string[] = [], given = {}) =>
  commandLine(['review', '--scope', scope, '--stage', stage.stage, ...args], {
    ...{ sqs: stage.sqs, dynamodb: stage.dynamodb, lambda: stage.lambda },
    env: { WACHT_URL: sandbox!.url, WACHT_TOKEN: token, WACHT_DIALECT: 'role_ids' },
    ...given,
  })

test('a review counts all members, and shows those that differ from the ledger', async () => {
  await target({ 1: { roles: [role] }, 2: { roles: ['7'] }, 3: { roles: [role] } })
  await holds('1', 1, role)
  await holds('2', 2, role)
  await holds('4', 4, role)
  const { code, out, err } = await review()
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n').map(row => row.replace(/ {2,}/g, ' | ').trim())).toEqual([
    `4 members of ${scope}: 1 same, 1 drift, 1 unmanaged, 1 gone`,
    'member | finding | role at target | role in ledger | event | source | event time | proven | letters | exposure, s | read',
    `${scope}/2 | drift | {"role_ids":["7"]} | ${manager} | e2 | s | 2026-11-23T09:15:02Z | 2026-11-23T09:30:00Z | 2026-11-23T12:00:00Z`,
    `${scope}/3 | unmanaged | ${manager} | 2026-11-23T12:00:00Z`,
    `${scope}/4 | gone | ${manager} | e4 | s | 2026-11-23T09:15:04Z | 2026-11-23T09:30:00Z | 2026-11-23T12:00:00Z`,
    '',
  ])
})
