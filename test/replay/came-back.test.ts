import { describe, expect, test } from '@jest/globals'
import type { History } from '../../functions/core/event/sqs-message.ts'
import { watchPlan } from '../../functions/replay/watch-replays.ts'
import { bodyOf, personData } from '../support/events.ts'
import { apply, bodyFor, buriedAs, type FakeWorld, fakeWorld } from './fake-world.ts'

const plan = 'the hash'
const second = 1000

/** A watch on a plan, and what a test does in its world. */
function watching(world = fakeWorld()) {
  const watch = watchPlan(plan, world)
  const put = (body: string, trail: History = { plan, replays: 1 }) =>
    world.letters.put(body, buriedAs('rejected', body, trail))
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
  const send = (body: string) => {
    const parsed = world.parse(body, world.clock)
    const letter = world.letters.put(body, {})
    world.letters.stored.pop() // it goes to the changes queue
    if (parsed.ok) watch.sent(letter, parsed.named, parsed.change)
  }
  return {
    ...{ world, watch, put },
    /** Sends the events of so many members. */
    send: (count: number) => numbers(count).forEach(n => void send(bodyFor(n, `e${n}`))),
    sendPeople: (count: number) => numbers(count).forEach(n => void send(personBody(n))),
    /** So many of what was sent are on the dead-letter queue. */
    die: (count: number, from = 0) =>
      numbers(count).forEach(n => void put(bodyFor(from + n, `e${from + n}`))),
    /** The events of so many members are in effect, from the n-th on. */
    finish: (count: number, from = 0) =>
      numbers(count).forEach(n => void apply(world, from + n, `e${from + n}`, 0)),
    /** Whether it is too much, so long from now. */
    later: (ms: number) => {
      world.clock += ms
      return watch.isTooMuch()
    },
  }
}
const personBody = (n: number) => bodyOf({ id: `p${n}`, data: personData })
const looks = ({ letters }: FakeWorld) => letters.asked.length

describe('it is too much', () => {
  test('from the fifth on that came back dead, where none is in effect', async () => {
    const { send, die, later } = watching()
    send(20)
    die(4)
    expect(await later(second)).toBe(false)
    die(1, 4)
    expect(await later(second)).toBe(true)
  })
  test('only where more came back dead than are in effect', async () => {
    const { send, die, finish, later } = watching()
    send(20)
    die(5)
    finish(5, 10)
    expect(await later(second)).toBe(false)
    die(1, 5)
    expect(await later(second)).toBe(true) // and none of the five counts again
  })
  test('whatever became of one that came back dead later: it does not count as in effect', async () => {
    const { send, die, finish, later } = watching()
    send(5)
    die(5)
    finish(5)
    expect(await later(second)).toBe(true)
  })
  test('only where more came back dead than name a person and did not come back', async () => {
    const { send, sendPeople, die, put, later, watch } = watching()
    send(5)
    sendPeople(5)
    die(5)
    expect(await later(second)).toBe(false)
    put(personBody(0))
    expect(await later(second)).toBe(true)
    expect(watch.dead).toBe(6)
  })
})

describe('what came back dead', () => {
  test('is of this plan and of what was sent, and counts once', async () => {
    const { send, put, later, watch } = watching()
    send(3)
    put(bodyFor(0, 'e0'))
    put(bodyFor(0, 'e0'))
    put(bodyFor(1, 'e1'), { plan: 'another', replays: 1 })
    put(bodyFor(2, 'e2'), {})
    put(bodyFor(9, 'e9'))
    await later(second)
    expect(watch.dead).toBe(1)
  })
  test('is looked for quickly, and hidden for a minute at the most', async () => {
    const { world, send, later } = watching()
    send(1)
    await later(second)
    expect(world.letters.asked).toEqual([{ hideSeconds: 60, quick: true }])
  })
  test('has entries read from the fifth on only', async () => {
    const { world, send, die, later } = watching()
    send(20)
    die(4)
    await later(second)
    expect(world.reads).toBe(0)
    die(1, 4)
    await later(second)
    expect(world.reads).toBe(15)
  })
  test('counts no entry that cannot be read as in effect', async () => {
    const ledger = { read: () => Promise.reject(new Error('the ledger is down')) }
    const { send, die, finish, later } = watching(Object.assign(fakeWorld(), { ledger }))
    send(20)
    die(5)
    finish(15, 5)
    expect(await later(second)).toBe(true)
  })
})

describe('a look', () => {
  /** When each look was made within so many seconds in which it is asked for ten times a second. */
  async function looksIn({ world, later }: ReturnType<typeof watching>, seconds: number) {
    const began = world.clock
    const at: number[] = []
    for (let asked = 0; asked < seconds * 10; asked++) {
      const before = looks(world)
      await later(100)
      if (looks(world) > before) at.push((world.clock - began) / second)
    }
    return at
  }
  test('is made neither before anything was sent nor in the first second after', async () => {
    const watched = watching()
    expect(await watched.later(60 * second)).toBe(false)
    expect(looks(watched.world)).toBe(0)
    watched.send(1)
    await watched.later(0)
    await watched.later(999)
    expect(looks(watched.world)).toBe(0)
    watched.send(1)
    await watched.later(1)
    expect(looks(watched.world)).toBe(1)
  })
  test('is made ever less often while none comes back dead, and every second once one did', async () => {
    const watched = watching()
    watched.send(20)
    expect(await looksIn(watched, 20)).toEqual([1, 3, 7, 12, 17])
    watched.die(1)
    expect(await looksIn(watched, 5)).toEqual([2, 3, 4, 5])
  })
  test('rests ten times as long as it took', async () => {
    const world = fakeWorld()
    const { look } = world.letters
    const slow: FakeWorld['letters'] = Object.assign(Object.create(world.letters), {
      look: async function* (options: Parameters<typeof look>[0]) {
        world.clock += 700
        yield* look(options)
      },
    })
    const watched = watching(Object.assign(world, { letters: slow }))
    watched.send(20)
    watched.die(1)
    expect(await looksIn(watched, 20)).toEqual([1.7, 9.4, 17.1].map(at => expect.closeTo(at)))
  })
})
