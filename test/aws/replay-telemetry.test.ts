import { expect, test } from '@jest/globals'
import { createReplayTelemetry } from '../../functions/aws/telemetry.ts'
import { linesOf, metricsIn } from '../support/lines.ts'

const lines = linesOf(
  { POWERTOOLS_SERVICE_NAME: 'role-sync', POWERTOOLS_METRICS_NAMESPACE: 'RoleSync' },
  () => {
    const { letter, done, drained } = createReplayTelemetry('role-sync-prod-dead-letters')
    const facts = { messageId: 'm', event: 'e1' }
    for (const act of ['replayed', 'failed']) letter({ act, ...facts })
    done({ plan: 'abc', sent: 1 })
    drained({ oldestMs: 90_499, exposureMs: 5500 })
    drained({ oldestMs: 0, exposureMs: 0 })
  },
)

test('a letter and the end of an invocation are a line each; one that failed is a warning', () => {
  expect(lines.slice(0, 3)).toMatchObject([
    { level: 'INFO', message: 'letter', messageId: 'm', event: 'e1', act: 'replayed' },
    { level: 'WARN', message: 'letter', messageId: 'm', event: 'e1', act: 'failed' },
    { level: 'INFO', message: 'done', plan: 'abc', sent: 1 },
  ])
})

test('the age of the oldest letter and the longest exposure are metrics of this queue in whole seconds, also when there is no letter', () => {
  const metric = (OldestLetterAge: number, LongestExposure: number) => ({
    ...{ service: 'role-sync', queue: 'role-sync-prod-dead-letters', OldestLetterAge, LongestExposure },
    _aws: {
      CloudWatchMetrics: [
        {
          ...{ Namespace: 'RoleSync', Dimensions: [['service', 'queue']] },
          Metrics: [
            { Name: 'OldestLetterAge', Unit: 'Seconds' },
            { Name: 'LongestExposure', Unit: 'Seconds' },
          ],
        },
      ],
    },
  })
  expect(metricsIn(lines)).toMatchObject([metric(90, 6), metric(0, 0)])
})
