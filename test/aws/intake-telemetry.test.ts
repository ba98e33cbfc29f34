import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

type Line = Readonly<Record<string, unknown>>

/** What the function tells of three deliveries, in a process of its own: the lines must be as CloudWatch gets them. */
const script = `
  const { createIntakeTelemetry } = await import(${JSON.stringify(join(import.meta.dirname, '../../functions/aws/intake-telemetry.ts'))})
  const { delivery, trouble } = createIntakeTelemetry()
  const none = { accepted: 0, refused: {}, ignored: {}, durationMs: 7 }
  delivery({ ...none, source: 'okta', status: 202, accepted: 3, refused: { invalid_event: 2, no_role_named: 1 }, ignored: { other_event_type: 4 } })
  delivery({ ...none, source: 'okta', status: 401 })
  delivery({ ...none, source: null, status: 503, unavailable: 'crash' })
  trouble('events could not be enqueued', new Error('down'))
`

const lines = execFileSync(
  'sh',
  [
    '-c',
    '"$0" "$@" 2>&1',
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    script,
  ],
  {
    env: {
      POWERTOOLS_SERVICE_NAME: 'role-sync',
      POWERTOOLS_METRICS_NAMESPACE: 'RoleSync',
      AWS_LAMBDA_FUNCTION_NAME: 'role-sync-prod-intake',
      PATH: process.env.PATH ?? '',
    },
    encoding: 'utf8',
  },
)
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Line)

test('a delivery is one line of what became of it', () => {
  expect(lines.filter(line => line.message === 'delivery')).toMatchObject([
    {
      ...{ level: 'INFO', source: 'okta', status: 202, accepted: 3, durationMs: 7 },
      ...{ refused: { invalid_event: 2, no_role_named: 1 }, ignored: { other_event_type: 4 } },
    },
    { source: 'okta', status: 401, accepted: 0 },
    { status: 503, unavailable: 'crash' },
  ])
})

test('and metrics by source, refusals by reason as well', () => {
  const metrics = lines
    .filter(line => '_aws' in line)
    .map(({ function: name, source, reason, Accepted, Refused, Ignored, Unauthorized, Unavailable }) => ({
      ...{ name, source, reason, Accepted, Refused, Ignored, Unauthorized, Unavailable },
    }))
  const name = 'role-sync-prod-intake'
  expect(metrics).toEqual([
    { name, source: 'okta', Accepted: 3, Refused: [2, 1], Ignored: 4 },
    { name, source: 'okta', reason: 'invalid_event', Refused: 2 },
    { name, source: 'okta', reason: 'no_role_named', Refused: 1 },
    { name, source: 'okta', Unauthorized: 1 },
    { name, source: 'none', Unavailable: 1 },
  ])
})

test('trouble is an error line', () => {
  expect(lines.filter(line => line.level === 'ERROR')).toMatchObject([
    { message: 'events could not be enqueued', error: { message: 'down' } },
  ])
})
