import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { effects } from '../support/entries.ts'
import { organization } from '../support/events.ts'
import { alone, paceAt, throttled } from '../support/throttle.ts'
import { change, fakeWorld, messageOf } from '../support/world.ts'

describe('after a 429', () => {
  test('no call is made for as long as the target asks, and not a moment longer', () => {
    const { clock, hear, rest } = paceAt()
    hear('a', throttled(7000))
    expect(rest('b')).toBe(7000)
    clock.now += 6999
    expect({ a: rest('a'), b: rest('b') }).toEqual({ a: 1, b: 1 })
    clock.now += 1
    expect({ a: rest('a'), b: rest('b') }).toEqual({ a: 0, b: 0 })
  })
  test('that asks for an hour one call a minute may tell more', () => {
    const { hear, rest } = paceAt()
    hear('a', throttled(3_600_000))
    expect({ a: rest('a'), b: rest('b') }).toEqual({ a: 60_000, b: 60_000 })
  })
  test('that does not say how long, twice as long each time in a row', () => {
    const { clock, hear, rest } = paceAt()
    const rests = Array.from({ length: 8 }, (_, n) => {
      hear(`${n}`, throttled())
      clock.now += rest('other')
      return rest('other') || clock.now
    })
    expect(rests.map((at, n) => at - (rests[n - 1] ?? 1_000_000) - 1)).toEqual([
      ...[1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
    ])
    hear('x', effects.proven)
    hear('y', throttled())
    expect(rest('other')).toBe(1000)
  })
  test('of calls that were under way together one counts', () => {
    const { clock, hear, rest, gap } = paceAt()
    const began = clock.now
    hear('a', throttled(), began)
    for (let n = 0; n < 10; n++) hear('a', throttled(), began)
    expect(rest('b')).toBe(1000)
    clock.now += 1500 // one whose answer comes when the rest is over
    hear('a', throttled(), began)
    expect(rest('b')).toBe(1000)
    expect(gap()).toBe(100)
  })
  test('calls keep a gap, wider with each 429 up to a bound, that narrows until it is none', () => {
    const { hear, gap } = paceAt()
    expect(gap()).toBe(0)
    const gaps = Array.from({ length: 5 }, () => {
      hear('a', throttled(1000))
      return gap()
    })
    expect(gaps).toEqual([100, 200, 400, 500, 500])
    let calls = 0
    for (let before = 500; before > 0; calls++) {
      hear('a', effects.refused)
      const after = gap()
      expect(after).toBeLessThan(before)
      before = after
    }
    expect(calls).toBeGreaterThan(100)
    expect(calls).toBeLessThan(400)
  })
  test('to the read-back of a write that was taken, they do so too', () => {
    const { hear, rest, gap } = paceAt()
    hear('a', { ...effects.answered, cause: 'read_back_failed', status: 429, delayMs: 7000 })
    expect(rest('b')).toBe(7000)
    expect(gap('b')).toBe(100)
  })
})

test('other troubles neither slow calls down nor speed them up', () => {
  const { hear, rest, turn, gap } = paceAt()
  const troubles: Effect[] = [
    ...(['unreachable', 'breaker_open', 'resting', 'read_failed', 'no_time'] as const).map(
      cause => ({ kind: 'deferred', cause, detail: '' }) as const,
    ),
    ...[effects.answered, effects.unanswered],
  ]
  for (const effect of troubles) hear('a', effect)
  expect(rest('a')).toBe(0)
  expect(turn()).toBe(0)
  expect(turn()).toBe(0)
  hear('a', throttled(1000))
  for (const effect of troubles) hear('a', effect)
  expect(gap()).toBe(100)
})

test('turns are never less than a gap apart, whatever comes between them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(300), fc.constantFrom('a', 'b', 'c')), { minLength: 2, maxLength: 40 }),
      pauses => {
        const { clock, hear, turn } = paceAt()
        hear('x', throttled(0))
        const turns = pauses.map(([pause, scope]) => {
          clock.now += pause
          return clock.now + turn(scope)
        })
        for (const [n, at] of turns.entries()) {
          if (n > 0) expect(at - (turns[n - 1] as number)).toBeGreaterThanOrEqual(100)
        }
      },
    ),
  )
})

