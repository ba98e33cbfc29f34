import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Effect } from '../../functions/core/effect.ts'
import { createBreaker } from '../../functions/sync/breaker.ts'
import { effects } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { change, fakeWorld, messageOf } from '../support/world.ts'

/** The library has a clock of its own: both are the same here. */
beforeEach(() => {
  jest.useFakeTimers({ now: noon, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

const joiner: Effect = { kind: 'deferred', cause: 'not_found', status: 404, detail: '404' }
const unreachable: Effect = { kind: 'deferred', cause: 'unreachable', detail: 'ECONNREFUSED' }
const row = (effect: Effect, length: number): Effect[] => Array(length).fill(effect)

async function breakerAfter(...given: Effect[]) {
  const breaker = createBreaker(30_000, Date.now)
  for (const effect of given) await breaker.run(async () => effect)
  return breaker
}

describe('a breaker', () => {
  test.each(
    Object.entries({
      deferred: unreachable,
      answered: effects.answered,
      unanswered: effects.unanswered,
    }),
  )('opens after five attempts in a row that end %s, not before', async (_, effect) => {
    expect((await breakerAfter(...row(effect, 4))).openFor()).toBe(0)
    expect((await breakerAfter(...row(effect, 5))).openFor()).toBe(30_000)
  })
  test('does not open for what speaks of a member and not of its target', async () => {
    for (const effect of [joiner, effects.refused, effects.proven]) {
      expect((await breakerAfter(...row(effect, 20))).openFor()).toBe(0)
    }
  })
  test('counts attempts in a row: one answer begins the row anew', async () => {
    expect(
      (
        await breakerAfter(...row(effects.answered, 4), effects.refused, ...row(effects.answered, 4))
      ).openFor(),
    ).toBe(0)
  })
  test('that is open makes no call, and says for how long', async () => {
    const breaker = await breakerAfter(...row(effects.answered, 5))
    jest.setSystemTime(noon + 10_000)
    const call = jest.fn<() => Promise<Effect>>()
    expect(await breaker.run(call)).toMatchObject({
      kind: 'deferred',
      cause: 'breaker_open',
      delayMs: 20_000,
    })
    expect(call).not.toHaveBeenCalled()
  })
  test.each([
    ['closes after one that succeeds', effects.proven, 0],
    ['opens again after one that fails', effects.answered, 30_000],
  ])('lets one call through when its time is up, and %s', async (_, effect, openFor) => {
    const breaker = await breakerAfter(...row(effects.answered, 5))
    jest.setSystemTime(noon + 30_000)
    expect(breaker.openFor()).toBe(0)
    expect(await breaker.run(async () => effect)).toBe(effect)
    expect(breaker.openFor()).toBe(openFor)
  })
  test('lets a bug through', async () => {
    const breaker = await breakerAfter()
    await expect(breaker.run(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug')
  })
})

describe('while it is open', () => {
  const members = (count: number) =>
    Array.from({ length: count }, (_, n) => messageOf(`m${n}`, change(1, { member: `${n + 2}` })))
  test('messages go back with a delay: no call, no lease, no attempt of their own', async () => {
    const { run, state } = fakeWorld({ effects: row(effects.answered, 5), rules: { giveUpMs: 1_000_000 } })
    expect(await run(...members(5))).toHaveLength(5)
    state.log.length = 0
    state.now += 10_000
    jest.setSystemTime(state.now)
    const waiting = { firstReceivedAt: noon - 12 * 86_400_000, sentAt: noon - 12 * 86_400_000 }
    expect(await run(messageOf('x', change(1, { member: '99' }), waiting))).toEqual(['x'])
    expect(state.log).toEqual(['delay'])
    expect(state.agains.at(-1)).toMatchObject({ cause: 'breaker_open', seconds: 20 })
    expect(state.letters).toEqual([])
  })
  test('and calls are made again afterwards', async () => {
    const { run, state } = fakeWorld({ effects: row(effects.answered, 5) })
    await run(...members(5))
    state.now += 30_000
    jest.setSystemTime(state.now)
    expect(await run(messageOf('x', change(1, { member: '99' })))).toEqual([])
  })
  test('what is not readable is a dead letter all the same', async () => {
    const { run, state } = fakeWorld({ effects: row(effects.answered, 5) })
    await run(...members(5))
    expect(await run(messageOf('x', '{'))).toEqual([])
    expect(state.letters).toHaveLength(1)
  })
})
