import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { DeadLetter } from '../../functions/core/dead-letter/dead-letter.ts'
import { readHistory } from '../../functions/core/dead-letter/trail.ts'
import { applyPlan } from '../../functions/replay/apply-plan.ts'
import { makePlan } from '../../functions/replay/make-plan.ts'
import { bodyOf, personData } from '../support/events.ts'
import { apply, bodyFor, buriedAs, bury, type FakeWorld, failing, fakeWorld } from './fake-world.ts'

/** A world in which a test sees each letter that a look brings. */
function watched(world: FakeWorld, seen: (letter: DeadLetter, nth: number) => void): FakeWorld {
  let nth = 0
  const look: FakeWorld['letters']['look'] = async function* (options) {
    for await (const letter of world.letters.look(options)) {
      nth += 1
      seen(letter, nth)
      yield letter
    }
  }
  return Object.assign(Object.create(world), {
    letters: Object.assign(Object.create(world.letters), { look }),
  })
}
const buryMany = (world: FakeWorld, from: number, count: number) => {
  for (let n = from; n < from + count; n++) bury(world, n, `e${n}`)
}
/** The looks for letters of the plan; those for what came back dead are quick. */
const looks = ({ letters }: FakeWorld) => letters.asked.filter(({ quick }) => !quick)

describe('a plan is applied by looks', () => {
  test.each([
    [10, 66],
    [0.5, 180],
    [0.001, 43_200],
  ])('that hide letters long enough for a rate of %d a second: %d s', async (rate, hideSeconds) => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const plan = await makePlan(world)
    world.letters.asked.length = 0
    await applyPlan(plan, world, { rate })
    expect(looks(world)).toEqual([{ hideSeconds, parallel: 2, idle: expect.any(Function) }])
  })
  test('of which there is none where there is nothing to do', async () => {
    const world = fakeWorld()
    world.letters.put('not json')
    const plan = await makePlan(world)
    world.letters.asked.length = 0
    expect(await applyPlan(plan, world)).toMatchObject({ missing: 0, stopped: false })
    expect(looks(world)).toEqual([])
  })
  test('of which three in vain, one after the other, are the last', async () => {
    const world = fakeWorld()
    bury(world, 1, 'there')
    const gone = bury(world, 2, 'gone')
    const plan = await makePlan(world)
    await world.letters.remove(gone)
    world.letters.asked.length = 0
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 1, missing: 1 })
    expect(looks(world)).toHaveLength(1 + 3)
    world.letters.asked.length = 0
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 0, missing: 2 })
    expect(looks(world)).toHaveLength(3)
  })
  test('that end with the last letter of the plan, whatever lies behind it', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const plan = await makePlan(world)
    buryMany(world, 100, 50)
    let seen = 0
    await applyPlan(
      plan,
      watched(world, () => {
        seen += 1
      }),
    )
    expect(seen).toBe(1)
  })
  test.each([
    ['with the last letter of the plan', []],
    ['with the last letter of the queue', ['gone']],
  ])('that end %s show their letters only when the work on them is done', async (_, others) => {
    const world = fakeWorld()
    const { messageId } = bury(world, 1, 'slow')
    const gone = others.map(id => bury(world, 2, id))
    const plan = await makePlan(world)
    for (const letter of gone) await world.letters.remove(letter)
    const hidden: boolean[] = []
    const change: FakeWorld['change'] = async (body, attributes) => {
      for (let n = 0; n < 20; n++) await setImmediate()
      hidden.push(world.letters.hidden.has(messageId))
      await world.change(body, attributes)
    }
    expect(await applyPlan(plan, Object.assign(Object.create(world), { change }))).toMatchObject({ sent: 1 })
    expect(hidden).toEqual([true])
  })
})

test('only letters that are sent take a turn of the rate', async () => {
  const world = fakeWorld()
  for (let n = 0; n < 20; n++) {
    apply(world, n, 'newer', 30)
    bury(world, n, `e${n}`)
  }
  const began = world.clock
  expect(await applyPlan(await makePlan(world), world, { rate: 1 })).toMatchObject({ removed: 20 })
  expect(world.clock).toBe(began)
})

test('a letter that came back dead counts also where one of the looks for the plan meets it', async () => {
  const world = fakeWorld()
  buryMany(world, 0, 3)
  const plan = await makePlan(world)
  await world.letters.remove(world.letters.stored[2] as DeadLetter)
  world.onChange = (body, { trail = '' }) =>
    void world.letters.put(body, buriedAs('rejected', body, readHistory(trail)))
  expect(await applyPlan(plan, world, { rate: 1e9 })).toMatchObject({ sent: 2, missing: 1, dead: 2 })
  expect(world.letters.asked.some(({ quick }) => quick)).toBe(false)
})

test('letters that fail do not end it while some succeed in between, however many fail in all', async () => {
  const world = fakeWorld()
  buryMany(world, 0, 100)
  const isOdd = (member: string) => Number(member.at(-1)) % 2 === 1
  const applied = await applyPlan(await makePlan(world), failing(world, { ledger: isOdd }))
  expect(applied).toMatchObject({ sent: 50, failed: 50, stopped: false })
})

test.each([
  ['a member', bodyFor(1, 'e')],
  ['a person', bodyOf({ id: 'e', data: personData })],
])('what is replayed of %s bears that it is a replay, how often, and of which plan', async (_, body) => {
  const world = fakeWorld()
  world.letters.put(body, buriedAs('not_found', body, { replays: 2, renewals: 1, plan: 'an older one' }))
  const plan = await makePlan(world)
  await applyPlan(plan, world)
  expect(world.changes).toMatchObject([{ body, trail: { replays: 3, renewals: 1, plan: plan.hash } }])
})

describe('a plan that is told to stop', () => {
  test('stops also among letters that are none of the plan', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const plan = await makePlan(world)
    const [mine] = world.letters.stored.splice(0)
    buryMany(world, 100, 50)
    world.letters.stored.push(mine as DeadLetter)
    const stop = new AbortController()
    let seen = 0
    const applied = await applyPlan(
      plan,
      watched(world, (_letter, nth) => {
        seen = nth
        if (nth === 3) stop.abort()
      }),
      { signal: stop.signal },
    )
    expect(applied).toMatchObject({ sent: 0, missing: 1, stopped: true, why: 'stop_signal' })
    expect(seen).toBe(3)
  })
  test('while a letter waits for its turn does not send it', async () => {
    const world = fakeWorld()
    buryMany(world, 0, 5)
    const plan = await makePlan(world)
    const stop = new AbortController()
    const wait: FakeWorld['wait'] = async ms => {
      world.clock += ms
      stop.abort()
    }
    const halted = Object.assign(Object.create(world), { wait }) as FakeWorld
    expect(await applyPlan(plan, halted, { rate: 1, signal: stop.signal })).toMatchObject({
      ...{ sent: 1, missing: 4, stopped: true, why: 'stop_signal' },
    })
    expect(world.letters.stored).toHaveLength(4)
    expect(world.letters.hidden.size).toBe(0)
  })
})
