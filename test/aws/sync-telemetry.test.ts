import { describe, expect, test } from '@jest/globals'
import { createSyncTelemetry } from '../../functions/aws/telemetry.ts'
import { type Line, linesOf, metricsIn } from '../support/lines.ts'

const named = { event: 'e1', source: 's', target: 'wacht', member: 'wacht/1/2' }
const own = { ...named, messageId: 'm', receives: 2 }
const nobody = { event: null, source: null, target: null, member: null }
const dead = {
  messageId: 'm',
  receives: 1,
  ageMs: 5,
  outcome: 'dead',
  reason: 'invalid_event',
  detail: '(body): x',
} as const

const env = {
  POWERTOOLS_SERVICE_NAME: 'sync',
  POWERTOOLS_METRICS_NAMESPACE: 'role-sync',
  AWS_LAMBDA_FUNCTION_NAME: 'role-sync-prod-sync',
}
const settled = { ...own, ageMs: 61_499 }
const tried = { ...own, detail: 'x', durationMs: 7, calls: 2 }
const searched = { scope: 'wacht/1', people: 3, found: 1, listed: 200, durationMs: 9 }

/** What a function tells in three invocations. */
const linesAt = (level: string): Line[] =>
  linesOf({ ...env, AWS_LAMBDA_LOG_LEVEL: level }, () => {
    const { telemetry, flush } = createSyncTelemetry()
    const { attempt, retry, outcome, search, trouble } = telemetry
    const traced = { traceId: 't', spanId: 's' }
    attempt({
      ...{ ...tried, ...traced, effect: 'unknown', cause: 'timeout' },
      ...{ unanswered: true, breakerOpen: true },
    })
    attempt({ ...tried, effect: 'deferred', cause: 'credentials_rejected', status: 401 })
    attempt({ ...tried, effect: 'refused', cause: 'forbidden', restoring: true })
    attempt({ ...tried, effect: 'proven', restoring: true })
    retry({ ...settled, cause: 'timeout', seconds: 5 })
    retry({ ...settled, ageMs: 1000, cause: 'timeout', seconds: 5 })
    retry({ ...settled, ageMs: 1000, cause: 'busy', seconds: 2 })
    const applied = { ...settled, outcome: 'applied', status: 200, effectMs: 1 } as const
    outcome({ ...applied, timeToEffectMs: 1234, durationMs: 7, calls: 3 })
    outcome({ ...applied, timeToEffectMs: 99 })
    outcome({ ...settled, outcome: 'superseded', by: 'e2' })
    outcome({ ...nobody, ...dead })
    trouble('a dead letter could not be sent', new Error('down'))
    flush()
    flush()
    outcome({ ...applied, durationMs: 7, calls: 2 })
    flush()
    search({ ...searched, target: 'project', calls: 4 })
    search({ ...searched, target: 'project', calls: 1, cause: 'credentials_rejected', status: 401 })
    retry({ ...settled, target: 'project', cause: 'breaker_open', seconds: 30 })
    outcome({ ...settled, target: 'project', outcome: 'resolved', events: 2 })
    outcome({ ...settled, target: 'project', outcome: 'duplicate' })
    outcome({ ...settled, target: 'project', outcome: 'shadow', wouldHold: 'burst', shows: 'same' })
    flush()
  })

const lines = linesAt('INFO')
const saying = (message: string) => lines.filter(line => line.message === message)

describe('each line is one JSON object', () => {
  test('a search tells where, how many and for how long, and names nobody', () => {
    expect(saying('search')).toMatchObject([
      { ...searched, target: 'project', calls: 4 },
      { cause: 'credentials_rejected', status: 401 },
    ])
  })
  test('an attempt tells what it did', () => {
    const facts = { durationMs: 7, calls: 2, traceId: 't', spanId: 's' }
    const expected = { ...own, ...facts, effect: 'unknown', cause: 'timeout', unanswered: true }
    expect(saying('attempt')[0]).toMatchObject({ level: 'INFO', service: 'sync', schema: 2, ...expected })
  })
  test('a message that goes again tells why and when', () => {
    const expected = { ...own, cause: 'timeout', seconds: 5, ageMs: 61_499 }
    expect(saying('retry')[0]).toMatchObject(expected)
  })
  test('an outcome tells all there is, and leaves out what could not be read', () => {
    expect(saying('outcome')).toMatchObject([
      { ...own, outcome: 'applied', status: 200, effectMs: 1, timeToEffectMs: 1234 },
      { ...own, outcome: 'applied', timeToEffectMs: 99 },
      { ...own, outcome: 'superseded', by: 'e2' },
      dead,
      { outcome: 'applied', durationMs: 7, calls: 2 },
      { outcome: 'resolved', events: 2 },
      { outcome: 'duplicate' },
      { outcome: 'shadow', wouldHold: 'burst', shows: 'same' },
    ])
  })
  test('trouble is an error with its words', () => {
    expect(saying('a dead letter could not be sent')).toMatchObject([
      { level: 'ERROR', error: { message: 'down' } },
    ])
  })
})

