import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sha256 } from '../../../functions/aws/sha256.ts'
import { proofItem } from '../../../functions/core/history/history-item.ts'
import { datedEvent, dueOf } from '../../support/due.ts'
import { appliedOf } from '../../support/entries.ts'
import { bodyOf, noon } from '../../support/events.ts'
import { commandLine } from '../fake-world.ts'
import { holding, type Listed, manager, managing, reviewOn, scope, startList } from '../reviewed-stage.ts'
import { type Stage, startStages } from '../stage.ts'

let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
let target: Awaited<ReturnType<typeof startList>>
beforeAll(async () => {
  stages = await startStages()
})
afterAll(() => stages.stop())
beforeEach(async () => {
  stage = await stages.next()
  target = await startList([])
})
afterEach(() => target.server.stop())

const held = [managing.roleId]
const review: ReturnType<typeof reviewOn> = (args, given) => reviewOn(stage, target.server.url)(args, given)
const list = (...members: readonly (readonly [id: string, ...roles: string[]])[]) => {
  target.list.members = members.map(([id, ...roles]): Listed => ({ id, roles }))
}
const cellsOf = (out: string) => out.split('\n').map(row => row.trim().split(/ {2,}/))
/** The findings of all rows, and what else `--json` says. */
const found = async (given = {}) => {
  const { code, out, err } = await review(['--json'], given)
  const { rows, ...summary } = JSON.parse(out) as { rows: { member: string; finding: string }[] } & Record<
    string,
    unknown
  >
  return {
    code,
    err,
    summary,
    rows,
    findings: rows.map(({ member, finding }) => `${member.split('/')[2]} ${finding}`),
  }
}

test('a review counts all members, and shows those that differ, with the event that each role is from', async () => {
  list(['1', ...held], ['2', '7'], ['3', ...held])
  for (const [n, id] of ['1', '2', '4'].entries()) await stage.entry(holding(id, n))
  const { code, out, err } = await review()
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const applied = (n: number) => [`e${n}`, 's', `2026-11-23T09:15:0${n}Z`, '2026-11-23T09:30:00Z']
  expect(cellsOf(out)).toEqual([
    [`4 members of ${scope}: 1 drift, 1 unmanaged, 1 gone, 1 same`],
    [
      ...['member', 'finding', 'role at target', 'role in ledger', 'event', 'source', 'event time', 'proven'],
      ...['letters', 'withdrawal waits since', 'exposure, s', 'forecast', 'read'],
    ],
    [`${scope}/2`, 'drift', '{"role_ids":["7"]}', manager, ...applied(1), '2026-11-23T12:00:00Z'],
    [`${scope}/3`, 'unmanaged', manager, '2026-11-23T12:00:00Z'],
    [`${scope}/4`, 'gone', manager, ...applied(2), '2026-11-23T12:00:00Z'],
    [''],
  ])
})

test('what becomes of the role of a member is a column, and who is only pending is not unmanaged', async () => {
  list(['1', ...held], ['2', '7'])
  await stage.entry(holding('1', 1))
  const ends = ['2027-03-31T00:00:00Z', 'member'] as const
  await stage.due(
    dueOf(
      datedEvent(
        'contract',
        '2026-11-23T10:00:00Z',
        { role: 'engineer', from: '2027-01-01T00:00:00Z', ends },
        '1',
      ),
      'begin',
    ),
    dueOf(
      datedEvent('joins', '2026-11-23T10:00:00Z', { role: 'engineer', from: '2027-01-01T00:00:00Z' }, '2'),
      'begin',
    ),
  )
  const { findings, rows, summary } = await found()
  expect(findings).toEqual(['2 unapplied', '1 same'])
  expect(rows).toMatchObject([
    { forecast: 'nothing applied until 2027-01-01T00:00:00Z, then engineer' },
    {
      forecast: expect.stringMatching(
        /^{.*} until 2027-01-01T00:00:00Z, then engineer until 2027-03-31T00:00:00Z, then member$/,
      ),
    },
  ])
  expect(summary.remarks).toEqual([])
  expect((await review(['--csv', '-'])).out).toContain(
    '"nothing applied until 2027-01-01T00:00:00Z, then engineer"',
  )
})

test('a review without due changes says so, and is complete otherwise', async () => {
  list(['1', ...held])
  await stage.entry(holding('1', 1))
  await stage.withoutDue()
  const { findings, summary } = await found()
  expect(findings).toEqual(['1 same'])
  expect(summary.remarks).toEqual([
    expect.stringMatching(/^What takes effect later is not known: stage \w+ has no table /),
  ])
})

