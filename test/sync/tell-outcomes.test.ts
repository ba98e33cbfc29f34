import { expect, test } from '@jest/globals'
import { effects } from '../support/entries.ts'
import { bodyOf, personData } from '../support/events.ts'
import { fakeHistory } from '../support/history.ts'
import { fakeTopic } from '../support/topic.ts'
import { change, fakeWorld, memberName, messageOf, type WorldOptions } from '../support/world.ts'

/** A consumer that tells a topic, with one log of all that it does. */
function telling(options: WorldOptions = {}) {
  const log: string[] = []
  const { state: topic, topic: port } = fakeTopic(log)
  const { state: history, store } = fakeHistory()
  history.calls = log
  const outcomes = { topic: port, source: '//role-sync/test' }
  const world = fakeWorld({ history: { store, keepMs: 0 }, outcomes, ...options })
  const heard = () => topic.heard.map(({ body }) => JSON.parse(body))
  return { ...world, topic, history, heard, order: log }
}

test('all outcomes of a batch are told at once, after the history', async () => {
  const { run, heard, order, state } = telling({ effects: [effects.proven, effects.refused] })
  const messages = [change(1), change(2), change(3, { member: '3' }), 'no JSON']
  expect(await run(...messages.map((body, n) => messageOf(`m${n}`, body)))).toEqual([])
  expect(order.slice(-1)).toEqual(['publish 4'])
  expect(order).toHaveLength(5)
  expect(
    heard()
      .map(({ id, subject }) => [id, subject])
      .toSorted(),
  ).toEqual([
    ['m0/superseded', memberName()],
    ['m1/applied', memberName()],
    ['m2/dead', memberName('3')],
    ['m3/dead', undefined],
  ])
  expect(state.outcomes).toHaveLength(4)
})

test('a message that is retried is not told', async () => {
  const { run, order } = telling({ effects: [effects.deferred] })
  expect(await run(messageOf('m1', change(1)))).toEqual(['m1'])
  expect(order).toEqual([])
})

test('while the topic refuses, the messages stay on the queue and say why', async () => {
  const { run, topic, state } = telling()
  topic.refuses = true
  expect(await run(messageOf('m1', change(1)))).toEqual(['m1'])
  expect(state.retries).toMatchObject([{ messageId: 'm1', cause: 'outcome_unsent' }])
  expect(state.outcomes).toEqual([])
  expect(state.troubles).toEqual([
    'outcomes not sent; the messages stay on the changes queue and will be retried: the topic is not there',
  ])
})

test('of a batch that the topic takes in part, the rest stays', async () => {
  const { run, topic, state } = telling()
  topic.takes = 1
  const stay = await run(messageOf('m1', change(1)), messageOf('m2', change(2, { member: '3' })))
  expect(stay).toHaveLength(1)
  expect(state.outcomes.map(({ messageId }) => messageId)).not.toContain(stay[0])
  expect(state.retries).toMatchObject([{ messageId: stay[0], cause: 'outcome_unsent' }])
})

test('a message that comes back is told again, with the same id and the same proof', async () => {
  const { run, topic, state, heard } = telling()
  topic.refuses = true
  await run(messageOf('m1', change(1)))
  topic.refuses = false
  state.now += 60_000
  expect(await run(messageOf('m1', change(1), { receives: 2 }))).toEqual([])
  await run(messageOf('m1', change(1), { receives: 3 }))
  const [first, second] = heard()
  expect(first).toMatchObject({ id: 'm1/applied', data: { provenAt: '2026-11-23T12:00:00.000Z' } })
  expect(second).toEqual(first)
  expect(state.sent).toHaveLength(1)
})

test('what the history does not take is not told yet', async () => {
  const { run, history, topic, order, state } = telling()
  history.takes = 0
  expect(await run(messageOf('m1', change(1)))).toEqual(['m1'])
  expect(topic.heard).toEqual([])
  expect(order.filter(step => step.startsWith('publish'))).toEqual([])
  expect(state.retries).toMatchObject([{ cause: 'history_unavailable' }])
})

test('a stage without a history tells as well, of a person by the message alone', async () => {
  const { run, state, heard, topic } = telling({ history: undefined })
  state.records.set('m1', {
    rev: 1,
    progress: { enqueued: [], sending: [], without: {}, several: {} },
    end: { kind: 'done', outcome: 'resolved', events: 2 },
  })
  const person = messageOf('m1', bodyOf({ data: personData }), { receives: 2 })
  expect(await run(person)).toEqual([])
  expect(heard()).toMatchObject([{ type: 'role.change.resolved.v1', data: { events: 2 } }])
  expect(topic.heard[0]?.attributes.target).toBe('person')
  expect(topic.heard[0]?.body).not.toMatch(/jane/i)
})