test('the line of a change in the usual case has these fields in schema 2, in at most 490 bytes', () => {
  const uuid = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
  const [line] = linesOf({ ...env, AWS_LAMBDA_LOG_LEVEL: 'INFO' }, () => {
    const { logger, telemetry } = createSyncTelemetry()
    logger.appendKeys({ requestId: uuid })
    telemetry.outcome({
      ...{ event: uuid, source: '//workday.example.com/role-changes', target: 'wacht' },
      ...{ member: 'wacht/7301954381230018561/7301954381230018999', messageId: uuid, receives: 1 },
      ...{ outcome: 'applied', status: 200, durationMs: 52, calls: 1, effectMs: 130, timeToEffectMs: 9898 },
    })
  }) as [Line]
  expect(Object.keys(line).toSorted()).toEqual([
    ...['calls', 'durationMs', 'effectMs', 'event', 'level', 'member', 'message', 'messageId', 'outcome'],
    ...[
      'receives',
      'requestId',
      'schema',
      'service',
      'source',
      'status',
      'target',
      'timeToEffectMs',
      'timestamp',
    ],
  ])
  expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThanOrEqual(490)
})

describe('the metrics of an invocation', () => {
  const stage = { service: 'sync', function: 'role-sync-prod-sync' }
  const of = (target: string, reason?: string) =>
    metricsIn(lines).filter(line => line.target === target && line.reason === reason)

  test('come once at its end, by target', () => {
    expect(of('wacht')).toHaveLength(2)
    expect(of('wacht')[0]).toMatchObject({
      ...{ ...stage, Applied: [1, 1], Superseded: 1, Retries: [1, 1, 1], TimeToEffect: [1234, 99] },
      ...{ UnansweredWrites: 1, CredentialsRejected: 1, PutRight: 1, Calls: [2, 2, 2, 2, 3] },
      _aws: {
        CloudWatchMetrics: [{ Namespace: 'role-sync', Dimensions: [['service', 'function', 'target']] }],
      },
    })
    expect(of('none')).toMatchObject([{ ...stage, Dead: 1 }])
  })
  test('tell the highest age, in seconds, and whether the breaker was open at all', () => {
    expect(of('wacht')).toMatchObject([{ OldestChangeAge: 61, BreakerOpen: 1 }, { BreakerOpen: 0 }])
    expect(of('wacht')[1]).not.toHaveProperty('OldestChangeAge')
  })
  test('tell by reason what goes again and what is dead', () => {
    expect(of('wacht', 'timeout')).toMatchObject([{ ...stage, Retries: [1, 1] }])
    expect(of('wacht', 'busy')).toMatchObject([{ Retries: 1 }])
    expect(of('none', 'invalid_event')).toMatchObject([{ Dead: 1 }])
  })
  test('of the second invocation hold nothing of the first', () => {
    expect(of('wacht')[1]).toMatchObject({ Calls: 2 })
    expect(of('wacht')[1]).toMatchObject({ Applied: 1 })
    expect(of('wacht')[1]).not.toHaveProperty('Retries')
  })
  test('tell of a search its calls and a rejected token, and of a wait for the breaker that it is open', () => {
    expect(of('project')).toMatchObject([
      { Calls: [4, 1], CredentialsRejected: 1, Retries: 1, BreakerOpen: 1, Resolved: 1, Duplicate: 1 },
    ])
    expect(of('project', 'breaker_open')).toMatchObject([{ Retries: 1 }])
  })
  test('have the unit that CloudWatch shows them in', () => {
    const units = metricsIn(lines).flatMap(({ _aws }) =>
      (
        _aws as { CloudWatchMetrics: { Metrics: { Name: string; Unit: string }[] }[] }
      ).CloudWatchMetrics[0]?.Metrics.map(({ Name, Unit }) => `${Name} ${Unit}`),
    )
    const names = ['Retries', 'Applied', 'BreakerOpen', 'Calls', 'CredentialsRejected', 'Dead', 'Duplicate']
    const counts = [...names, 'PutRight', 'Resolved', 'Shadowed', 'Superseded', 'UnansweredWrites'].map(
      name => `${name} Count`,
    )
    expect(new Set(units)).toEqual(
      new Set([...counts, 'OldestChangeAge Seconds', 'TimeToEffect Milliseconds']),
    )
  })
  test('bear a time and the level of the filter, whatever it is: Lambda takes a line without for INFO', () => {
    const severe = linesAt('ERROR')
    expect(severe.filter(({ message }) => message === 'attempt')).toEqual([])
    expect(metricsIn(severe)).toHaveLength(metricsIn(lines).length)
    for (const [level, all] of Object.entries({ INFO: lines, ERROR: severe })) {
      for (const line of metricsIn(all)) {
        expect(line.level).toBe(level)
        expect(new Date(String(line.timestamp)).toISOString()).toBe(line.timestamp)
      }
    }
  })
})

test('a change that a guard holds is counted as held, also by its guard, and not as dead', () => {
  const told = linesOf({ ...env, AWS_LAMBDA_LOG_LEVEL: 'INFO' }, () => {
    const { telemetry, flush } = createSyncTelemetry()
    telemetry.outcome({ ...settled, outcome: 'held', guard: 'protected' })
    flush()
  })
  const metrics = JSON.stringify(told.slice(1))
  expect(metrics.match(/"Held":\[?1/g)).toHaveLength(2)
  expect(metrics).toContain('"reason":"protected"')
  expect(metrics).not.toContain('"Dead"')
})
