import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { endItem, type HistoryItem, proofItem } from '../../../functions/core/history/history-item.ts'
import { datedEvent, dueOf } from '../../support/due.ts'
import { appliedOf, entryOf, member } from '../../support/entries.ts'
import { bodyOf, noon } from '../../support/events.ts'
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

const day = 86_400_000
const kinds = (calls: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(calls, name => name)].map(([name, all]) => [name, all.length]))
const proof = (n: number): HistoryItem =>
  proofItem(member, { ...appliedOf(n), at: noon - 300 * day, receives: 1, role: 'manager' }, text => text)
/** Writes a line about a message, so many milliseconds before noon. */
const line = (ms: number, message: string, id: string, facts: object) =>
  cloudWatch.write(noon - ms, {
    ...{ message, messageId: `m-${id}`, event: id, source: 's', target: 'wacht', member: 'wacht/1/2' },
    ...facts,
  })
const applied = (ms: number, id: string) =>
  line(ms, 'outcome', id, { outcome: 'applied', status: 200, calls: 1, effectMs: 400, receives: 1 })

describe('the log', () => {
  test('gives the recent changes, what is in flight, and the count of the last 15 minutes', async () => {
    applied(60_000, 'e1')
    line(30_000, 'attempt', 'e2', { effect: 'deferred', cause: 'throttled', status: 429 })
    line(30_000, 'retry', 'e2', { cause: 'throttled', seconds: 60, ageMs: 2000 })
    const { source } = stagePage(stage, cloudWatch)
    const overview = await source.overview()
    expect(overview.health).toEqual({
      tone: 'good',
      sentence: 'All well: 1 change in effect in the last 15 min, the last 60 s ago.',
    })
    expect(overview).toMatchObject({ stage: stage.stage, notes: [] })
    expect(overview.inFlight.rows).toMatchObject([{ event: 'e2', state: 'waiting', who: 'wacht 2' }])
    expect((await source.changes('')).rows).toMatchObject([{ event: 'e1', state: 'applied', tookMs: 400 }])
  })
  test('with more changes than the page remembers still gives the count of all', async () => {
    for (let n = 0; n < 5600; n++) applied(60_000, `e${n}`)
    const { source } = stagePage(stage, cloudWatch)
    expect((await source.overview()).health.sentence).toMatch(
      /^All well: 5,600 changes in effect in the last 15 min/,
    )
  })
  test('gives the steps of a change, from its send on', async () => {
    line(30_000, 'attempt', 'e2', { effect: 'deferred', cause: 'throttled', status: 429 })
    line(30_000, 'retry', 'e2', { cause: 'throttled', seconds: 25, ageMs: 2000 })
    line(1000, 'outcome', 'e2', { outcome: 'applied', status: 200, calls: 1, effectMs: 31_000 })
    const { source } = stagePage(stage, cloudWatch)
    await source.overview()
    const [row] = (await source.changes('')).rows
    const story = await source.story(row!.id)
    expect(story?.steps.map(({ at, text }) => [at - noon, text])).toEqual([
      [-32_000, 'Sent'],
      [-30_000, 'Answered 429'],
      [-30_000, 'Waits 25 s'],
      [-1000, 'In effect'],
    ])
  })
  test('that has more than a round reads is said to be behind', async () => {
    cloudWatch.pageSize = 1
    for (let n = 0; n < 7; n++) applied(7000 - n * 1000, `e${n}`)
    const { source, wait } = stagePage(stage, cloudWatch)
    expect((await source.overview()).notes).toEqual([
      expect.stringMatching(/^The log has much to read\. It is read up to \d\d:\d\d:\d\d so far\.$/),
    ])
    await wait(5001)
    expect((await source.overview()).notes).toEqual([])
    expect((await source.changes('')).count).toBe(7)
  })
  test('says what becomes of the role of its member, and on the page if that cannot be read', async () => {
    applied(2000, 'e2')
    const event = datedEvent('e3', '2026-11-23T11:00:00Z', { role: 'engineer', from: '2027-01-01T00:00:00Z' })
    await stage.due(dueOf(event, 'begin', { member }))
    const { source, wait, troubles } = stagePage(stage, cloudWatch)
    await source.overview()
    const [row] = (await source.changes('')).rows
    expect(await source.story(row!.id)).toMatchObject({
      forecast: 'nothing applied until 2027-01-01T00:00:00Z, then engineer',
    })
    await stage.withoutDue()
    await wait(15_001)
    expect(await source.story(row!.id)).toMatchObject({ forecast: '' })
    const text = expect.stringMatching(/^Not read: the due changes \(stage \w+ has no table .*\)\.$/)
    expect(troubles).toEqual([text])
    expect((await source.overview()).notes).toEqual([text])
  })
  test('of a pause is not read: what may have ended meanwhile is forgotten', async () => {
    line(1000, 'retry', 'e2', { cause: 'throttled', seconds: 60, ageMs: 2000 })
    const { source, wait } = stagePage(stage, cloudWatch)
    expect((await source.overview()).inFlight.count).toBe(1)
    await wait(3 * 3_600_000)
    expect((await source.overview()).inFlight.count).toBe(0)
  })
})

