import { describe, expect, test } from '@jest/globals'
import type { Health } from '../../functions/core/outcome/effect.ts'
import { createCircuits } from '../../functions/sync/circuits.ts'

const openMs = 30_000

/** Circuits with a clock. `begin` is a call under way; the others end at once. */
function circuitsAt() {
  const clock = { now: 1_000_000 }
  const circuits = createCircuits(openMs)
  const begin = (scope: string) => {
    const entered = circuits.enter(scope)
    if (!('end' in entered)) throw new Error('another call is under way')
    return (health: Health) => entered.end(health, clock.now)
  }
  const call = (scope: string, health: Health, times = 1) => {
    for (let n = 0; n < times; n++) begin(scope)(health)
  }
  const openFor = (scope: string) => circuits.openFor(scope, clock.now)
  /** The target's circuit opens, by calls of several scopes. */
  const openTarget = () => {
    for (const scope of ['a', 'b', 'c', 'd', 'e']) call(scope, 'ill')
    expect(openFor('unheard of')).toBe(openMs)
  }
  return { clock, begin, call, openFor, openTarget }
}

describe('the circuit of a target', () => {
  test('opens with the fifth failure in a row, whichever scopes fail', () => {
    const { call, openFor } = circuitsAt()
    call('a', 'ill', 2)
    call('b', 'ill', 2)
    expect(openFor('c')).toBe(0)
    call('c', 'ill')
    expect(openFor('d')).toBe(openMs)
  })
  test.each(['ill', 'well', 'unsaid'] as const)(
    'that is open hears nothing of calls that were under way: %s',
    health => {
      const { clock, begin, openFor, openTarget } = circuitsAt()
      const late = ['f', 'g', 'a'].map(begin)
      openTarget()
      clock.now += 10_000
      for (const end of late) end(health)
      expect({ a: openFor('a'), f: openFor('f'), z: openFor('z') }).toEqual({
        a: 20_000,
        f: 20_000,
        z: 20_000,
      })
    },
  )
  test('that closes begins its row anew, and opens again after five more', () => {
    const { clock, call, openFor, openTarget } = circuitsAt()
    openTarget()
    clock.now += openMs
    call('z', 'well')
    for (const scope of ['f', 'g', 'h', 'i']) call(scope, 'ill')
    expect(openFor('j')).toBe(0)
    call('j', 'ill')
    expect(openFor('k')).toBe(openMs)
  })
  test('takes over the rows of its scopes: each of them begins anew', () => {
    const { clock, call, openFor } = circuitsAt()
    call('a', 'ill', 3)
    call('b', 'ill', 2)
    clock.now += openMs
    call('c', 'well')
    call('a', 'ill', 2)
    expect(openFor('a')).toBe(0)
    call('c', 'well')
    call('a', 'ill', 2)
    expect(openFor('a')).toBe(0)
    call('a', 'ill')
    expect({ a: openFor('a'), c: openFor('c') }).toEqual({ a: openMs, c: 0 })
  })
  test('does not open where a scope that fails by itself made up its row', () => {
    const { call, openFor } = circuitsAt()
    call('ill', 'ill', 5)
    for (const scope of ['a', 'b', 'c', 'd']) call(scope, 'ill')
    expect({ ill: openFor('ill'), a: openFor('a') }).toEqual({ ill: openMs, a: 0 })
  })
})

describe('the circuit of a scope', () => {
  test('that opened with the target still closed stays open for a call that was under way and succeeds', () => {
    const { clock, begin, call, openFor } = circuitsAt()
    call('a', 'ill')
    const end = begin('a')
    call('a', 'ill', 4)
    clock.now += 10_000
    end('well')
    expect(openFor('a')).toBe(20_000)
  })
  test('that closes begins its row anew, and opens again after five more', () => {
    const { clock, call, openFor } = circuitsAt()
    call('a', 'ill', 5)
    clock.now += openMs
    call('a', 'well')
    call('a', 'ill', 4)
    expect(openFor('a')).toBe(0)
    call('a', 'ill')
    expect({ a: openFor('a'), b: openFor('b') }).toEqual({ a: openMs, b: 0 })
  })
  test('stays open where that of the target opens as well, and is tried by itself', () => {
    const { clock, call, openFor, openTarget } = circuitsAt()
    call('ill', 'ill', 5)
    clock.now += 10_000
    openTarget()
    clock.now += openMs
    call('a', 'well')
    expect({ a: openFor('a'), ill: openFor('ill') }).toEqual({ a: 0, ill: 0 })
    call('ill', 'ill')
    expect({ a: openFor('a'), ill: openFor('ill') }).toEqual({ a: 0, ill: openMs })
  })
})
