import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'

type Line = Readonly<Record<string, unknown>>

const named = { event: 'e1', source: 's', target: 'wacht', member: 'wacht/1/2' }
const own = { ...named, messageId: 'm', receives: 2 }
const nobody = { event: null, source: null, target: null, member: null }
const dead = {
  messageId: 'm',
  receives: 1,
  ageMs: 5,
  verdict: 'dead',
  outcome: 'dead',
  reason: 'invalid_event',
  detail: '(body): x',
}

/** What a function tells in two invocations, in a process of its own: the lines must be as CloudWatch gets them. */
const script = `
  const { createTelemetry } = await import(${JSON.stringify(join(import.meta.dirname, '../../functions/aws/telemetry.ts'))})
  const { telemetry, flush } = createTelemetry()
  const own = ${JSON.stringify(own)}
  const settled = { ...own, ageMs: 61_499 }
  const tried = { ...own, detail: 'x', durationMs: 7, calls: 2 }
  const traced = { traceId: 't', spanId: 's' }
  telemetry.attempt({ ...tried, ...traced, effect: 'unknown', cause: 'timeout', unanswered: true, breakerOpen: true })
  telemetry.attempt({ ...tried, effect: 'deferred', cause: 'credentials_rejected', status: 401 })
  telemetry.attempt({ ...tried, effect: 'refused', cause: 'forbidden', restoring: true })
  telemetry.attempt({ ...tried, effect: 'proven', restoring: true })
  telemetry.again({ ...settled, verdict: 'again', cause: 'timeout', seconds: 5 })
  telemetry.again({ ...settled, ageMs: 1000, verdict: 'again', cause: 'timeout', seconds: 5 })
  telemetry.again({ ...settled, ageMs: 1000, verdict: 'again', cause: 'busy', seconds: 2 })
  telemetry.outcome({ ...settled, verdict: 'done', outcome: 'applied', status: 200, effectMs: 1, timeToEffectMs: 1234 })
  telemetry.outcome({ ...settled, verdict: 'done', outcome: 'applied', status: 200, effectMs: 1, timeToEffectMs: 99 })
  telemetry.outcome({ ...settled, verdict: 'done', outcome: 'superseded', by: 'e2' })
  telemetry.outcome(${JSON.stringify({ ...nobody, ...dead })})
  telemetry.trouble('a dead letter could not be sent', new Error('down'))
  flush()
  flush()
  telemetry.attempt({ ...tried, effect: 'proven' })
  flush()
`

function linesAt(level: string): Line[] {
  const env = {
    POWERTOOLS_SERVICE_NAME: 'sync',
    POWERTOOLS_METRICS_NAMESPACE: 'role-sync',
    AWS_LAMBDA_FUNCTION_NAME: 'role-sync-prod-sync',
    AWS_LAMBDA_LOG_LEVEL: level,
    PATH: process.env.PATH ?? '',
  }
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', `${script}`]
  const output = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', process.execPath, ...args], {
    env,
    encoding: 'utf8',
  })
  const texts = output.trim().split('\n')
  return texts.map(line => JSON.parse(line) as Line)
}

let lines: Line[]
beforeAll(() => {
  lines = linesAt('INFO')
})
const saying = (message: string) => lines.filter(line => line.message === message)
const metricsIn = (all: Line[]) => all.filter(line => '_aws' in line)

describe('each line is one JSON object', () => {
  test('an attempt tells what it did', () => {
    const facts = { durationMs: 7, calls: 2, traceId: 't', spanId: 's' }
    const expected = { ...own, ...facts, effect: 'unknown', cause: 'timeout', unanswered: true }
    expect(saying('attempt')[0]).toMatchObject({ level: 'INFO', service: 'sync', ...expected })
  })
  test('a message that goes again tells why and when', () => {
    const expected = { ...own, verdict: 'again', cause: 'timeout', seconds: 5, ageMs: 61_499 }
    expect(saying('again')[0]).toMatchObject(expected)
  })
  test('an outcome tells all there is, and leaves out what could not be read', () => {
    expect(saying('outcome')).toMatchObject([
      { ...own, verdict: 'done', outcome: 'applied', status: 200, effectMs: 1, timeToEffectMs: 1234 },
      { ...own, outcome: 'applied', timeToEffectMs: 99 },
      { ...own, outcome: 'superseded', by: 'e2' },
      dead,
    ])
  })
  test('trouble is an error with its words', () => {
    expect(saying('a dead letter could not be sent')).toMatchObject([
      { level: 'ERROR', error: { message: 'down' } },
    ])
  })
})

describe('the metrics of an invocation', () => {
  const stage = { service: 'sync', function: 'role-sync-prod-sync' }
  const of = (target: string, reason?: string) =>
    metricsIn(lines).filter(line => line.target === target && line.reason === reason)

  test('come once at its end, by target', () => {
    expect(of('wacht')).toHaveLength(2)
    expect(of('wacht')[0]).toMatchObject({
      ...{ ...stage, Applied: [1, 1], Superseded: 1, Again: [1, 1, 1], TimeToEffect: [1234, 99] },
      ...{ UnansweredWrites: 1, CredentialsRejected: 1, PutRight: 1, Calls: [2, 2, 2, 2] },
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
    expect(of('wacht', 'timeout')).toMatchObject([{ ...stage, Again: [1, 1] }])
    expect(of('wacht', 'busy')).toMatchObject([{ Again: 1 }])
    expect(of('none', 'invalid_event')).toMatchObject([{ Dead: 1 }])
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