describe('the history', () => {
  test('finds the changes of a member, of source and event, and of an event whose source was seen', async () => {
    await stage.history(proof(1), proof(2))
    const { source } = stagePage(stage, cloudWatch)
    const found = async (text: string) => {
      expect((await source.changes(text)).note).toBe('Reading the history …')
      return (await source.changes(text)).rows.map(({ event, state, role }) => [event, state, role])
    }
    expect(await found('s e1')).toEqual([['e1', 'applied', '']])
    expect(await found(member)).toEqual([
      ['e1', 'applied', 'manager'],
      ['e2', 'applied', 'manager'],
    ])
    expect(await found('e2')).toEqual([['e2', 'applied', 'manager']])
    expect((await source.changes('')).rows).toEqual([])
  })
  test('is joined with the log: a dead change that was replayed an hour later is applied', async () => {
    const message = { id: 'm-dead', sentAt: noon - day, receives: 3, firstReceivedAt: noon - day, body: '' }
    const named = { event: 'e2', source: 's', target: 'wacht', member }
    const version = { time: '2026-11-22T09:15:00', sequence: '', source: 's', id: 'e2' }
    const change = { desired: { roleId: '501' }, role: 'manager' }
    const verdict = { kind: 'dead', letter: { reason: 'not_found', detail: '', status: 404 } } as const
    await stage.history(
      endItem({ message: message as never, named, verdict, version, change }, noon - 3_600_000, text => text),
    )
    applied(2000, 'e2')
    const { source } = stagePage(stage, cloudWatch)
    await source.overview()
    const [row] = (await source.changes('')).rows
    const story = await source.story(row!.id)
    expect(story?.row).toMatchObject({ state: 'applied', tookMs: 400, role: 'manager' })
    expect(story?.steps.map(({ text }) => text)).toEqual(['Dead letter: not_found', 'Sent', 'In effect'])
  })
  test('that the stage does not keep is said where somebody searches', async () => {
    const { source, troubles } = stagePage({ ...stage, stage: 'none' }, cloudWatch)
    await source.changes('s e1')
    const note =
      'Not read: the history (stage none keeps no history (-c history=off): there is no table role-sync-none-history).'
    expect((await source.changes('s e1')).note).toBe(note)
    expect(troubles).toEqual([note])
  })
  test('without a hit says what can be searched for', async () => {
    const { source } = stagePage(stage, cloudWatch)
    await source.changes('s e9')
    expect((await source.changes('s e9')).note).toMatch(/^Nothing is found\. Search for a whole member/)
  })
})