test('a scope in which nobody differs needs no table', async () => {
  list(['1', ...held])
  await stage.entry(holding('1', 1))
  expect(await review()).toEqual({ code: 0, err: '', out: `1 member of ${scope}: 1 same\n` })
})

test('the letters that wait for a member are counted, and a withdrawal among them is access that should have ended', async () => {
  const withdrawal = {
    plain: { wacht: { [scope.split('/')[1] as string]: { roleId: '5' } }, withdraws: true },
  }
  stage.deploy(withdrawal)
  list(['1', ...held], ['2', ...held], ['3', ...held])
  for (const id of ['1', '2', '3']) await stage.entry(holding(id, 30))
  const letter = (id: string, time: string, data: object, reason = 'rejected', membershipId = '1') =>
    stage.letter(
      bodyOf({
        id,
        time,
        data: { target: 'wacht', organizationId: scope.split('/')[1], membershipId, ...data },
      }),
      { reason, member: `${scope}/${membershipId}` },
    )
  await letter('a', '2026-11-23T09:16:00Z', { role: 'plain' })
  await letter('b', '2026-11-23T09:17:00Z', { role: 'plain' }, 'held')
  await letter('c', '2026-11-23T09:18:00Z', { roleId: '9' })
  await letter('older than what is applied', '2026-11-23T09:00:00Z', { role: 'plain' }, 'rejected', '2')
  await letter('of another scope', '2026-11-23T09:16:00Z', { organizationId: '1', role: 'plain' })
  const { rows, summary } = await found()
  expect(rows).toMatchObject([
    { letters: { rejected: 2, held: 1 }, withdrawalWaitsSince: '2026-11-23T09:16:00Z' },
    { letters: { rejected: 1 } },
    {},
  ])
  expect(rows[1]).not.toHaveProperty('withdrawalWaitsSince')
  expect(rows[2]).not.toHaveProperty('letters')
  expect(summary.remarks).toEqual([])
})

test('the last withdrawal of a member says how long it left access open', async () => {
  stage.deploy({ plain: { wacht: { [scope.split('/')[1] as string]: { roleId: '5' } }, withdraws: true } })
  list(['1', ...held], ['2', ...held])
  const proof = (id: string, n: number, roleId: string, at: string) =>
    proofItem(`${scope}/${id}`, { ...appliedOf(n, { roleId }), at: Date.parse(at) }, sha256)
  await stage.history(
    proof('1', 1, '5', '2026-11-23T10:00:00Z'),
    proof('1', 2, '5', '2026-11-23T10:15:02Z'),
    proof('1', 3, '9', '2026-11-23T11:00:00Z'),
    proof('2', 4, '9', '2026-11-23T11:00:00Z'),
  )
  const { rows } = await found()
  expect(rows[0]).toMatchObject({ exposureSeconds: 3600 })
  expect(rows[1]).not.toHaveProperty('exposureSeconds')
})

describe('what was not asked is said', () => {
  test('of letters, which then have no column', async () => {
    list(['1', ...held])
    const { out, err } = await review(['--no-letters'])
    expect(err).toBe('Dead letters were not looked at.\n')
    expect(out).not.toMatch(/letters|waits/)
  })
  test('of letters that another reader has', async () => {
    await stage.letter(bodyOf({ id: 'a' }), { reason: 'rejected' })
    await stage.hide(1, 600)
    expect((await found()).summary.remarks).toEqual([
      'About 1 dead letters were hidden: another reader had them.',
    ])
  })
  test('of letters for members who have no row', async () => {
    const letter = (id: string) => stage.letter('no JSON', { reason: 'not_found', member: `${scope}/${id}` })
    for (const id of ['1', '2', '3', '4', '5', '6', '7']) await letter(id)
    list(['7', ...held])
    expect((await found()).summary.remarks).toContainEqual(
      expect.stringMatching(
        /^Dead letters wait for members without a row: .* nothing of 6: (wacht\/\d+\/\d, ){5}…\.$/,
      ),
    )
  })
  test('of a list that does not show roles', async () => {
    list(['1', ...held])
    await stage.entry(holding('1', 1))
    const { findings, summary } = await found({ env: { WACHT_DIALECT: 'role_id' } })
    expect(findings).toEqual(['1 unshown'])
    expect(summary.remarks).toEqual([
      "The list of the target does not show what some members hold. In Wacht's dialect role_id it never does: see WACHT_DIALECT.",
    ])
  })
  test('of roles that are not those that are deployed', async () => {
    stage.functions.clear()
    list(['1', ...held])
    const { rows, summary } = await found()
    expect(summary.remarks).toEqual([
      `Roles have the names of this command's own catalogue: there is no function role-sync-${stage.stage}-replay.`,
    ])
    expect(rows).toMatchObject([{ atTarget: { role: manager } }])
  })
})

