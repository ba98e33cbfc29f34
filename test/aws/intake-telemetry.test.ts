import { expect, test } from '@jest/globals'
import { createIntakeTelemetry } from '../../functions/aws/telemetry.ts'
import { linesOf, metricsIn } from '../support/lines.ts'

const name = 'role-sync-prod-intake'
const env = {
  POWERTOOLS_SERVICE_NAME: 'role-sync',
  POWERTOOLS_METRICS_NAMESPACE: 'RoleSync',
  AWS_LAMBDA_FUNCTION_NAME: name,
}
const none = { accepted: 0, refused: {}, ignored: {}, durationMs: 7 }

const lines = linesOf(env, () => {
  const { delivery, trouble } = createIntakeTelemetry()
  const refused = { invalid_event: 2, no_role_named: 1 }
  delivery({ ...none, source: 'okta', status: 202, accepted: 3, refused, ignored: { other_event_type: 4 } })
  delivery({ ...none, source: 'okta', status: 401 })
  delivery({ ...none, source: null, status: 503, unavailable: 'crash' })
  delivery({ ...none, source: 'ukg', status: 503, unavailable: 'crash' })
  delivery({ ...none, source: 'okta', status: 200 })
  trouble('events could not be enqueued', new Error('down'))
})

test('a delivery is one line of what became of it', () => {
  expect(lines.filter(line => line.message === 'delivery')).toMatchObject([
    {
      ...{ level: 'INFO', source: 'okta', status: 202, accepted: 3, durationMs: 7 },
      ...{ refused: { invalid_event: 2, no_role_named: 1 }, ignored: { other_event_type: 4 } },
    },
    { source: 'okta', status: 401, accepted: 0 },
    { status: 503, unavailable: 'crash' },
    { source: 'ukg', status: 503, unavailable: 'crash' },
    { source: 'okta', status: 200 },
  ])
})

test('and metrics by source, refusals by reason as well; none where there is nothing to count', () => {
  const metrics = metricsIn(lines).map(
    ({ function: of, source, reason, Accepted, Refused, Ignored, Unauthorized, Unavailable }) => ({
      ...{ name: of, source, reason, Accepted, Refused, Ignored, Unauthorized, Unavailable },
    }),
  )
  expect(metrics).toEqual([
    { name, source: 'okta', Accepted: 3, Refused: [2, 1], Ignored: 4 },
    { name, source: 'okta', reason: 'invalid_event', Refused: 2 },
    { name, source: 'okta', reason: 'no_role_named', Refused: 1 },
    { name, source: 'okta', Unauthorized: 1 },
    { name, source: 'none', Unavailable: 1 },
    { name, source: 'ukg', Unavailable: 1 },
  ])
})

test('trouble is an error line', () => {
  expect(lines.filter(line => line.level === 'ERROR')).toMatchObject([
    { message: 'events could not be enqueued', error: { message: 'down' } },
  ])
})
