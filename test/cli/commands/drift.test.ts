import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { readReassertion } from '../../../functions/core/event/reassertion.ts'
import { noon } from '../../support/events.ts'
import { token } from '../../support/subjects.ts'
import { commandLine } from '../fake-world.ts'
import { holding, managing, scope, startList } from '../reviewed-stage.ts'
import { type Stage, startStages } from '../stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-drift-'))
let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
let target: Awaited<ReturnType<typeof startList>>
beforeAll(async () => {
  stages = await startStages()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await stages.stop()
})
beforeEach(async () => {
  stage = await stages.next()
  target = await startList([
    { id: '1', roles: [managing.roleId] },
    { id: '2', roles: ['7'] },
    { id: '3', roles: ['7', '8'] },
    { id: '4', roles: ['7'] },
  ])
  for (const id of ['1', '2', '3']) await stage.entry(holding(id, Number(id)))
})
afterEach(() => target.server.stop())

const drift = (command: string, ...args: readonly string[]) =>
  commandLine(['drift', command, '--stage', stage.stage, ...args], {
    ...{ sqs: stage.sqs, dynamodb: stage.dynamodb, lambda: stage.lambda },
    env: { WACHT_URL: target.server.url, WACHT_TOKEN: token, WACHT_DIALECT: 'role_ids' },
  })
const file = () => join(folder, `${stage.stage}.json`)
const plan = () => drift('plan', '--scope', scope, '--out', file())

test('a plan shows the members that drift, and apply has what is applied written again in the name of the caller', async () => {
  await stage.reassert()
  const planned = await plan()
  expect({ code: planned.code, err: planned.err }).toEqual({ code: 0, err: '' })
  expect(planned.out).toContain('2 members drift')
  expect(planned.out).not.toContain(`${scope}/1`)
  const { drifts, hash } = JSON.parse(readFileSync(file(), 'utf8'))
  expect(drifts).toMatchObject([
    { member: `${scope}/2`, shown: { role_ids: ['7'] }, applied: managing, version: { id: 'e2' } },
    { member: `${scope}/3`, shown: { role_ids: ['7', '8'] }, applied: managing },
  ])

  const applied = await drift('apply', file(), '--why', 'HR-4711', '--yes')
  expect(applied).toMatchObject({ code: 0, out: '2 of 2 are on the queue, for at most 55 minutes\n' })
  const sent = (await stage.changes()).map(({ body }) => readReassertion(body, noon))
  expect(sent).toMatchObject([
    { ok: true, reassertion: { member: `${scope}/2`, version: drifts[0].version, plan: hash } },
    {
      ok: true,
      reassertion: { member: `${scope}/3`, by: expect.stringMatching(/^arn:aws:iam::\d+:user\//) },
    },
  ])
})

test('a plan says which guards may hold its members, and asks them nothing', async () => {
  const guards = join(folder, 'guards.json')
  writeFileSync(
    guards,
    JSON.stringify({
      protected: [
        { member: `${scope}/2`, why: 'break-glass owner' },
        { member: `${scope}/1`, why: 'does not drift' },
      ],
      burst: [{ floor: 10 }, { scope: 'wacht/8', floor: 1 }],
      last_owner: [{ scope, role: 'engineer', keep: 2 }],
    }),
  )
  await target.server.stop()
  const [engineer, plain] = ['7301954381230017002', '7301954381230017003']
  target = await startList([
    { id: '2', roles: [engineer] },
    { id: '3', roles: ['7'] },
    { id: '4', roles: ['7'] },
  ])
  await stage.entry(holding('3', 3, { roleId: plain }))
  await stage.entry(holding('4', 4))
  const { code, err } = await drift('plan', '--scope', scope, '--guards', guards)
  expect(code).toBe(0)
  expect(err.trim().split('\n')).toEqual([
    `${scope}/2 may be held: protected (break-glass owner), unless its entry names your sender`,
    `${scope}/2 may be held: last_owner (role engineer, keep 2), counted at the target when it takes effect`,
    `${scope}/3 may be held: burst, if you have withdrawn more than 10 members within 3600 seconds`,
  ])
})

test('a member whose newer change is applied by then is left out', async () => {
  await stage.reassert()
  await plan()
  await stage.entry(holding('2', 9))
  const { code, out } = await drift('apply', file(), '--why', 'HR-4711', '--yes')
  expect({ code, lines: out.split('\n') }).toMatchObject({
    ...{
      code: 1,
      lines: [
        '1 of 2 are on the queue, for at most 55 minutes',
        expect.stringContaining(`${scope}/2: left out`),
        '',
      ],
    },
  })
  expect(await stage.changes()).toHaveLength(1)
})

test('apply refuses a plan that was changed, that is for another stage, or where there is no function', async () => {
  await plan()
  const apply = (...args: string[]) => drift('apply', file(), '--why', 'HR-4711', '--yes', ...args)
  expect(await apply()).toMatchObject({ code: 2, err: expect.stringContaining('-c reassert=on') })
  expect(await apply('--stage', 'other')).toMatchObject({
    code: 2,
    err: expect.stringContaining(`is for stage ${stage.stage}`),
  })
  writeFileSync(file(), readFileSync(file(), 'utf8').replace(/e2/, 'e1'))
  expect(await apply()).toMatchObject({ code: 2, err: expect.stringContaining('changed after it was made') })
})

test('a plan of a list that is not read to its end is refused', async () => {
  target.list.before = () => 404
  const { code, err } = await plan()
  expect({ code, err }).toMatchObject({
    code: 1,
    err: expect.stringContaining(`The plan of ${scope} is refused`),
  })
})

test('accept prints the event that makes what the target shows the newest change', async () => {
  const { code, out } = await drift('accept', `${scope}/2`, '--by', 'anna')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    ...{ type: 'role.changed.v1', source: `//role-sync/${stage.stage}/drift`, acceptedby: 'anna' },
    data: { target: 'wacht', organizationId: scope.split('/')[1], membershipId: '2', roleId: '7' },
  })
})

test('accept refuses who does not drift, and a state that no event can name', async () => {
  expect(await drift('accept', `${scope}/1`, '--by', 'anna')).toMatchObject({
    ...{ code: 1, out: '', err: `${scope}/1: does not drift\n` },
  })
  expect(await drift('accept', `${scope}/3`, '--by', 'anna')).toMatchObject({
    ...{ code: 2, out: '', err: expect.stringContaining('has 2 roles at its target') },
  })
})
