import { expect, test } from '@jest/globals'
import { createReplayTelemetry } from '../../functions/aws/telemetry.ts'
import { linesOf, metricsIn } from '../support/lines.ts'

const lines = linesOf(
  { POWERTOOLS_SERVICE_NAME: 'role-sync', POWERTOOLS_METRICS_NAMESPACE: 'RoleSync' },
  () => {
    const { letter, done, oldestLetter } = createReplayTelemetry('role-sync-prod-dead-letters')
    const facts = { messageId: 'm', event: 'e1' }
    for (const act of ['replayed', 'failed']) letter({ act, ...facts })
    done({ plan: 'abc', sent: 1 })
    oldestLetter(90_499)
    oldestLetter(0)
  },
)

test('a letter and the end of an invocation are a line each; one that failed is a warning', () => {
  expect(lines.slice(0, 3)).toMatchObject([
    { level: 'INFO', message: 'letter', messageId: 'm', event: 'e1', act: 'replayed' },
    { level: 'WARN', message: 'letter', messageId: 'm', event: 'e1', act: 'failed' },
    { level: 'INFO', message: 'done', plan: 'abc', sent: 1 },
  ])
})

test('the age of the oldest letter is a metric of this queue in whole seconds, also when there is none', () => {
  const metric = (seconds: number) => ({
    ...{ service: 'role-sync', queue: 'role-sync-prod-dead-letters', OldestLetterAge: seconds },
    _aws: {
      CloudWatchMetrics: [
        {
          ...{ Namespace: 'RoleSync', Dimensions: [['service', 'queue']] },
          Metrics: [{ Name: 'OldestLetterAge', Unit: 'Seconds' }],
        },
      ],
    },
  })
  expect(metricsIn(lines)).toMatchObject([metric(90), metric(0)])
})
