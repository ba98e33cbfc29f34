import { describe, expect, jest, test } from '@jest/globals'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { createBreaker } from '../../functions/sync/breaker.ts'
import { effects } from '../support/entries.ts'
import { noon, organization } from '../support/events.ts'
import { change, fakeWorld, messageOf } from '../support/world.ts'

const joiner: Effect = { kind: 'deferred', cause: 'not_found', status: 404, detail: '404' }
const unreachable: Effect = { kind: 'deferred', cause: 'unreachable', detail: 'ECONNREFUSED' }
const noTime: Effect = { kind: 'deferred', cause: 'no_time', detail: 'no time' }
const row = (effect: Effect, length: number): Effect[] => Array(length).fill(effect)

function breakerAt() {
  const clock = { now: noon }
  const breaker = createBreaker(30_000, () => clock.now)
  return {
    clock,
    breaker,
    /** Makes one call for each effect, at once one after the other; throttled calls rest, so time passes after them. */
    hear: async (scope: string, ...given: Effect[]) => {
      for (const effect of given) {
        await breaker.run(scope, async () => effect)
        clock.now += effect.status === 429 ? 70_000 : 0
      }
    },
    list: async (scope: string, ...given: Effect[]) => {
      for (const effect of given) await breaker.list(scope, async () => effect)
    },
  }
}

async function openAfter(...given: Effect[]): Promise<number> {
  const { breaker, hear } = breakerAt()
  await hear('a', ...given)
  return breaker.openFor('a')
}

const notCalled = { kind: 'deferred', cause: 'breaker_open' } as const

describe('a breaker', () => {
  test.each(
    Object.entries({
      deferred: unreachable,
      answered: effects.answered,
      unanswered: effects.unanswered,
    }),
  )('opens after five attempts in a row that end %s, not before', async (_, effect) => {
    expect(await openAfter(...row(effect, 4))).toBe(0)
    expect(await openAfter(...row(effect, 5))).toBe(30_000)
  })
  test('does not open for what speaks of a member and not of its target', async () => {
    for (const effect of [joiner, effects.refused, effects.proven]) {
      expect(await openAfter(...row(effect, 20))).toBe(0)
    }
  })
  test.each<[string, Effect]>([
    ['calls', effects.deferred],
    ['read-backs of writes that were taken', { ...effects.answered, cause: 'read_back_failed', status: 429 }],
  ])('does not open for %s that were too many: the pace is for those', async (_, effect) => {
    const { breaker, clock } = breakerAt()
    for (let n = 0; n < 20; n++) {
      await breaker.run('a', async () => effect)
      expect({ open: breaker.openFor('a'), cause: breaker.blocked('a')?.cause }).toEqual({
        open: 0,
        cause: 'resting',
      })
      clock.now += 70_000
    }
  })
  test('counts attempts in a row: one answer begins the row anew', async () => {
    expect(await openAfter(...row(effects.answered, 4), effects.refused, ...row(effects.answered, 4))).toBe(0)
  })
  test.each([
    ['one call too many', effects.deferred],
    ['one call without time', noTime],
  ])('counts on after %s: it says nothing', async (_, effect) => {
    expect(await openAfter(...row(effects.answered, 4), effect, effects.answered)).toBe(30_000)
  })
  test('that is open makes no call, and says for how long', async () => {
    const { breaker, clock, hear } = breakerAt()
    await hear('a', ...row(effects.answered, 5))
    clock.now += 10_000
    const call = jest.fn<() => Promise<Effect>>()
    const detail = 'the breaker is open: calls to this target or scope failed several times in a row'
    expect(await breaker.run('a', call)).toEqual({ ...notCalled, delayMs: 20_000, detail })
    expect(call).not.toHaveBeenCalled()
  })
  test('that is open stays so for calls that were under way when it opened', async () => {
    const { breaker, clock, hear } = breakerAt()
    const { promise: good, resolve: answer } = Promise.withResolvers<Effect>()
    const { promise: bad, resolve: fail } = Promise.withResolvers<Effect>()
    const late = [breaker.run('a', () => good), breaker.run('a', () => bad)]
    await hear('a', ...row(effects.answered, 5))
    clock.now += 10_000
    answer(effects.proven)
    fail(effects.answered)
    await Promise.all(late)
    expect(breaker.openFor('a')).toBe(20_000)
  })
  test.each([
    ['closes after one that succeeds', effects.proven, 0],
    ['opens again after one that fails', effects.answered, 30_000],
    ['lets another through after one that says nothing', noTime, 0],
  ])('lets one call through when its time is up, and %s', async (_, effect, openFor) => {
    const { breaker, clock, hear } = breakerAt()
    await hear('a', ...row(effects.answered, 5))
    clock.now += 30_000
    expect(breaker.openFor('a')).toBe(0)
    expect(await breaker.run('a', async () => effect)).toBe(effect)
    expect(breaker.openFor('a')).toBe(openFor)
  })
  test.each([
    ['succeeds', effects.proven, [effects.proven, effects.proven]],
    ['fails', effects.answered, [notCalled, notCalled]],
  ])('lets the others wait for the one that tries, and do as it does when it %s', async (_, effect, ends) => {
    const { breaker, clock, hear } = breakerAt()
    await hear('a', ...row(effects.answered, 5))
    clock.now += 30_000
    const { promise, resolve } = Promise.withResolvers<Effect>()
    const call = jest.fn(async () => effects.proven as Effect)
    const first = breaker.run('a', () => promise)
    const others = [breaker.run('a', call), breaker.run('a', call)]
    await new Promise(setImmediate)
    expect(call).not.toHaveBeenCalled()
    resolve(effect)
    await first
    expect(await Promise.all(others)).toMatchObject(ends)
  })
  test('lets a bug through, and tries again after one', async () => {
    const { breaker, clock, hear } = breakerAt()
    const buggy = () => breaker.run('a', () => Promise.reject(new Error('a bug')))
    await expect(buggy()).rejects.toThrow('a bug')
    await hear('a', ...row(effects.answered, 5))
    clock.now += 30_000
    await expect(buggy()).rejects.toThrow('a bug')
    expect(await breaker.run('a', async () => effects.proven)).toBe(effects.proven)
  })
})

