import { describe, expect, test } from '@jest/globals'
import { compareText } from '../../functions/core/json.ts'
import { appliedOf, effects, entryOf } from '../support/entries.ts'
import { bodyOf, noon, personData } from '../support/events.ts'
import { fakeHistory } from '../support/history.ts'
import { change, fakeWorld, memberName, messageOf, type WorldOptions } from '../support/world.ts'

const day = 86_400_000
const days = 400

function recorded(options: WorldOptions = {}, keepMs = days * day) {
  const { state: history, store } = fakeHistory()
  const world = fakeWorld({ history: { store, keepMs }, ...options })
  return { ...world, history, items: () => [...history.items.values()] }
}
const seconds = (ms: number) => Math.ceil(ms / 1000)

describe('each message that ends has an item before it leaves the queue', () => {
  test('the proofs of a batch are written at once, any other end by itself', async () => {
    const { run, history, items } = recorded()
    const other = messageOf('m3', change(3, { member: '3' }))
    expect(await run(messageOf('m1', change(1)), messageOf('m2', change(2)), other)).toEqual([])
    expect(history.calls.toSorted()).toEqual(['put e2 applied, e3 applied', 'putIfAbsent e1 superseded'])
    expect(
      items()
        .toSorted((a, b) => compareText(a.version, b.version))
        .toReversed(),
    ).toMatchObject([
      { member: memberName('3'), event: 'e3', outcome: 'applied' },
      { member: memberName(), event: 'e2', outcome: 'applied', receives: 1 },
      {
        member: memberName(),
        event: 'e1',
        outcome: 'superseded',
        by: 'e2',
        expires: seconds(noon + days * day),
      },
    ])
    expect(items().filter(item => item.expires !== undefined)).toHaveLength(1)
  })
  test('a dead message after its letter, a message that names a person and one that cannot be read under the message', async () => {
    const { run, state, items } = recorded({ effects: [effects.refused] })
    const person = messageOf('m2', bodyOf({ data: personData }))
    state.records.set('m2', {
      rev: 1,
      progress: { enqueued: [], sending: [], without: {}, several: {} },
      end: { kind: 'done', outcome: 'resolved', events: 2 },
    })
    expect(
      await run(messageOf('m1', change(1)), { ...person, receives: 2 }, messageOf('m3', 'no JSON')),
    ).toEqual([])
    expect(
      items().map(({ member, outcome, reason, events }) => ({ member, outcome, reason, events })),
    ).toEqual([
      { member: memberName(), outcome: 'dead', reason: 'rejected', events: undefined },
      { member: 'message/m2', outcome: 'resolved', reason: undefined, events: 2 },
      { member: 'message/m3', outcome: 'dead', reason: 'invalid_event', events: undefined },
    ])
  })
  test('a message that is retried has none', async () => {
    const { run, history } = recorded({ effects: [effects.deferred] })
    expect(await run(messageOf('m1', change(1)))).toEqual(['m1'])
    expect(history.calls).toEqual([])
  })
})

const notWritten =
  'history not written; the messages stay on the changes queue and will be retried: the history is not there'