describe('a scope that is refused again and again', () => {
  test('slows down the others once, as long as no other is refused', () => {
    const { refuse } = paceAt()
    expect(refuse('ill', 7000, 'ill', 'well')).toEqual([7000, 7000])
    for (let n = 0; n < 5; n++) expect(refuse('ill', 7000, 'ill', 'well')).toEqual([7000, 0])
  })
  test.each([
    ['was refused before', ['well', 'ill', 'ill']],
    ['was refused in between', ['ill', 'well', 'ill']],
  ])('slows them down each time, where another %s and none was answered', (_, scopes) => {
    const { refuse } = paceAt()
    for (const scope of scopes) expect(refuse(scope, 7000, 'well')).toEqual([7000])
    for (const scope of ['ill', 'well', 'ill']) expect(refuse(scope, 7000, 'third')).toEqual([7000])
  })
  /** Whether it slows down the others at its second 429, where it is not the only one refused and this came in between. */
  const slowsAfter = (between: (at: ReturnType<typeof paceAt>, began: number) => void) => {
    const at = paceAt()
    const began = at.clock.now
    for (const scope of ['ill too', 'ill']) at.refuse(scope)
    at.clock.now += 7000
    between(at, began)
    return at.refuse('ill', 7000, 'well', 'third')
  }
  test('slows down itself alone, where another was answered in between', () => {
    expect(slowsAfter(({ hear }) => hear('well', effects.proven))).toEqual([0, 0])
  })
  test('slows down the others, where none was', () => {
    expect(slowsAfter(() => {})).toEqual([7000, 7000])
  })
  test('slows down the others, where the call that was answered had begun before', () => {
    expect(slowsAfter(({ hear }, began) => hear('well', effects.proven, began))).toEqual([7000, 7000])
  })
  test('slows down the others, where the other call did not show that the target answers', () => {
    const fail = ({ hear }: ReturnType<typeof paceAt>) => {
      for (const effect of [effects.answered, effects.unanswered]) hear('well', effect)
    }
    expect(slowsAfter(fail)).toEqual([7000, 7000])
  })
  test('is let through once a minute to learn that it is well, however long it asks to wait', () => {
    const { hear, refuse } = alone()
    for (let n = 0; n < 5; n++) expect(refuse('ill', 3_600_000, 'ill', 'well')).toEqual([60_000, 0])
    hear('ill', effects.proven)
    expect(refuse('ill', 7000, 'ill', 'well')).toEqual([7000, 0])
  })
  test('keeps a gap of its own, while that of the others narrows', () => {
    const { hear, gap, refuse } = alone()
    const before = gap('well')
    hear('well', effects.proven)
    refuse('ill')
    expect(gap('ill')).toBe(400)
    expect(gap('well')).toBeLessThan(before)
  })
})

