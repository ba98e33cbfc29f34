import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { RoundItem } from '../../../functions/core/sweep/stored-round.ts'
import type { ScopeReading, StoredReadings } from '../../../functions/core/sweep/sweep-reading.ts'
import type { Round } from '../../../functions/core/sweep/sweep-round.ts'
import { appliedOf, entryOf } from '../../support/entries.ts'
import { noon, organization } from '../../support/events.ts'
import { commandLine, rowsOf } from '../fake-world.ts'
import { type Stage, startStages } from '../stage.ts'

const scope = `wacht/${organization}`
let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
beforeAll(async () => {
  stages = await startStages()
})
beforeEach(async () => {
  stage = await stages.next()
})
afterAll(() => stages.stop())

const sweep = async (...args: readonly string[]) => {
  const at = { dynamodb: stage.dynamodb, lambda: stage.lambda }
  const { code, out, err } = await commandLine(['sweep', ...args, '--stage', stage.stage], at)
  return { code, err, rows: rowsOf(out), out }
}
const reading = (fields: Partial<ScopeReading> = {}): ScopeReading => ({
  ...{ from: noon - 61_000, at: noon - 60_000, calls: 3, counts: { same: 7 }, findings: [], more: 0 },
  ...fields,
})
const unread = { page: 200, cause: 'forbidden', detail: 'the token has no permission for this (403)' }
const drifting = reading({
  counts: { same: 7, drift: 1, in_flight: 1 },
  findings: [
    {
      ...{ member: `${scope}/1`, finding: 'drift', at: noon - 60_500, shown: { role_ids: ['5'] } },
      ...{ applied: { roleId: '7' }, event: 'e1', source: '//hr', since: noon - 3_600_000 },
    },
    { member: `${scope}/2`, finding: 'in_flight', at: noon - 60_500 },
  ],
  more: 4,
})
const kept = (fields: Partial<StoredReadings>): StoredReadings => ({
  ...{ member: scope, rev: 1, last: reading(), expires: 1 },
  ...fields,
})
const round = (scopes: Round['scopes'], fields: Partial<Round> = { endedAt: noon - 1000 }): RoundItem[] => [
  { ...{ member: 'round', rev: 1, startedAt: noon - 120_000, parts: 1 }, ...fields } as RoundItem,
  { member: 'round 0', rev: 1, scopes },
]
const well = { at: noon, complete: true, completeAt: noon - 60_000, counts: { same: 7 } }

describe('sweep list', () => {
  test('shows each scope with the findings of its last complete reading', async () => {
    const [drift, never] = [
      { ...well, counts: { drift: 2, gone: 1, unshown: 3 } },
      { at: noon, complete: false },
    ]
    await stage.sweep(...round({ [scope]: drift, 'project/p': never }))
    const { code, rows } = await sweep('list')
    expect({ code, rows }).toEqual({
      code: 1,
      rows: [
        'scope | reading | complete since | same | drift | unmanaged | gone | unshown | in flight',
        `${scope} | complete | 1 min ago | 0 | 2 | 0 | 1 | 3 | 0`,
        'project/p | incomplete | never',
        '',
      ],
    })
    const { scopes } = JSON.parse((await sweep('list', '--json')).out)
    expect(scopes[0]).toMatchObject({ scope, complete: true, drift: 2, completeAt: '2026-11-23T11:59:00Z' })
  })
  test('shows the members that drift, of all scopes', async () => {
    const other = { ...well, counts: { drift: 2 } }
    await stage.sweep(
      ...round({ [scope]: other, 'wacht/9': well }),
      ...[kept({ last: drifting, complete: drifting })],
    )
    const { code, rows, err } = await sweep('list', '--drift')
    expect({ code, err }).toEqual({ code: 1, err: '1 more members drift. They are not kept.\n' })
    expect(rows.slice(1)).toEqual([expect.stringMatching(new RegExp(`^${scope}/1 \\| drift \\| `)), ''])
    const { findings } = JSON.parse((await sweep('list', '--drift', '--json')).out)
    expect(findings).toMatchObject([{ member: `${scope}/1`, shown: { role_ids: ['5'] } }])
  })
  test.each<[string, Round['scopes'], number]>([
    ['is well where each scope is complete and none drifts', { [scope]: well }, 0],
    ['says that a scope was not read to its end', { [scope]: { ...well, complete: false } }, 1],
  ])('%s', async (_, scopes, code) => {
    await stage.sweep(...round(scopes))
    expect((await sweep('list')).code).toBe(code)
  })
  test('says that a round goes on, that there was none, or that the sweep is off', async () => {
    expect(await sweep('list')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is off: there is no table'),
    })
    await stage.sweep()
    expect(await sweep('list')).toMatchObject({ code: 1, err: expect.stringContaining('has not run yet') })
    stage = await stages.next()
    await stage.sweep(...round({ [scope]: well }, {}))
    expect(await sweep('list')).toMatchObject({ code: 0, err: expect.stringContaining('goes on') })
  })
})

