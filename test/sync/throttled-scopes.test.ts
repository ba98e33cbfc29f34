import { describe, expect, test } from '@jest/globals'
import { effects } from '../support/entries.ts'
import { alone, paceAt, throttled } from '../support/throttle.ts'

describe('a scope that is heard of for the first time', () => {
  /** What two 429 in a row to a new scope make another one rest. */
  const twice = ({ refuse }: ReturnType<typeof paceAt>) => [
    refuse('new', 7000, 'well'),
    refuse('new', 7000, 'well'),
  ]
  test('slows down the others once, where the only one that is throttled is so alone', () => {
    expect(twice(alone())).toEqual([[7000], [0]])
  })
  test('does so once, where the one that was throttled is answered again', () => {
    const at = paceAt()
    at.refuse('before')
    at.clock.now += 7000
    at.hear('before', effects.proven)
    expect(twice(at)).toEqual([[7000], [0]])
  })
  test('does so each time, where another one is throttled and not answered', () => {
    const at = paceAt()
    at.refuse('before')
    expect(twice(at)).toEqual([[7000], [7000]])
  })
})

test('an answer to another scope shows nothing where its call began with the 429, not after it', () => {
  const shows = (afterMs: number) => {
    const { clock, hear, refuse } = paceAt()
    for (const scope of ['ill too', 'ill']) refuse(scope)
    const refusedAt = clock.now
    clock.now += 7000
    hear('well', effects.proven, refusedAt + afterMs)
    return refuse('ill', 7000, 'well')
  }
  expect(shows(0)).toEqual([7000])
  expect(shows(1)).toEqual([0])
})

test('where two scopes are throttled alone and answered, each 429 slows down the target again', () => {
  const { clock, hear, rest, refuse } = alone()
  refuse('ill too')
  clock.now += 7000
  hear('well', effects.proven)
  refuse('ill too')
  for (const scope of ['ill', 'ill too']) {
    clock.now += rest(scope)
    hear(scope, effects.proven)
  }
  for (let n = 0; n < 3; n++) expect(refuse('ill', 7000, 'well')).toEqual([7000])
})

describe('of the scopes that had a 429', () => {
  test('each is remembered for two hours after its last one, to the millisecond', () => {
    const rested = (afterMs: number) => {
      const { clock, refuse } = alone()
      clock.now += afterMs - 1
      return refuse('ill', 7000, 'well')
    }
    expect(rested(7_200_000 - 1)).toEqual([0])
    expect(rested(7_200_000)).toEqual([7000])
  })
  test('a hundred are remembered, those with the latest: one that is refused again is not the first to go', () => {
    const { clock, hear, refuse } = alone()
    const others = (name: string, count: number) => {
      for (let n = 0; n < count; n++) hear(`${name} ${n}`, throttled(0))
      clock.now += 60_000
    }
    others('t', 99)
    expect(refuse('ill', 7000, 'well')).toEqual([0])
    others('u', 99)
    expect(refuse('ill', 7000, 'well')).toEqual([0])
    others('v', 100)
    expect(refuse('ill', 7000, 'well')).toEqual([7000])
  })
})

test('where there was no 429 no turn is waited for, also when the clock is set back', () => {
  const { clock, turn } = paceAt()
  turn('a')
  clock.now -= 5000
  expect({ a: turn('a'), b: turn('b') }).toEqual({ a: 0, b: 0 })
})