describe('of several scopes', () => {
  test('one that fails by itself is kept from the target, and no other', async () => {
    const { breaker, clock, hear } = breakerAt()
    await hear('ill', ...row(effects.answered, 5))
    expect({ ill: breaker.openFor('ill'), well: breaker.openFor('well') }).toEqual({ ill: 30_000, well: 0 })
    for (let n = 0; n < 10; n++) {
      clock.now += 30_000
      await hear('ill', effects.answered)
      expect({ ill: breaker.openFor('ill'), well: breaker.openFor('well') }).toEqual({ ill: 30_000, well: 0 })
    }
    await hear('well', ...row(effects.answered, 4))
    expect(breaker.openFor('well')).toBe(0)
    clock.now += 30_000
    await hear('ill', effects.proven)
    expect(breaker.openFor('ill')).toBe(0)
  })
  test('one that fails is kept from it, whatever the others are answered in between', async () => {
    const { breaker, hear } = breakerAt()
    for (let n = 0; n < 5; n++) {
      await hear('ill', effects.answered)
      await hear('well', effects.proven)
    }
    expect({ ill: breaker.openFor('ill'), well: breaker.openFor('well') }).toEqual({ ill: 30_000, well: 0 })
  })
  test('those that fail in one row show that the target does, and all are kept from it', async () => {
    const { breaker, hear } = breakerAt()
    await hear('a', ...row(effects.answered, 2))
    await hear('b', ...row(effects.answered, 3))
    expect(breaker.openFor('unheard of')).toBe(30_000)
  })
  test('one that fails by itself does not decide on a target that was failing for all', async () => {
    const { breaker, clock, hear } = breakerAt()
    await hear('ill', ...row(effects.answered, 5))
    clock.now += 20_000
    for (const scope of ['a', 'b', 'c', 'd', 'e']) await hear(scope, effects.unanswered)
    expect(breaker.openFor('a')).toBe(30_000)
    clock.now += 30_000
    await hear('ill', effects.answered)
    expect({ ill: breaker.openFor('ill'), a: breaker.openFor('a') }).toEqual({ ill: 30_000, a: 0 })
    await hear('a', effects.proven)
    expect(await breaker.run('b', async () => effects.proven)).toBe(effects.proven)
  })
  test('a hundred are remembered, and of more the first is forgotten', async () => {
    const open = async (others: number) => {
      const { breaker, hear } = breakerAt()
      await hear('ill', ...row(effects.answered, 5))
      for (let n = 0; n < others; n++) {
        await hear(`s${n}`, effects.answered)
        await hear('well', effects.proven)
      }
      return breaker.openFor('ill')
    }
    expect(await open(99)).toBe(30_000)
    expect(await open(100)).toBe(0)
  })
})

