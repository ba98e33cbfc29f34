import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Catalogue } from '../../../functions/core/event/role-catalogue.ts'
import { endItem, type HistoryItem, proofItem } from '../../../functions/core/history/history-item.ts'
import { noon, organization } from '../../support/events.ts'
import { type FakeCloudWatch, startCloudWatch } from '../fake-cloudwatch.ts'
import { type Stage, startStages } from '../stage.ts'
import { stagePage } from '../stage-page.ts'

let stages: Awaited<ReturnType<typeof startStages>>
let stage: Stage
let cloudWatch: FakeCloudWatch
beforeAll(async () => {
  stages = await startStages()
})
afterAll(() => stages.stop())
beforeEach(async () => {
  stage = await stages.next()
  cloudWatch = await startCloudWatch()
})
afterEach(() => cloudWatch.stop())

const [minute, day] = [60_000, 86_400_000]
const state = { roleId: '501' }

/** A catalogue with one role in so many organizations: 1, 2, … */
const rolesIn = (count: number): Catalogue => ({
  manager: { wacht: Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n + 1}`, state])) },
})
/** The item of a change that was proven so many milliseconds before noon. */
const proof = (ms: number, id: string, organization: number | string = 1): HistoryItem => {
  const version = { time: '2026-11-22T09:15:00', sequence: '', source: 's', id }
  const applied = { version, event: id, message: `m-${id}`, desired: state, at: noon - ms }
  return proofItem(`wacht/${organization}/2`, { ...applied, receives: 1, role: 'manager' }, text => text)
}
const events = async (source: ReturnType<typeof stagePage>['source']) =>
  (await source.changes('')).rows.map(({ event }) => event)

test('the newest ends of each scope that is deployed are recent changes, for a week', async () => {
  stage.deploy(rolesIn(2))
  await stage.history(
    ...[proof(minute, 'new'), proof(6 * day, 'old'), proof(8 * day, 'too-old')],
    ...[proof(2 * minute, 'other', 2), proof(minute, 'elsewhere', 3)],
  )
  const { source, troubles } = stagePage(stage, cloudWatch)
  await source.overview()
  const { rows } = await source.changes('')
  expect(rows.map(({ event, state, role, at }) => [event, state, role, noon - at])).toEqual([
    ['new', 'applied', 'manager', minute],
    ['other', 'applied', 'manager', 2 * minute],
    ['old', 'applied', 'manager', 6 * day],
  ])
  expect((await source.overview()).health.sentence).toMatch(
    /^All well: 2 changes in effect in the last 15 min/,
  )
  expect(troubles).toEqual([])
})

test('of a scope no more than the five newest are read, and no more than 25 scopes', async () => {
  stage.deploy(rolesIn(30))
  await stage.history(...Array.from({ length: 7 }, (_, n) => proof((n + 1) * minute, `e${n}`)))
  await stage.history(proof(day, 'in-25', 25), proof(day, 'in-26', 26))
  const { source, calls } = stagePage(stage, cloudWatch)
  expect(await events(source)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'in-25'])
  expect(calls.filter(name => name === 'Query')).toHaveLength(25)
})

test('the history is asked once at the start, and every five minutes while somebody looks', async () => {
  stage.deploy(rolesIn(3))
  const { source, calls, wait } = stagePage(stage, cloudWatch)
  const queries = () => calls.filter(name => name === 'Query').length
  for (let second = 0; second < 300; second++) {
    await Promise.all([source.changes(''), source.changes('')])
    await wait(1000)
  }
  expect(queries()).toBe(3)
  await stage.history(proof(-5 * minute, 'later'))
  await wait(1)
  expect(await events(source)).toEqual(['later'])
  expect(queries()).toBe(6)
})

test('what the log and the history tell is one change, with what the log knows of it', async () => {
  stage.deploy(rolesIn(1))
  await stage.history(proof(minute, 'e1'))
  const { source, wait } = stagePage(stage, cloudWatch)
  expect(await source.changes('')).toMatchObject({ count: 1, rows: [{ event: 'e1', tookMs: undefined }] })
  const line = { message: 'outcome', messageId: 'm-e1', event: 'e1', source: 's', member: 'wacht/1/2' }
  cloudWatch.write(noon - minute, { ...line, outcome: 'applied', status: 200, effectMs: 400 })
  await wait(5001)
  expect((await source.overview()).health.sentence).toMatch(/^All well: 1 change in effect/)
  const { count, rows } = await source.changes('')
  expect({ count, rows }).toMatchObject({
    count: 1,
    rows: [{ event: 'e1', state: 'applied', tookMs: 400, role: 'manager' }],
  })
  expect((await source.story(rows[0]!.id))?.steps.map(({ text, detail }) => [text, detail])).toEqual([
    ['Sent', ''],
    ['In effect', "The target's answer (200) shows the role, 400 ms after its send."],
  ])
})

test('why a change ended, which the index of scopes does not know, is in its story', async () => {
  stage.deploy(rolesIn(1))
  const version = { time: '2026-11-22T09:15:00', sequence: '', source: 's', id: 'e1' }
  const message = { id: 'm-e1', sentAt: noon - day, receives: 3, firstReceivedAt: noon - day, body: '' }
  const named = { event: 'e1', source: 's', target: 'wacht', member: 'wacht/1/2' }
  const verdict = { kind: 'dead', letter: { reason: 'not_found', detail: '', status: 404 } } as const
  await stage.history(
    endItem(
      { message: message as never, named, verdict, version, change: { desired: state } },
      noon - day,
      text => text,
    ),
  )
  const { source } = stagePage(stage, cloudWatch)
  const { rows } = await source.changes('')
  expect(rows).toMatchObject([{ event: 'e1', state: 'dead', note: '' }])
  const story = await source.story(rows[0]!.id)
  expect(story?.row.note).toBe('not_found')
  expect(story?.steps.map(({ text }) => text)).toEqual(['Dead letter: not_found'])
})

test('they stay where the log may not be read', async () => {
  stage.deploy(rolesIn(1))
  await stage.history(proof(day, 'e1'))
  cloudWatch.refused.add('FilterLogEvents')
  const { source, wait } = stagePage(stage, cloudWatch)
  for (let round = 0; round < 3; round++) {
    await source.overview()
    expect(await events(source)).toEqual(['e1'])
    await wait(5001)
  }
})

test('where nobody says which roles are deployed, the scopes are those of the command line, and the page says why', async () => {
  stage.functions.clear()
  await stage.history(proof(day, 'e1', organization))
  const { source, troubles } = stagePage(stage, cloudWatch)
  expect(await events(source)).toEqual(['e1'])
  const note = `Not read: the deployed roles (there is no function role-sync-${stage.stage}-replay).`
  expect((await source.overview()).notes).toEqual([note])
  expect(troubles).toEqual([note])
})

test('a stage without a history has the recent changes of its log', async () => {
  const line = { message: 'outcome', messageId: 'm-e1', event: 'e1', source: 's', member: 'wacht/1/2' }
  cloudWatch.write(noon - minute, { ...line, outcome: 'applied', status: 200, effectMs: 400 })
  const { source, calls, wait } = stagePage({ ...stage, stage: 'none' }, cloudWatch)
  await source.overview()
  for (let second = 0; second < 60; second++) {
    expect(await events(source)).toEqual(['e1'])
    await wait(1000)
  }
  expect(calls.filter(name => name === 'Query')).toHaveLength(1)
})
