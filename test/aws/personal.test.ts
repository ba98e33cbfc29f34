import { expect, test } from '@jest/globals'
import type { Logger } from '../../functions/aws/logger.ts'
import {
  createIntakeTelemetry,
  createReplayTelemetry,
  createSyncTelemetry,
} from '../../functions/aws/telemetry.ts'
import { linesOf } from '../support/lines.ts'

const jane = 'jane@example.com'
const personal = { event: jane, source: `mailto:${jane}`, target: 'wacht', member: `wacht/1/${jane}` }
const clean = {
  ...{ event: '[e-mail]', source: 'mailto:[e-mail]', target: 'wacht', member: '[e-mail]' },
  messageId: 'm-1',
}
const own = { ...personal, messageId: 'm-1', receives: 1, detail: `no ${jane}` }
const settled = { ...own, by: jane, ageMs: 1 }

/** A logger that keeps what it is told. */
function recorder() {
  const lines: unknown[] = []
  const log = (message: string, facts: object) => void lines.push({ message, ...facts })
  return { lines, logger: { info: log, warn: log, error: log } as unknown as Logger }
}

test('no line of the consumer bears an address that an event has for its id or source', () => {
  const { lines, logger } = recorder()
  const { telemetry } = createSyncTelemetry(logger)
  telemetry.attempt({ ...own, effect: 'refused', cause: 'rejected', durationMs: 1, calls: 1 })
  const found = { people: 1, found: 0, listed: 1, calls: 1, durationMs: 1 }
  telemetry.search({ ...found, target: 'wacht', scope: jane })
  telemetry.retry({ ...settled, cause: 'busy', seconds: 2 })
  telemetry.outcome({ ...settled, outcome: 'superseded' })
  expect(lines).toMatchObject([
    { message: 'attempt', ...clean, detail: 'no [e-mail]' },
    { message: 'search', scope: '[e-mail]', people: 1 },
    { message: 'retry', ...clean, by: '[e-mail]', seconds: 2 },
    { message: 'outcome', ...clean, by: '[e-mail]', detail: 'no [e-mail]' },
  ])
  expect(JSON.stringify(lines)).not.toContain(jane)
})

test('nor does one of the replay function, not even of what it was asked for', () => {
  const { lines, logger } = recorder()
  const { letter, done } = createReplayTelemetry('dead-letters', logger)
  const planned = { ...settled, reason: 'rejected', plan: 'f'.repeat(64) }
  for (const act of ['replayed', 'failed']) letter({ act, ...planned })
  done({ request: { action: 'replay', filter: { event: jane, source: jane } }, sent: 1 })
  expect(lines).toMatchObject([
    { message: 'letter', act: 'replayed', ...clean, by: '[e-mail]', plan: planned.plan },
    { message: 'letter', act: 'failed', ...clean, detail: 'no [e-mail]' },
    { message: 'done', request: { filter: { event: '[e-mail]', source: '[e-mail]' } }, sent: 1 },
  ])
  expect(JSON.stringify(lines)).not.toContain(jane)
})

test('nor does one of the intake', () => {
  const { lines, logger } = recorder()
  const none = { accepted: 0, refused: {}, ignored: {}, durationMs: 7 }
  createIntakeTelemetry(logger).delivery({ ...none, source: jane, status: 404 })
  expect(lines).toMatchObject([{ message: 'delivery', ...none, source: '[e-mail]', status: 404 }])
})

test.each([
  ['the consumer', () => createSyncTelemetry().telemetry],
  ['the intake', () => createIntakeTelemetry()],
])('nor does an exception that %s tells', (_, create) => {
  const error = new Error(`"${jane}" is not valid JSON`, { cause: new Error(jane) })
  const lines = linesOf({}, () => create().trouble('it failed', error))
  expect(lines).toMatchObject([
    {
      message: 'it failed',
      error: { message: '"[e-mail]" is not valid JSON', cause: { message: '[e-mail]' } },
    },
  ])
  expect(JSON.stringify(lines)).not.toContain(jane)
})