describe('nobody is hidden', () => {
  beforeEach(async () => {
    target.list.size = 3
    list(['1', ...held], ['2', ...held], ['3', ...held], ['4', ...held], ['5', ...held])
    for (const id of ['1', '2', '3', '4', '5']) await stage.entry(holding(id, 1))
  })
  test('by a member who leaves between two pages', async () => {
    target.list.before = page => {
      if (page === 2) target.list.members = target.list.members.filter(({ id }) => id !== '1')
      return undefined
    }
    expect(await found()).toMatchObject({
      ...{ code: 0, err: '' },
      findings: expect.arrayContaining(['1 same', '2 same', '3 same', '4 same', '5 same']),
    })
  })
  test('by a target that throttles in the middle: the review waits as it asks', async () => {
    target.list.before = page => (page === 2 ? 429 : undefined)
    const { code, err, findings } = await found()
    expect({ code, err }).toEqual({
      code: 0,
      err: 'Waits 30 s: the target asks for it, or a change is taking effect.\n',
    })
    expect(findings).toHaveLength(5)
  })
  test('by a page that fails: the review is refused, and says which page of which scope', async () => {
    target.list.before = page => (page > 1 ? 403 : undefined)
    const { code, out, err } = await review()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      new RegExp(
        `^The review of ${scope} is refused: the list is not read to its end. The page at position 2: .*403`,
      ),
    )
  })
  test('by a list that never stops shifting: the review is refused', async () => {
    target.list.before = page => {
      target.list.members = [
        { id: String(page + 100), roles: held },
        ...target.list.members.slice(0, -1),
      ].reverse()
      return undefined
    }
    const { code, out, err } = await review()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('shifted while it was read')
  })
})

test('a change that is taking effect is looked at again a minute later', async () => {
  list(['1', '7'])
  await stage.entry(
    holding('1', 1, managing, { lease: { holder: 'h', until: noon, event: 'e2', desired: { roleId: '7' } } }),
  )
  const { err, findings } = await found()
  expect(findings).toEqual(['1 in_flight'])
  expect(err).toBe('Waits 1 min: the target asks for it, or a change is taking effect.\n')
})

test('a stage without the index of the ledger cannot tell who is gone: the review is refused', async () => {
  const older = { ...stage, stage: 'older' }
  await stage.withoutIndex('older')
  expect(await reviewOn(older, target.server.url)(['--no-letters'])).toMatchObject({
    ...{ code: 1, out: '' },
    err: expect.stringContaining(
      'stage older has no index of the ledger by scope, so members that are gone cannot be found',
    ),
  })
  expect(target.server.seen).toEqual([])
})

test('an index that lacks an entry of before may hide who is gone: the review is refused', async () => {
  list(['1', ...held])
  await stage.entry(holding('1', 1), true)
  const { code, out, err } = await review()
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toBe(
    `The review of ${scope} is refused: who is gone is not known: the index lacks entries of an older version; run role-sync sweep index\n`,
  )
})

test('a stop while the target throttles ends the command, and writes nothing', async () => {
  const stop = new AbortController()
  target.list.before = () => {
    stop.abort('interrupted')
    return 429
  }
  expect(await review([], { stop })).toMatchObject({ code: 130, out: '' })
})

test.each([
  [['--scope', 'wacht'], 'scope wacht: must be wacht/… or project/…'],
  [['--json', '--csv', '-'], 'only one format can go to a file, or to standard output'],
  [['--csv', 'a', '--html', 'a'], 'only one format can go to a file, or to standard output'],
  [['--csv', 'a', '--manifest', 'a'], 'only one format can go to a file, or to standard output'],
  [['--manifest', 'a'], '--manifest needs --csv, --html or --json'],
])('%j is wrong usage', async (args, words) => {
  expect(await review(args)).toEqual({ code: 2, out: '', err: `role-sync: ${words}\n` })
  expect(target.server.seen).toEqual([])
})

test('without a token the command says which variable is missing', async () => {
  const given = { dynamodb: stage.dynamodb, env: { WACHT_URL: target.server.url } }
  expect(await commandLine(['review', '--scope', scope, '--stage', stage.stage], given)).toMatchObject({
    ...{ code: 2, err: 'role-sync: WACHT_TOKEN is not set\n' },
  })
})
