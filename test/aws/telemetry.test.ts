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
  outcome: 'dead',
  reason: 'invalid_event',
  detail: '(body): x',
}

/** What a function tells, in a process of its own: the lines must be as CloudWatch gets them. */
const script = `
  const { createTelemetry } = await import(${JSON.stringify(join(import.meta.dirname, '../../functions/aws/telemetry.ts'))})
  const { telemetry, flush } = createTelemetry()
  const own = ${JSON.stringify(own)}
  telemetry.attempt({ ...own, effect: 'unknown', cause: 'timeout', detail: 'no answer in time', durationMs: 7 })
  telemetry.again({ ...own, cause: 'timeout', seconds: 5 })
  telemetry.outcome({ ...own, outcome: 'applied', status: 200, effectMs: 1234 })
  telemetry.outcome({ ...own, outcome: 'applied', status: 200, effectMs: 99 })
  telemetry.outcome({ ...own, outcome: 'superseded', by: 'e2' })
  telemetry.outcome(${JSON.stringify({ ...nobody, ...dead })})
  telemetry.trouble('a dead letter could not be sent', new Error('down'))
  flush()
  flush()
`

let lines: Line[]
const saying = (message: string) => lines.filter(line => line.message === message)

beforeAll(() => {
  const env = {
    POWERTOOLS_SERVICE_NAME: 'sync',
    POWERTOOLS_METRICS_NAMESPACE: 'role-sync',
    PATH: process.env.PATH ?? '',
  }
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', `${script}`]
  const output = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', process.execPath, ...args], {
    env,
    encoding: 'utf8',
  })
  lines = output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
})

describe('each line is one JSON object', () => {
  test('an attempt tells what it did', () => {
    const expected = {
      ...own,
      effect: 'unknown',
      cause: 'timeout',
      detail: 'no answer in time',
      durationMs: 7,
    }
    expect(saying('attempt')).toMatchObject([{ level: 'INFO', service: 'sync', ...expected }])
  })
  test('a message that goes again tells why and when', () => {
    expect(saying('again')).toMatchObject([{ ...own, cause: 'timeout', seconds: 5 }])
  })
  test('an outcome tells all there is, and leaves out what could not be read', () => {
    expect(saying('outcome')).toMatchObject([
      { ...own, outcome: 'applied', status: 200, effectMs: 1234 },
      { ...own, outcome: 'applied', effectMs: 99 },
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

test('metrics come once at the end, by target', () => {
  const metrics = lines.filter(line => '_aws' in line)
  expect(metrics).toHaveLength(2)
  expect(metrics.find(({ target }) => target === 'wacht')).toMatchObject({
    ...{ Applied: [1, 1], Superseded: 1, Again: 1, TimeToEffect: [1234, 99] },
    _aws: {
      CloudWatchMetrics: [{ Namespace: 'role-sync', Dimensions: [expect.arrayContaining(['target'])] }],
    },
  })
  expect(metrics.find(({ target }) => target === 'none')).toMatchObject({ Dead: 1 })
})
