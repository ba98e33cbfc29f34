import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { createConsumer } from '../../functions/sync/consumer.ts'
import type { SyncWorld } from '../../functions/sync/sync-world.ts'
import { appliedOf, effects, entryOf } from '../support/entries.ts'
import { bodyOf, membership, noon, organization, personData } from '../support/events.ts'
import {
  change,
  fakeWorld,
  memberName,
  messageOf,
  productionRules,
  type WorldOptions,
} from '../support/world.ts'

/**
 * A Lambda function is frozen when its answer is given: what still runs then may never end, or ends with the next batch.
 * Calls outside are counted while they run, and those of the name `slowest` take long.
 */
function slowWorld(options: WorldOptions = {}, slowest = '') {
  const fake = fakeWorld(options)
  const running = new Set<string>()
  const made: string[] = []
  const slow =
    <A extends unknown[], R>(name: string, call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      const one = `${name} ${made.push(name)}`
      running.add(one)
      try {
        for (let turns = name === slowest ? 100 : 1; turns > 0; turns--) await setImmediate()
        return await call(...given)
      } finally {
        running.delete(one)
      }
    }
  const allSlow = <T extends object>(of: T): T =>
    Object.fromEntries(
      Object.entries(of).map(([name, value]) => [name, slow(name, value as () => Promise<unknown>)]),
    ) as T
  const { ledger, queues, people, targets, wait } = fake.world
  const world: SyncWorld = {
    ...fake.world,
    ...{
      ledger: allSlow(ledger),
      queues: allSlow(queues),
      people: allSlow(people),
      wait: slow('wait', wait),
    },
    targets: new Map(
      [...targets].map(([name, link]) => {
        const { apply, people: list } = link.target
        const target = { ...link.target, apply: slow('apply', apply), people: slow('list', list) }
        return [name, { ...link, target }]
      }),
    ),
  }
  return { ...fake, world, running, made }
}
type SlowWorld = ReturnType<typeof slowWorld>

/** Settles the same batch once for each thing outside that it calls, with that as the slowest. Returns what it calls. */
async function settleEach(
  messages: readonly Message[],
  prepare: (state: SlowWorld['state']) => void = () => {},
  options: WorldOptions = {},
): Promise<Set<string>> {
  const settle = async (slowest: string) => {
    const { state, world, running, made } = slowWorld(options, slowest)
    prepare(state)
    await createConsumer(world)(messages, state.now + 60_000)
    expect({ slowest, running: [...running] }).toEqual({ slowest, running: [] })
    return made
  }
  const called = new Set(await settle(''))
  for (const name of called) await settle(name)
  return called
}

const notFound: Effect = { kind: 'refused', reason: 'not_found', status: 404, detail: 'gone' }
const throttled: Effect = { ...effects.deferred, cause: 'throttled', delayMs: 1000 } as Effect
const ask = (fields: object = {}) => messageOf('m1', bodyOf({ data: personData }), fields)
const listed = { member: memberName(membership), email: 'jane.doe@example.com' }

describe('nothing is left running when a batch is answered', () => {
  const found = (state: SlowWorld['state']) =>
    void state.pages.set(organization, [{ ok: true, listed: [listed] }])
  const replayed = { trail: { replays: 1 } }

  test('with an applied change and a dead one', async () => {
    const other = messageOf('m2', change(2, { member: '3' }))
    const called = await settleEach([messageOf('m1', change(1)), other], undefined, {
      effects: [effects.proven, effects.refused],
    })
    expect(called).toEqual(new Set(['write', 'apply', 'sendDeadLetter']))
  })
  test('with changes that go again: their delays are set', async () => {
    const called = await settleEach([messageOf('m1', change(1))], undefined, { effects: [effects.deferred] })
    expect(called).toEqual(new Set(['write', 'apply', 'delay']))
  })
  test('with a delay and a dead letter that SQS refuses', async () => {
    const refusing = (state: SlowWorld['state']) =>
      void Object.assign(state, { delaysFail: true, lettersFail: true })
    const called = await settleEach([messageOf('m1', change(1)), messageOf('m2', '{')], refusing, {
      effects: [effects.deferred],
    })
    expect([...called]).toEqual(expect.arrayContaining(['delay', 'sendDeadLetter']))
  })
  test('with a state that is written once more after a refusal', async () => {
    const member = memberName()
    const unproven = (state: SlowWorld['state']) =>
      void state.entries.set(member, entryOf({ member, applied: appliedOf(0), unproven: 'e0' }))
    const called = await settleEach([messageOf('m1', change(1))], unproven, {
      effects: [effects.refused, effects.proven],
    })
    expect([...called]).toEqual(expect.arrayContaining(['apply', 'write', 'sendDeadLetter']))
  })
  test('with a message that is too old to go again', async () => {
    const ancient = { sentAt: noon - productionRules.giveUpAtLatestMs }
    const called = await settleEach([messageOf('m1', change(1), ancient)], undefined, {
      effects: [effects.deferred],
    })
    expect([...called]).toEqual(expect.arrayContaining(['sendDeadLetter']))
  })
  test('with a person who is found: the events of the members are on the queue', async () => {
    expect(await settleEach([ask(replayed)], found)).toEqual(
      new Set(['key', 'recall', 'list', 'remember', 'keep', 'enqueue']),
    )
  })
  test('with a person who is waited for: how far it came is kept', async () => {
    const called = await settleEach([ask({ receives: 2 })])
    expect([...called]).toEqual(expect.arrayContaining(['message', 'keep', 'delay']))
  })
  test('with a person whose member is gone: where that was is forgotten', async () => {
    const first = fakeWorld()
    found(first.state)
    await first.run(ask(replayed))
    const [body = ''] = first.state.enqueued
    const called = await settleEach([messageOf('m2', body)], undefined, { effects: [notFound] })
    expect([...called]).toEqual(expect.arrayContaining(['forget']))
  })
  test('with a search that the target slows down', async () => {
    const slowed = (state: SlowWorld['state']) =>
      void state.pages.set(organization, [
        { ok: false, effect: throttled },
        { ok: true, listed: [listed] },
      ])
    expect([...(await settleEach([ask(replayed)], slowed))]).toEqual(expect.arrayContaining(['wait', 'list']))
  })
})