describe('lists that fail', () => {
  test('rest by themselves: writes go on, and so do the lists of other scopes', async () => {
    const { breaker, list } = breakerAt()
    await list('a', ...row(effects.answered, 5))
    const call = jest.fn(async () => effects.proven as Effect)
    expect(await breaker.list('a', call)).toMatchObject({ ...notCalled, delayMs: 30_000 })
    expect(call).not.toHaveBeenCalled()
    expect(breaker.openFor('a')).toBe(0)
    expect(breaker.blocked('a')).toBeUndefined()
    expect(await breaker.run('a', call)).toBe(effects.proven)
    expect(await breaker.list('b', call)).toBe(effects.proven)
  })
  test('do not count with writes that fail, and those that succeed do not begin their row anew', async () => {
    const { breaker, hear, list } = breakerAt()
    await hear('a', ...row(effects.answered, 4))
    await list('a', ...row(effects.answered, 4))
    expect(breaker.openFor('a')).toBe(0)
    await list('a', effects.proven)
    await hear('a', effects.answered)
    expect(breaker.openFor('a')).toBe(30_000)
  })
  test('are not read either where writes rest', async () => {
    const { breaker, clock, hear } = breakerAt()
    await hear('a', ...row(effects.answered, 5))
    const call = jest.fn(async () => effects.proven as Effect)
    expect(await breaker.list('a', call)).toMatchObject(notCalled)
    clock.now += 30_000
    expect(await breaker.list('a', call)).toBe(effects.proven)
    expect(call).toHaveBeenCalledTimes(1)
  })
  test('for too many calls slow down the writes, which are made with the same key', async () => {
    const { breaker, list } = breakerAt()
    await list('a', { ...effects.deferred, delayMs: 7000 })
    expect(breaker.blocked('b')).toEqual({ cause: 'resting', forMs: 7000 })
    expect(await breaker.run('b', async () => effects.proven)).toEqual({
      ...{ kind: 'deferred', cause: 'resting', delayMs: 7000 },
      detail: 'calls to this target or scope pause after a 429',
    })
  })
})

describe('while it is open', () => {
  const members = (count: number) =>
    Array.from({ length: count }, (_, n) => messageOf(`m${n}`, change(1, { member: `${n + 2}` })))
  const elsewhere = messageOf('y', change(1, { member: '99' }).replace(organization, '7301954381230018999'))
  test('messages go back with a delay: no call, no lease, no attempt of their own', async () => {
    const { run, state } = fakeWorld({ effects: row(effects.answered, 5), rules: { giveUpMs: 1_000_000 } })
    expect(await run(...members(5))).toHaveLength(5)
    state.log.length = 0
    state.now += 10_000
    const waiting = { firstReceivedAt: noon - 12 * 86_400_000, sentAt: noon - 12 * 86_400_000 }
    expect(await run(messageOf('x', change(1, { member: '99' }), waiting))).toEqual(['x'])
    expect(state.log).toEqual(['delay'])
    expect(state.retries.at(-1)).toMatchObject({ cause: 'breaker_open', seconds: 20 })
    expect(state.letters).toEqual([])
  })
  test('and calls are made again afterwards', async () => {
    const { run, state } = fakeWorld({ effects: row(effects.answered, 5) })
    await run(...members(5))
    state.now += 30_000
    expect(await run(messageOf('x', change(1, { member: '99' })))).toEqual([])
  })
  test('those of another organization are made all the same', async () => {
    const { run } = fakeWorld({ effects: row(effects.answered, 5) })
    await run(...members(5))
    expect(await run(elsewhere)).toEqual([])
  })
  test('what is not readable is a dead letter all the same', async () => {
    const { run, state } = fakeWorld({ effects: row(effects.answered, 5) })
    await run(...members(5))
    expect(await run(messageOf('x', '{'))).toEqual([])
    expect(state.letters).toHaveLength(1)
  })
})