describe('the sweep', () => {
  test('gives what it found by scope, with two reads a minute', async () => {
    const well = { at: noon, complete: true, completeAt: noon - 60_000, counts: { same: 7, drift: 2 } }
    await stage.sweep(
      { member: 'round', rev: 1, startedAt: noon, parts: 1 } as never,
      {
        ...{ member: 'round 0', rev: 1, scopes: { 'wacht/1': well } },
      } as never,
    )
    const { source, calls, wait } = stagePage(stage, cloudWatch)
    for (let second = 0; second < 60; second++) {
      expect((await source.overview()).sweep).toMatchObject({
        scopes: [{ scope: 'wacht/1', drift: 2 }],
        count: 1,
      })
      await wait(1000)
    }
    expect(kinds(calls).GetItem).toBe(2)
  })
  test('that is off has no section, and no note', async () => {
    const overview = await stagePage(stage, cloudWatch).source.overview()
    expect(overview).toMatchObject({ notes: [] })
    expect(overview.sweep).toBeUndefined()
  })
  test('that may not be read is a note', async () => {
    await stage.sweep()
    const { source, denied } = stagePage(stage, cloudWatch)
    denied.add('GetItem')
    expect((await source.overview()).notes).toEqual([
      expect.stringMatching(/^Not read: the sweep \(.*dynamodb:GetItem/),
    ])
  })
})

describe('dead letters', () => {
  test('stand in groups and in the story of their event, with what the ledger says', async () => {
    await stage.letter(bodyOf(), { reason: 'not_found', trail: '{"detail":"No such member"}' })
    await stage.entry(entryOf())
    const { source } = stagePage(stage, cloudWatch)
    const { failures, health } = await source.overview()
    expect(health).toEqual({ tone: 'wait', sentence: '1 change needs a person.' })
    const options = `--stage ${stage.stage}`
    const commands = [
      `npx role-sync replay plan --reason not_found --out plan.json ${options}`,
      `npx role-sync replay apply plan.json ${options}`,
    ]
    expect(failures).toMatchObject([{ reason: 'not_found', detail: 'No such member', count: 1, commands }])
    expect(await source.story(failures[0]!.rows[0]!.id)).toMatchObject({
      letter: { reason: 'not_found', unproven: false, commands: expect.arrayContaining([commands[1]]) },
    })
    expect(stage.letters()).toHaveLength(1)
    expect(await stage.hide(1, 1)).toHaveLength(1)
  })
  test('that another reader has stay as they were, and the page says since when', async () => {
    await stage.letter(bodyOf(), { reason: 'not_found' })
    const { source, wait } = stagePage(stage, cloudWatch)
    await source.overview()
    expect(await stage.hide(1, 60)).toHaveLength(1)
    await wait(60_001)
    const { failures, notes } = await source.overview()
    expect(failures).toMatchObject([{ count: 1 }])
    expect(notes).toEqual([
      expect.stringMatching(
        /^About 1 dead letter cannot be read now: another reader has them\. Those here are of /,
      ),
    ])
  })
})

test('alarms that ring are named, and those of another stage are not', async () => {
  cloudWatch.ringing = [`role-sync-${stage.stage}-changes-late`, `role-sync-${stage.stage}-eu-changes-late`]
  const { source } = stagePage(stage, cloudWatch)
  expect((await source.overview()).health).toEqual({
    tone: 'bad',
    sentence: `1 alarm rings: role-sync-${stage.stage}-changes-late.`,
  })
})

test('what may not be read is named on the page, and once outside; the rest goes on, and nothing counts as well', async () => {
  applied(60_000, 'e1')
  cloudWatch.refused.add('FilterLogEvents')
  const { source, denied, troubles, wait } = stagePage(stage, cloudWatch)
  denied.add('DescribeAlarms')
  const { health, notes } = await source.overview()
  expect(health).toEqual({
    tone: 'wait',
    sentence: 'Not everything is known: the log and the alarms could not be read.',
  })
  expect(notes.toSorted()).toEqual([
    'Not read: the alarms (no permission cloudwatch:DescribeAlarms).',
    'Not read: the log (no permission logs:FilterLogEvents).',
  ])
  await wait(60_001)
  await source.overview()
  expect(troubles).toHaveLength(2)
})

describe('politeness', () => {
  test('a page that is open for a minute, read each second by two tabs, makes at most 47 calls', async () => {
    const { source, calls, wait } = stagePage(stage, cloudWatch)
    for (let second = 0; second < 60; second++) {
      await Promise.all([source.overview(), source.overview(), source.changes(''), source.changes('')])
      await wait(1000)
    }
    expect(cloudWatch.reads.length).toBeLessThanOrEqual(12)
    const { ReceiveMessage = 0, ...others } = kinds(calls)
    expect(ReceiveMessage).toBeLessThanOrEqual(4)
    expect(others).toEqual({
      GetQueueUrl: 13,
      GetQueueAttributes: 13,
      DescribeAlarms: 1,
      Query: 2,
      GetItem: 1,
    })
    expect(cloudWatch.reads.length + calls.length).toBeLessThanOrEqual(47)
  })
  test('nobody looking is no call', async () => {
    const { calls, wait } = stagePage(stage, cloudWatch)
    await wait(3_600_000)
    expect({ calls, reads: cloudWatch.reads }).toEqual({ calls: [], reads: [] })
  })
  test('an open story and a search ask the history and the due changes four times a minute, and no beginning of what is typed', async () => {
    applied(1000, 'e1')
    const { source, calls, wait } = stagePage(stage, cloudWatch)
    await source.overview()
    const [row] = (await source.changes('')).rows
    const { Query: recent } = kinds(calls)
    expect(recent).toBe(2) // one for each scope of the catalogue
    for (const typed of ['s', 's ', 's e']) await source.changes(typed)
    expect(kinds(calls).Query).toBe(recent)
    for (let second = 0; second < 60; second++) {
      await Promise.all([source.changes('s e1'), source.story(row!.id)])
      await wait(1000)
    }
    // Nothing is found, else the roles are read too. Four are of the due changes.
    expect(kinds(calls).Query).toBe(2 + 8 + 4)
  })
})