describe('sweep show', () => {
  test('shows both states of a member that drifts, by which event, and since when', async () => {
    await stage.sweep(kept({ last: drifting, complete: drifting }))
    const { code, rows, err } = await sweep('show', scope)
    expect({ code, rows }).toEqual({
      code: 1,
      rows: [
        `${scope}, read at 2026-11-23T11:59:00Z: 7 same, 1 drift, 1 in flight`,
        'member | finding | target shows | applied | by event | source | since',
        `${scope}/1 | drift | {"role_ids":["5"]} | {"roleId":"7"} | e1 | //hr | 2026-11-23T11:00:00Z`,
        `${scope}/2 | in flight`,
        '',
      ],
    })
    expect(err).toContain('4 more members differ')
    expect(JSON.parse((await sweep('show', scope, '--json')).out)).toMatchObject({ scope, ...drifting })
  })
  test('shows the last complete reading where a later one is not complete, and says so', async () => {
    await stage.sweep(kept({ last: reading({ unread, counts: {} }), complete: reading() }))
    const { code, rows, err } = await sweep('show', scope)
    expect({ code, row: rows[0] }).toEqual({ code: 1, row: expect.stringContaining('7 same') })
    expect(err).toContain('is incomplete: the page at 200 was not read: the token has no permission')
  })
  test('is well where nobody differs, and finds nothing of a scope that was never read', async () => {
    await stage.sweep(kept({ complete: reading() }))
    expect((await sweep('show', scope.toUpperCase())).code).toBe(0)
    expect(await sweep('show', 'wacht/5')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no reading yet'),
    })
    expect(await sweep('show', 'wacht')).toMatchObject({
      code: 2,
      err: expect.stringContaining('must be wacht/…'),
    })
  })
})

describe('sweep run', () => {
  test('asks the function for a round or for one scope, and does not wait', async () => {
    const events: unknown[] = []
    const invoke = async (event: unknown) => {
      events.push(event)
      return { ending: { kind: 'returned' as const, value: null }, lines: [] }
    }
    stage.functions.set(`role-sync-${stage.stage}-sweep`, { invoke, stop: async () => undefined })
    expect(await sweep('run')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^A round of all scopes: started/),
    })
    expect((await sweep('run', '--scope', scope)).out).toContain(`sweep show ${scope}`)
    expect(JSON.parse((await sweep('run', '--json')).out)).toEqual({ started: 'round' })
    expect(events).toEqual([{ action: 'run' }, { action: 'run', scope }, { action: 'run' }])
  })
  test('says that the sweep is off where there is no function', async () => {
    expect(await sweep('run')).toMatchObject({ code: 2, err: expect.stringContaining('the sweep is off') })
  })
})

describe('sweep index', () => {
  test('gives entries of an older version their scope, once, and leaves the others and the rest of them alone', async () => {
    const entry = entryOf({ member: `${scope}/1`, rev: 3, applied: appliedOf(1) })
    await stage.entry(entry, true)
    await stage.entry(entryOf({ member: `${scope}/2`, rev: 1 }))
    for (const member of ['burst/x', 'message/m', `person/k/${scope}`])
      await stage.entry(entryOf({ member }), true)
    expect(await sweep('index')).toMatchObject({ code: 0, out: '1 entries added to the index by scope\n' })
    expect(JSON.parse((await sweep('index', '--json')).out)).toEqual({ added: 0 })
    const items = await stage.ledgerItems()
    expect(
      items
        .filter(item => item.scope === scope)
        .map(({ member }) => member)
        .toSorted(),
    ).toEqual([`${scope}/1`, `${scope}/2`])
    expect(items.find(({ member }) => member === entry.member)).toEqual({ ...entry, scope })
    expect(items).toHaveLength(5)
  })
  test('says that there is no such stage', async () => {
    const { code, err } = await commandLine(['sweep', 'index', '--stage', 'nowhere'], {
      dynamodb: stage.dynamodb,
    })
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('role-sync-nowhere-ledger does not exist'),
    })
  })
})
