import { describe, expect, test } from '@jest/globals'
import { type HealthFacts, healthOfStage, watchTargets } from '../../../functions/cli/page/stage-health.ts'
import { agoOf, countOf, spanOf } from '../../../functions/cli/page/time-words.ts'
import { noon } from './page-world.ts'

const healthOf = (facts: Partial<HealthFacts>) =>
  healthOfStage({
    ...{ failing: [], waiting: 0, letters: 0, applied: 412, lastAppliedAt: noon - 2000, now: noon },
    ...facts,
  })
const since = new Date(noon).setHours(14, 2)

describe('the sentence of health', () => {
  test.each<[Partial<HealthFacts>, string, string]>([
    [{ applied: 0 }, 'plain', 'Ready: no change has arrived yet.'],
    [{ applied: 0, waiting: 1 }, 'plain', 'Ready: 1 change on the way.'],
    [{}, 'good', 'All well: 412 changes in effect, the last 2 s ago.'],
    [{ waiting: 1200 }, 'good', 'All well: 412 changes in effect, the last 2 s ago; 1,200 are on the way.'],
    [{ letters: 5 }, 'wait', '5 changes need a person; 412 are in effect, the last 2 s ago.'],
    [{ letters: 1, applied: 0 }, 'wait', '1 change needs a person.'],
    [
      { failing: [{ target: 'wacht', since, calls: 3 }], waiting: 38, letters: 5 },
      'bad',
      'Wacht is failing since 14:02: 38 changes wait, none lost.',
    ],
    [
      { failing: ['wacht', 'project'].map(target => ({ target, since, calls: 3 })), waiting: 1 },
      'bad',
      'Wacht and Project are failing since 14:02: 1 change waits, none lost.',
    ],
    [
      { failing: [{ target: 'wacht', since, calls: 3 }] },
      'good',
      'All well: 412 changes in effect, the last 2 s ago.',
    ],
    [
      { applied: 3, periodMs: 900_000, waiting: 1 },
      'good',
      'All well: 3 changes in effect in the last 15 min, the last 2 s ago; 1 is on the way.',
    ],
    [
      { applied: 0, periodMs: 900_000, waiting: 1 },
      'plain',
      'No change took effect in the last 15 min; 1 is on the way.',
    ],
    [
      { alarms: ['a', 'b', 'c', 'd'], letters: 2, periodMs: 900_000 },
      'bad',
      '4 alarms ring: a, b, c and others; 2 changes need a person; 412 are in effect in the last 15 min, the last 2 s ago.',
    ],
    [
      { failing: [{ target: 'wacht', since, calls: 3 }], waiting: 38, alarms: ['a'] },
      'bad',
      'Wacht is failing since 14:02: 38 changes wait, none lost; 1 alarm rings: a.',
    ],
    [{ unread: ['the log'], applied: 0 }, 'wait', 'Not everything is known: the log could not be read.'],
  ])('of %j is %s: %s', (facts, tone, sentence) => expect(healthOf(facts)).toEqual({ tone, sentence }))
})

describe('a target', () => {
  const failed = {
    message: 'attempt',
    target: 'wacht',
    effect: 'unknown',
    cause: 'server_error',
    status: 503,
  }
  const throttled = {
    message: 'attempt',
    target: 'wacht',
    effect: 'deferred',
    cause: 'throttled',
    status: 429,
  }
  const search = { message: 'search', target: 'wacht' }
  const failingAfter = (...lines: object[]) => {
    const watch = watchTargets()
    for (const [n, line] of lines.entries()) watch.line(line as Record<string, unknown>, noon + n)
    return watch.failing()
  }
  test('fails since the first of three failed calls in a row', () => {
    expect(failingAfter(failed, failed)).toEqual([])
    expect(failingAfter(failed, failed, failed)).toMatchObject([{ target: 'wacht', since: noon }])
    expect(failingAfter(failed, throttled, failed, failed)).toMatchObject([{ target: 'wacht', since: noon }])
  })
  test.each([
    { message: 'outcome', target: 'wacht', outcome: 'applied', calls: 1 },
    { message: 'attempt', target: 'wacht', effect: 'refused', cause: 'not_found', status: 404 },
    search,
  ])('is well again after %j', line => {
    expect(failingAfter(failed, failed, failed, line)).toEqual([])
  })
  test.each([
    { message: 'outcome', target: 'wacht', outcome: 'superseded' },
    { message: 'retry', target: 'wacht', cause: 'breaker_open' },
    { message: 'outcome', target: 'project', outcome: 'applied', calls: 1 },
    throttled,
  ])('is not well again after %j, which says nothing about it', line => {
    expect(failingAfter(failed, failed, failed, line)).toHaveLength(1)
  })
  test('fails by the searches for people too', () => {
    const unread = { ...search, cause: 'unreachable' }
    expect(failingAfter(unread, unread, unread)).toMatchObject([{ target: 'wacht', since: noon }])
  })
})

test.each([
  [-5, '0 ms'],
  [412, '412 ms'],
  [2440, '2.4 s'],
  [9990, '10 s'],
  [119_000, '119 s'],
  [300_000, '5 min'],
  [7_300_000, '2 h'],
  [400_000_000, '5 d'],
])('a span of %d ms is %s', (ms, text) => expect(spanOf(ms)).toBe(text))

test('what was just now, a while ago and how many are said in words', () => {
  expect([0, 2900, 61_000].map(ms => agoOf(noon - ms, noon))).toEqual(['just now', '2 s ago', '61 s ago'])
  expect({ one: countOf(1, 'change'), many: countOf(1234, 'change') }).toEqual({
    one: '1 change',
    many: '1,234 changes',
  })
})
