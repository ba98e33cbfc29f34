import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createHistory } from '../../../functions/cli/page/change-history.ts'
import { clockOf } from '../../../functions/cli/page/time-words.ts'
import type { Outcome } from '../../../infra/local/outcomes/message-outcome.ts'
import { datedEvent, dueOf } from '../../support/due.ts'
import { bodyOf, noon, personBody, type SourceTest, sourceTest } from './page-world.ts'

const storyOf = async ({ source }: SourceTest, search: string) => {
  const { rows } = await source.changes(search)
  return (await source.story(rows[0]!.id))!
}
const stepsOf = async (world: SourceTest, search: string) =>
  (await storyOf(world, search)).steps.map(({ text, detail }) => `${text}. ${detail}`.trim())

describe('the story of an event', () => {
  test('tells what was sent, tried, answered, waited for and proven, in the order of time', async () => {
    const world = sourceTest()
    world.try('wd-1')
    world.line('attempt', 'wd-1', { effect: 'unknown', cause: 'server_error', status: 503, detail: 'Busy' })
    world.line('retry', 'wd-1', { cause: 'server_error', seconds: 4 })
    world.at += 4000
    world.try('wd-1', { receives: 2 })
    world.line('outcome', 'wd-1', { outcome: 'applied', status: 200, effectMs: 4200 })
    expect(await stepsOf(world, 'wd-1')).toEqual([
      'Sent.',
      'Try 1.',
      'Answered 503. Busy.',
      'Waits 4 s. Target failed.',
      'Try 2.',
      "In effect. The target's answer (200) shows the role, 4.2 s after its send.",
    ])
  })
  test('goes on with a replay, which is another message of the same event', async () => {
    const world = sourceTest()
    world.try('first', { body: bodyOf('wd-1') })
    world.line('outcome', 'first', { outcome: 'dead', reason: 'not_found', detail: 'nobody', receives: 1 })
    world.at += 60_000
    world.apply('second', bodyOf('wd-1'))
    expect(await stepsOf(world, 'wd-1')).toEqual([
      'Sent.',
      'Try 1.',
      'Dead letter: not_found. nobody',
      'Sent again.',
      'Try 1.',
      "In effect. The target's answer (200) shows the role, 40 ms after its send.",
    ])
    expect((await world.source.changes('')).rows).toMatchObject([{ event: 'wd-1', state: 'applied' }])
  })
  test('says what becomes of the role of its member', async () => {
    const world = sourceTest()
    world.try('wd-1')
    expect(await storyOf(world, 'wd-1')).toMatchObject({ forecast: '' })
    const contract = {
      role: 'engineer',
      from: '2027-01-01T00:00:00Z',
      ends: ['2027-03-31T00:00:00Z', 'member'],
    } as const
    world.due.push(dueOf(datedEvent('planned', '2026-11-20T00:00:00Z', contract), 'begin'))
    expect(await storyOf(world, 'wd-1')).toMatchObject({
      forecast:
        'nothing applied until 2027-01-01T00:00:00Z, then engineer until 2027-03-31T00:00:00Z, then member',
    })
  })
  test('of a change that takes effect later says that it is scheduled', async () => {
    const world = sourceTest()
    world.try('wd-1')
    world.line('outcome', 'wd-1', { outcome: 'scheduled', receives: 1 })
    expect((await stepsOf(world, 'wd-1')).at(-1)).toBe('Scheduled. It takes effect later.')
    expect((await world.source.changes('')).rows).toMatchObject([
      { event: 'wd-1', state: 'scheduled', tone: 'wait' },
    ])
  })
  test('keeps the first two of very many steps and the last ones, and counts the others', async () => {
    const world = sourceTest()
    for (let receives = 1; receives <= 100; receives++) world.try('wd-1', { receives })
    const { steps, omitted } = await storyOf(world, 'wd-1')
    expect(steps.length + omitted).toBe(101)
    expect(steps.slice(0, 3).map(({ text }) => text)).toEqual(['Sent', 'Try 1', 'Try 73'])
    expect(steps.at(-1)?.text).toBe('Try 100')
  })
  test('of a person names the events that were made for the memberships', async () => {
    const world = sourceTest()
    world.try('asked', { body: personBody('wd-1', 'jane@example.com') })
    world.line('outcome', 'asked', { outcome: 'resolved', events: 2 })
    world.apply('made', bodyOf('wd-1/wacht/1/2', { causationid: 'wd-1' }))
    const { row, parts } = await storyOf(world, 'jane@')
    expect(row).toMatchObject({ event: 'wd-1', who: 'jane@example.com', role: 'engineer' })
    expect(parts.map(({ state }) => state)).toEqual(['applied'])
  })
  test('of an unknown id is undefined', async () => {
    expect(await sourceTest().source.story('nothing')).toBeUndefined()
  })
})