describe('a scope that is throttled alone', () => {
  test('stays so when some of its calls are answered', () => {
    const { hear, refuse } = alone()
    for (let n = 0; n < 20; n++) {
      hear('ill', effects.proven)
      expect(refuse('ill', 7000, 'ill', 'well')).toEqual([7000, 0])
    }
  })
  test('is found also when some of its calls are answered, as long as no other scope has a 429', () => {
    const find = (...others: string[]) => {
      const { clock, hear, refuse } = paceAt()
      refuse('ill')
      clock.now += 7000
      hear('ill', effects.proven)
      hear('well', effects.proven)
      for (const other of others) refuse(other)
      clock.now += 60_000
      hear('well', effects.proven)
      return refuse('ill', 7000, 'well')
    }
    expect(find()).toEqual([0])
    expect(find('another')).toEqual([7000])
  })
  test('does not keep the target from being slowed by a 429 to another', () => {
    const { refuse } = alone()
    expect(refuse('well', 7000, 'ill', 'well', 'third')).toEqual([7000, 7000, 7000])
  })
  test.each([2, 5, 20])('may be one of %i, none of whose calls is answered', count => {
    const { hear, refuse } = alone()
    const names = Array.from({ length: count }, (_, n) => `ill ${n}`)
    for (let round = 0; round < 3; round++) {
      for (const name of names) refuse(name)
      hear('well', effects.proven)
    }
    for (const name of names) expect(refuse(name, 60_000, 'well')).toEqual([0])
  })
  test('is so no longer when a second one is, and calls of both are answered: it is the target that throttles', () => {
    const { clock, hear, rest, refuse } = alone()
    refuse('ill too')
    clock.now += 7000
    hear('well', effects.proven)
    expect(refuse('ill too', 7000, 'well')).toEqual([0])
    for (const scope of ['ill', 'ill too']) {
      clock.now += rest(scope)
      hear(scope, effects.proven)
    }
    expect(refuse('ill', 7000, 'well')).toEqual([7000])
    expect(refuse('ill too', 7000, 'well')).toEqual([7000])
  })
  test('is forgotten two hours after its last 429', () => {
    const remembered = (afterMs: number) => {
      const { clock, refuse } = alone()
      clock.now += afterMs
      return refuse('ill', 7000, 'well')
    }
    expect(remembered(2 * 3_600_000 - 2)).toEqual([0])
    expect(remembered(2 * 3_600_000)).toEqual([7000])
  })
  test('is forgotten when a hundred others had a 429 after it', () => {
    const { clock, hear, refuse } = alone()
    for (let n = 0; n < 99; n++) hear(`t${n}`, throttled(0))
    clock.now += 60_000
    expect(refuse('ill', 7000, 'well')).toEqual([0])
    for (let n = 0; n < 100; n++) hear(`u${n}`, throttled(0))
    clock.now += 60_000
    expect(refuse('ill', 7000, 'well')).toEqual([7000])
  })
  test('does not push back the turns of the others by its own', () => {
    const { gap, turn, refuse, clock } = alone()
    for (let n = 0; n < 3; n++) refuse('ill')
    expect(gap('ill')).toBe(500)
    for (let n = 0; n < 10; n++) turn('ill')
    clock.now += 2000
    expect(turn('ill')).toBeGreaterThan(2000)
    expect(turn('well')).toBeLessThan(200)
  })
})

test('whatever scopes are told, a rest is at most a minute, and never without a 429', () => {
  const step = fc.record({
    scope: fc.constantFrom('a', 'b', 'c'),
    effect: fc.constantFrom<Effect>(
      ...[throttled(), throttled(0), throttled(30_000), throttled(1e9)],
      ...Object.values(effects),
    ),
    lag: fc.nat(5000),
    pause: fc.nat(100_000),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { clock, hear, rest, turn } = paceAt()
      let refusals = 0
      for (const { scope, effect, lag, pause } of steps) {
        clock.now += pause
        const before = ['a', 'b', 'c'].map(rest)
        hear(scope, effect, clock.now - lag)
        if (effect.status === 429) refusals += 1
        else expect(['a', 'b', 'c'].map(rest)).toEqual(before)
        for (const each of ['a', 'b', 'c']) expect(rest(each)).toBeLessThanOrEqual(60_000)
        expect(rest('unheard of')).toBeLessThanOrEqual(Math.min(60_000, refusals * 60_000))
        expect(turn(scope)).toBeLessThanOrEqual(500 * steps.length)
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
    for (const { cause, seconds } of state.retries.slice(1)) {
      expect(cause).toBe('resting')
      expect(seconds).toBeGreaterThanOrEqual(8)
      expect(seconds).toBeLessThanOrEqual(12)
    }
  })
  test('waits itself for as long as it is told, an hour at the most, though others are tried after a minute', async () => {
    const { run, state } = fakeWorld({ effects: [throttled(1_800_000)] })
    await run(messageOf('m1', change(1)))
    expect(state.retries).toMatchObject([{ cause: 'throttled', seconds: 1800 }])
    state.now += 60_000
    expect(await run(...rest('3'))).toEqual([])
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
    expect(state.retries.at(-1)).toMatchObject({ cause: 'resting' })
  })
  test('sends those of another organization, once one was answered while that of the first was refused again', async () => {
    const elsewhere = (id: string, member: string) =>
      messageOf(id, change(2, { member }).replace(organization, '7301954381230018999'))
    const { run, state } = fakeWorld({ effects: [throttled(7000), effects.proven, throttled(7000)] })
    await run(messageOf('m1', change(1)))
    state.now += 7001
    expect(await run(elsewhere('m2', '3'))).toEqual([])
    state.now += 1000
    expect(await run(messageOf('m3', change(1, { member: '4' })))).toEqual(['m3'])
    expect(await run(elsewhere('m4', '5'), ...rest('6'))).toEqual(['r0'])
    expect(state.retries.at(-1)).toMatchObject({ cause: 'resting' })
  })
})