describe('while the history does not take it', () => {
  test.each(['refuses', 'takes'] as const)(
    'a proof stays on the queue, and its item is the same when it comes back: %s',
    async how => {
      const { run, state, history, items } = recorded()
      if (how === 'refuses') history.refuses.add('put')
      else history.takes = 0
      expect(await run(messageOf('m1', change(1)))).toEqual(['m1'])
      expect(state.retries).toMatchObject([{ cause: 'history_unavailable' }])
      expect(state.troubles).toEqual(how === 'refuses' ? [notWritten] : [])
      expect(state.outcomes).toEqual([])
      history.refuses.clear()
      history.takes = 9
      state.now += 60_000
      expect(await run(messageOf('m1', change(1), { receives: 2 }))).toEqual([])
      expect(items()).toMatchObject([{ outcome: 'applied', at: '2026-11-23T12:00:00.000Z', receives: 1 }])
      expect(state.sent).toHaveLength(1)
    },
  )
  test('another end stays, too, and the others of the batch leave', async () => {
    const { run, state, history } = recorded({ effects: [effects.refused] })
    history.refuses.add('putIfAbsent')
    expect(await run(messageOf('m1', change(1)), messageOf('m2', change(2, { member: '3' })))).toEqual(['m1'])
    expect(state.letters).toHaveLength(1)
    expect(state.outcomes).toMatchObject([{ messageId: 'm2', outcome: 'applied' }])
    expect(state.troubles).toEqual([notWritten])
  })
  test('its letter is sent once, however often it is retried', async () => {
    const { run, state, history } = recorded({ effects: [effects.refused] })
    history.refuses.add('putIfAbsent')
    for (const receives of [1, 2, 3]) {
      expect(await run(messageOf('m1', change(1), { receives }))).toEqual(['m1'])
      state.now += 60_000
    }
    expect(state.letters).toHaveLength(1)
    history.refuses.clear()
    expect(await run(messageOf('m1', change(1), { receives: 4 }), messageOf('m2', 'not json'))).toEqual([])
    expect(state.letters).toHaveLength(2)
    expect(state.outcomes.map(({ messageId, outcome }) => ({ messageId, outcome }))).toEqual([
      { messageId: 'm1', outcome: 'dead' },
      { messageId: 'm2', outcome: 'dead' },
    ])
  })
  test('the first end counts', async () => {
    const { run, state, items } = recorded()
    await run(messageOf('m2', change(2)))
    await run(messageOf('m1', change(1)))
    state.now += 60_000
    await run(messageOf('m1', change(1), { receives: 2 }))
    expect(items().at(-1)).toMatchObject({
      outcome: 'superseded',
      at: '2026-11-23T12:00:00.000Z',
      receives: 1,
    })
  })
})

describe('before a lease is taken over a proof', () => {
  const applied = { ...appliedOf(0), at: noon - 1000 }
  const start = (at: number, options: WorldOptions = {}) => {
    const world = recorded(options)
    world.state.entries.set(memberName(), entryOf({ member: memberName(), applied: { ...applied, at } }))
    return world
  }
  test('its item is written, unless this instance has written it', async () => {
    const { run, history } = start(noon - 1000)
    await run(messageOf('m1', change(1)))
    expect(history.calls).toEqual(['put e0 applied', 'put e1 applied, e0 applied'])
    await run(messageOf('m2', change(2)))
    expect(history.calls.slice(2)).toEqual(['put e2 applied, e1 applied'])
  })
  test('its item is written once, however often the change is tried', async () => {
    const { run, state, history } = start(noon - 1000, { effects: [effects.deferred, effects.deferred] })
    for (const receives of [1, 2, 3]) {
      await run(messageOf('m1', change(1), { receives }))
      state.now += 60_000
    }
    expect(history.calls).toEqual(['put e0 applied', 'put e1 applied, e0 applied'])
  })
  test('but not if no message of it can be left on the queue', async () => {
    const { run, history } = start(noon - 14 * day)
    await run(messageOf('m1', change(1)))
    expect(history.calls).toEqual(['put e1 applied, e0 applied'])
    const younger = start(noon - 14 * day + 1)
    await younger.run(messageOf('m1', change(1)))
    expect(younger.history.calls).toHaveLength(2)
  })
  test.each(['refuses', 'takes'] as const)(
    'nothing is sent while that item is not written: %s',
    async how => {
      const { run, state, history, world } = start(noon - 1000)
      const causes: unknown[] = []
      Object.assign(world.telemetry, { trouble: (_: string, { cause }: Error) => void causes.push(cause) })
      if (how === 'refuses') history.refuses.add('put')
      else history.takes = 0
      expect(await run(messageOf('m1', change(1)))).toEqual(['m1'])
      expect(state.sent).toEqual([])
      expect(state.retries).toMatchObject([{ cause: 'history_unavailable' }])
      expect(causes).toMatchObject([
        {
          name: 'HistoryUnavailable',
          message: 'the history does not take the proof that a change is to replace',
          cause: how === 'refuses' ? { message: 'the history is not there' } : undefined,
        },
      ])
    },
  )
})

describe('the proof that is replaced', () => {
  test.each([
    [days, seconds(noon + days * day)],
    [0, undefined],
  ])('expires after %i days, the new one never', async (keep, expires) => {
    const { run, state, items } = recorded({}, keep * day)
    await run(messageOf('m1', change(1)))
    expect(items().map(item => item.expires)).toEqual([undefined])
    await run(messageOf('m2', change(2)))
    expect(items().map(item => [item.event, item.expires])).toEqual([
      ['e1', expires],
      ['e2', undefined],
    ])
    expect(state.outcomes).toHaveLength(2)
  })
})
