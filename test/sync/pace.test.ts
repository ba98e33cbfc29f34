import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Effect } from '../../functions/core/effect.ts'
import { createPace } from '../../functions/sync/pace.ts'
import { effects } from '../support/entries.ts'
import { change, fakeWorld, messageOf } from '../support/world.ts'

const throttled = (delayMs?: number): Effect => ({
  ...{ kind: 'deferred', cause: 'throttled', status: 429, detail: 'too many' },
  ...(delayMs !== undefined && { delayMs }),
})

function paceAt() {
  const clock = { now: 1_000_000 }
  return { clock, pace: createPace(() => clock.now) }
}

describe('after a 429', () => {
  test('no call is made for as long as the target asks, and not a moment longer', () => {
    const { clock, pace } = paceAt()
    pace.hear(throttled(7000))
    expect(pace.restMs()).toBe(7000)
    clock.now += 6999
    expect(pace.restMs()).toBe(1)
    clock.now += 1
    expect(pace.restMs()).toBe(0)
  })
  test('that asks for an hour one call a minute may tell more', () => {
    const { pace } = paceAt()
    pace.hear(throttled(3_600_000))
    expect(pace.restMs()).toBe(60_000)
  })
  test('that does not say how long, twice as long each time in a row', () => {
    const { clock, pace } = paceAt()
    const rests = Array.from({ length: 8 }, () => {
      pace.hear(throttled())
      const rest = pace.restMs()
      clock.now += rest
      return rest
    })
    expect(rests).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    pace.hear(effects.proven)
    pace.hear(throttled())
    expect(pace.restMs()).toBe(1000)
  })
  test('of calls that were under way together one counts', () => {
    const { pace } = paceAt()
    for (let n = 0; n < 10; n++) pace.hear(throttled())
    expect(pace.restMs()).toBe(1000)
    pace.turnMs()
    expect(pace.turnMs()).toBe(100)
  })
  test('calls keep a gap, wider with each 429 up to a bound, that narrows until it is none', () => {
    const { clock, pace } = paceAt()
    const gap = () => {
      clock.now += 60_000
      pace.turnMs()
      return pace.turnMs()
    }
    expect(gap()).toBe(0)
    const gaps = Array.from({ length: 5 }, () => {
      pace.hear(throttled(1000))
      return gap()
    })
    expect(gaps).toEqual([100, 200, 400, 500, 500])
    let calls = 0
    for (let before = 500; before > 0; calls++) {
      pace.hear(effects.refused)
      const after = gap()
      expect(after).toBeLessThan(before)
      before = after
    }
    expect(calls).toBeGreaterThan(100)
    expect(calls).toBeLessThan(400)
  })
})

test('other troubles neither slow calls down nor speed them up', () => {
  const { pace } = paceAt()
  for (const cause of ['unreachable', 'breaker_open', 'resting', 'not_found', 'no_time'] as const)
    pace.hear({ kind: 'deferred', cause, detail: '' })
  expect([pace.restMs(), pace.turnMs(), pace.turnMs()]).toEqual([0, 0, 0])
})

test('turns are never less than a gap apart, whatever comes between them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { minLength: 2, maxLength: 40 }), pauses => {
      const { clock, pace } = paceAt()
      pace.hear(throttled(0))
      const turns = pauses.map(pause => {
        clock.now += pause
        return clock.now + pace.turnMs()
      })
      for (const [n, turn] of turns.entries()) {
        if (n > 0) expect(turn - (turns[n - 1] as number)).toBeGreaterThanOrEqual(100)
      }
    }),
  )
})

describe('a batch, of whose members one is told that there were too many calls', () => {
  const rest = (...members: string[]) => members.map((member, n) => messageOf(`r${n}`, change(2, { member })))

  test('sends nothing for the others while that lasts, and they come back soon after', async () => {
    const { run, state } = fakeWorld({ effects: [throttled(7000)] })
    await run(messageOf('m1', change(1)))
    expect(await run(...rest('3', '4'))).toEqual(['r0', 'r1'])
    expect(state.sent).toHaveLength(1)
    for (const { cause, seconds } of state.agains.slice(1)) {
      expect(cause).toBe('resting')
      expect(seconds).toBeGreaterThanOrEqual(8)
      expect(seconds).toBeLessThanOrEqual(12)
    }
  })
  test('sends them with a gap when it is over', async () => {
    const { run, state } = fakeWorld({ effects: [throttled(1000)] })
    await run(messageOf('m1', change(1)))
    state.now += 1000
    expect(await run(...rest('3', '4', '5'))).toEqual([])
    expect(state.log.filter(line => line.startsWith('wait'))).toHaveLength(2)
    expect(state.outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied'])
  })
  test('gives back those whose turn comes too late for this invocation', async () => {
    const { consume, state } = fakeWorld({ effects: [throttled(1000)] })
    await consume([messageOf('m1', change(1))], state.now + 60_000)
    state.now += 1000
    const end = state.now + 20_050 // room for one call, and not for one that waits 100 ms
    expect(await consume(rest('3', '4'), end)).toEqual(['r1'])
    expect(state.agains.at(-1)).toMatchObject({ cause: 'resting' })
  })
})