describe('the changes', () => {
  test('that ended are listed newest first; those on the queue are in flight', async () => {
    const world = sourceTest()
    for (const id of ['wd-1', 'wd-2']) {
      world.at += 1000
      world.apply(id)
    }
    world.try('wd-3')
    world.line('retry', 'wd-3', { cause: 'throttled', seconds: 1 })
    world.try('wd-4')
    expect((await world.source.changes('')).rows.map(({ event }) => event)).toEqual(['wd-2', 'wd-1'])
    const { inFlight } = await world.source.overview()
    expect(inFlight.rows).toMatchObject([
      { event: 'wd-4', state: 'at work' },
      {
        ...{ event: 'wd-3', state: 'waiting' },
        note: `target is rate-limiting; next try at ${clockOf(world.at + 1000)}`,
      },
    ])
  })
  test.each([
    ['an event', 'WD-1'],
    ['a member', 'wacht/7301954381230018561/'],
    ['a person', 'JANE@example'],
  ])('are found by %s, whatever the case and the state', async (_, search) => {
    const world = sourceTest()
    world.try('wd-1', { body: bodyOf('wd-1') })
    world.apply('of-jane', personBody('of-jane', 'jane@example.com'))
    const { rows } = await world.source.changes(search)
    expect(rows.map(({ event }) => event)).toEqual([search.includes('@') ? 'of-jane' : 'wd-1'])
  })
  test('show 50 of many, and their number', async () => {
    const world = sourceTest()
    for (let n = 0; n < 70; n++) world.apply(`wd-${n}`)
    const { rows, count } = await world.source.changes('')
    expect({ shown: rows.length, count }).toEqual({ shown: 50, count: 70 })
  })
  test('keep their first end when a repeat is a duplicate', async () => {
    const world = sourceTest()
    world.apply('first', bodyOf('wd-1'))
    world.try('again', { body: bodyOf('wd-1') })
    world.line('outcome', 'again', { outcome: 'duplicate', by: 'wd-1' })
    expect((await world.source.changes('')).rows).toMatchObject([{ state: 'applied', tookMs: 40 }])
  })
  test('with a body that is not readable have a story too', async () => {
    const world = sourceTest()
    world.try('a', { body: '{"id":' })
    world.line('outcome', 'a', { outcome: 'dead', reason: 'invalid_event', detail: '(body): must be JSON' })
    const [row] = (await world.source.changes('')).rows
    expect(row).toMatchObject({ event: '(unreadable)', note: 'invalid_event' })
    expect(await world.source.story(row!.id)).toMatchObject({ member: '', source: '' })
  })
})

test('an outcome counts once, and one of a message that nobody received counts not at all', () => {
  const history = createHistory()
  const applied = { messageId: 'a', outcome: 'applied' } as Outcome
  history.ended(applied, noon)
  history.received({ messageId: 'a', body: bodyOf('wd-1'), receives: 1, sentAt: noon }, noon)
  history.ended(applied, noon + 1)
  history.ended(applied, noon + 2)
  expect(history.applied(0)).toEqual({ count: 1, lastAt: noon + 1 })
  expect(history.applied(noon + 2).count).toBe(0)
})

test('the history never holds more than its bound, and forgets what changed longest ago', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 200 }), ids => {
      const history = createHistory(10)
      for (const [n, id] of ids.entries()) {
        const body = bodyOf(`wd-${id}`)
        history.received({ messageId: String(n), body, receives: 1, sentAt: n }, n)
      }
      const last = [...new Set(ids.toReversed().map(id => `wd-${id}`))].slice(0, 10)
      expect(history.newest().map(({ event }) => event)).toEqual(last)
    }),
  )
})

describe('a change that is known by its lines alone', () => {
  const names = { event: 'e1/wacht/1/2', source: 's', target: 'wacht', member: 'wacht/1/2' }
  const told = (...lines: readonly (readonly [number, string, object])[]) => {
    const history = createHistory()
    for (const [at, message, facts] of lines)
      history.line({ message, messageId: 'm1', ...names, ...facts }, noon + at)
    return history.newest()
  }
  const applied = { outcome: 'applied', status: 200, effectMs: 5000 }

  test('has their names, its send by its age, and the event of a person for which it was made', () => {
    const [change, ...others] = told([0, 'retry', { cause: 'throttled', seconds: 5, ageMs: 1000 }])
    expect(others).toEqual([])
    expect(change).toMatchObject({ ...names, madeFor: 'e1', person: null, sentAt: noon - 1000 })
    expect(change?.steps.map(({ text }) => text)).toEqual(['Sent', 'Waits 5 s'])
    expect([...change!.open.keys()]).toEqual(['m1'])
  })
  test('has the same id as by its body', () => {
    const history = createHistory()
    history.received({ messageId: 'm0', body: bodyOf('e9'), receives: 1, sentAt: noon }, noon)
    const { source, member } = history.newest()[0]!
    history.line({ message: 'outcome', messageId: 'm1', event: 'e9', source, member, ...applied }, noon)
    expect(history.newest()).toHaveLength(1)
  })
  test('is in flight no more after its end, also if an earlier line comes late', () => {
    const [change] = told([2000, 'outcome', applied], [1000, 'retry', { cause: 'throttled', seconds: 5 }])
    expect(change?.open.size).toBe(0)
    expect(change?.ending).toMatchObject({ outcome: 'applied', tookMs: 5000 })
  })
  test('keeps its last end if an earlier end of another message is told later', () => {
    const earlier = { messageId: 'm0', outcome: 'dead', reason: 'not_found' }
    const [change] = told([2000, 'outcome', applied], [-2000, 'outcome', earlier])
    expect(change?.ending).toMatchObject({ outcome: 'applied', at: noon + 2000 })
  })
  test('has no duration where no line tells its send', () => {
    const [change] = told([0, 'outcome', { outcome: 'superseded', by: 'e2' }])
    expect(change?.ending?.tookMs).toBeUndefined()
  })
  test.each([
    { message: 'search', messageId: 'm1' },
    { message: 'outcome' },
    { message: 'delivery', messageId: 'm1' },
  ])('is not made by %j', line => {
    const history = createHistory()
    history.line({ ...names, ...line }, noon)
    expect(history.newest()).toEqual([])
  })
})
