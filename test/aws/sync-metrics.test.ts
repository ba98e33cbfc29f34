import { describe, expect, test } from '@jest/globals'
import { createSyncTelemetry } from '../../functions/aws/telemetry.ts'
import { linesOf, metricsIn } from '../support/lines.ts'

const env = {
  POWERTOOLS_SERVICE_NAME: 'sync',
  POWERTOOLS_METRICS_NAMESPACE: 'role-sync',
  AWS_LAMBDA_FUNCTION_NAME: 'role-sync-prod-sync',
}
const own = { event: 'e1', source: 's', target: 'wacht', member: 'wacht/1/2', messageId: 'm', receives: 2 }
const tried = { ...own, detail: 'x', durationMs: 7, calls: 2 }
const searched = {
  target: 'wacht',
  scope: 'wacht/1',
  people: 3,
  found: 1,
  listed: 9,
  calls: 3,
  durationMs: 9,
}
const settled = { ...own, ageMs: 1000 }

type Sync = ReturnType<typeof createSyncTelemetry>

/** The lines of one invocation. */
const linesWith = (act: (telemetry: Sync['telemetry']) => void) =>
  linesOf(env, () => {
    const { telemetry, flush } = createSyncTelemetry()
    act(telemetry)
    flush()
  })

/** Every metric that an invocation tells: by reason (`all` where it has none), name and value. */
function told(act: (telemetry: Sync['telemetry']) => void) {
  const isMetric = ([name]: [string, unknown]) => /^[A-Z]/.test(name)
  const byReason = metricsIn(linesWith(act)).map(line => [
    line.reason ?? 'all',
    Object.fromEntries(Object.entries(line).filter(isMetric)),
  ])
  return Object.fromEntries(byReason)
}

describe('an attempt counts', () => {
  const calm = { Calls: 2, BreakerOpen: 0 }
  test.each([
    ['its calls', { effect: 'proven' }, calm],
    ['a write without an answer', { effect: 'unknown', unanswered: true }, { ...calm, UnansweredWrites: 1 }],
    ['a member that was put right', { effect: 'proven', restoring: true }, { ...calm, PutRight: 1 }],
    ['no member that was not', { effect: 'refused', restoring: true }, calm],
    [
      'a rejected token',
      { effect: 'deferred', cause: 'credentials_rejected' },
      { ...calm, CredentialsRejected: 1 },
    ],
    ['an open breaker', { effect: 'deferred', breakerOpen: true }, { Calls: 2, BreakerOpen: 1 }],
  ] as const)('%s', (_, facts, all) => {
    expect(told(({ attempt }) => attempt({ ...tried, ...facts }))).toEqual({ all })
  })
})

describe('a search counts', () => {
  test('its calls', () => {
    expect(told(({ search }) => search(searched))).toEqual({ all: { Calls: 3 } })
  })
  test('a rejected token', () => {
    expect(told(({ search }) => search({ ...searched, cause: 'credentials_rejected' }))).toEqual({
      all: { Calls: 3, CredentialsRejected: 1 },
    })
  })
})

describe('a message counts', () => {
  test('as applied, with its time to effect, and as nothing else', () => {
    const applied = {
      ...settled,
      outcome: 'applied',
      effectMs: 1,
      timeToEffectMs: 99,
    } as const
    expect(told(({ outcome }) => outcome(applied))).toEqual({ all: { Applied: 1, TimeToEffect: 99 } })
  })
  test('as dead, by its reason as well', () => {
    const dead = { ...settled, outcome: 'dead', reason: 'rejected', detail: 'no' } as const
    expect(told(({ outcome }) => outcome(dead))).toEqual({ all: { Dead: 1 }, rejected: { Dead: 1 } })
  })
  test('as one that goes again, by its cause as well: only one opens no breaker', () => {
    const retry = { ...settled, seconds: 5 } as const
    const age = { Retries: 1, OldestChangeAge: 1 }
    expect(told(telemetry => telemetry.retry({ ...retry, cause: 'timeout' }))).toEqual({
      ...{ all: age, timeout: { Retries: 1 } },
    })
    expect(told(telemetry => telemetry.retry({ ...retry, cause: 'breaker_open' }))).toEqual({
      ...{ all: { ...age, BreakerOpen: 1 }, breaker_open: { Retries: 1 } },
    })
  })
})

describe('the exposure of a withdrawal counts by target and by source', () => {
  const exposed = { ...settled, exposureMs: 61_499 }
  /** What is told of exposure, by source (`all` where it is told by target). */
  const toldOf = (act: (telemetry: Sync['telemetry']) => void) =>
    Object.fromEntries(
      metricsIn(linesWith(act))
        .filter(({ LongestExposure }) => LongestExposure !== undefined)
        .map(({ source = 'all', Exposure, LongestExposure }) => [source, { Exposure, LongestExposure }]),
    )
  const both = (told: object) => ({ all: told, s: told })
  test('when it is proven', () => {
    expect(toldOf(({ outcome }) => outcome({ ...exposed, outcome: 'applied' }))).toEqual(
      both({ Exposure: 61_499, LongestExposure: 61 }),
    )
  })
  test('as open at each retry, and when it is dead', () => {
    const open = both({ Exposure: undefined, LongestExposure: 61 })
    expect(toldOf(({ retry }) => retry({ ...exposed, seconds: 5, cause: 'timeout' }))).toEqual(open)
    expect(toldOf(({ outcome }) => outcome({ ...exposed, outcome: 'dead', reason: 'rejected' }))).toEqual(
      open,
    )
  })
  test('the longest of an invocation alone is told of those that are open', () => {
    const told = toldOf(({ retry }) => {
      for (const exposureMs of [1000, 9000, 2000])
        retry({ ...exposed, exposureMs, seconds: 5, cause: 'busy' })
    })
    expect(told).toEqual(both({ Exposure: undefined, LongestExposure: 9 }))
  })
  test('a producer that makes up sources makes no more than fifty metrics, and none with an address in it', () => {
    const sources = [...Array.from({ length: 60 }, (_, n) => `//s${n}`), 'jane@example.com', 'ü', null]
    const told = toldOf(({ retry }) => {
      for (const source of sources) retry({ ...exposed, source, seconds: 5, cause: 'busy' })
    })
    const names = Object.keys(told)
    expect(names).toHaveLength(50 + ['all', 'other'].length)
    expect(names.join()).not.toMatch(/jane|ü/)
  })
})

test('an invocation that has more than a metric line takes writes several: each has a time and a level', () => {
  const lines = metricsIn(
    linesWith(({ attempt }) => {
      for (let n = 0; n < 250; n++) attempt({ ...tried, effect: 'proven' })
    }),
  )
  expect(lines.flatMap(({ Calls }) => Calls)).toHaveLength(250)
  expect(lines.length).toBeGreaterThan(2)
  for (const { level, timestamp } of lines) {
    expect(level).toBe('INFO')
    expect(new Date(String(timestamp)).toISOString()).toBe(timestamp)
  }
})

test('an invocation without a metric writes nothing, nor does the second end of one', () => {
  expect(linesWith(() => undefined)).toEqual([])
  const lines = linesOf(env, () => {
    const { telemetry, flush } = createSyncTelemetry()
    telemetry.search(searched)
    for (let n = 0; n < 2; n++) flush()
  })
  expect(lines.map(line => line.message ?? 'metrics')).toEqual(['search', 'metrics'])
})
