import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { CheckedStage } from '../../functions/cli/commands/doctor-stage-checks.ts'
import type { StageMetric, StageReader } from '../../functions/cli/io/stage-reader.ts'
import { namesOf } from '../../functions/core/resource-names.ts'
import { describeCatalogue } from '../../functions/replay/described-catalogue.ts'
import { catalogue, noon } from '../support/events.ts'

export const names = namesOf('prod')
const topic = 'arn:aws:sns:eu-central-1:000000000000:pager'

/** An alarm of the stage that notifies the topic. */
export const alarm = (name: string, fields: MetricAlarm = {}): MetricAlarm => ({
  ...{ AlarmName: name, ActionsEnabled: true, AlarmActions: [topic], StateValue: 'OK' },
  ...fields,
})
export const drainAlarm = (fields: MetricAlarm = {}): MetricAlarm =>
  alarm(`${names.deadLetterQueue}-not-drained`, fields)

const functionAt = (name: string, Variables: Record<string, string> = {}) => ({
  ...{ FunctionArn: `arn:aws:lambda:r:a:function:${name}`, LastModified: '2026-11-01T00:00:00.000+0000' },
  Environment: { Variables },
})

/** The reader of a healthy stage, except for what a test says. */
export const healthyReader = (other: Partial<StageReader> = {}): StageReader => ({
  region: async () => 'eu-central-1',
  queue: async name => ({
    ApproximateNumberOfMessages: '3',
    ...(name === names.changesQueue && {
      RedrivePolicy: `{"deadLetterTargetArn":"arn:aws:sqs:r:a:${names.deadLetterQueue}"}`,
    }),
  }),
  table: async () => 'ACTIVE',
  secret: async () => '{"token":"t"}',
  lambda: async name => functionAt(name),
  mappings: async () => [{ EventSourceArn: `arn:aws:sqs:r:a:${names.changesQueue}`, State: 'Enabled' }],
  alarms: async () => [
    drainAlarm(),
    alarm(`${names.sweepFunction}-not-run`),
    alarm(`${names.dueFunction}-late`),
  ],
  subscriptions: async () => 1,
  rules: async () => ['ENABLED'],
  sum: async ({ name }: StageMetric) => (name === 'Applied' ? 5 : 0),
  ...other,
})

/** The sync function with these variables, and the others without any. */
export const syncWith =
  (variables: Record<string, string>): StageReader['lambda'] =>
  async name =>
    functionAt(name, name === names.syncFunction ? variables : {})

/** A stage that deployed the catalogue of the tests. */
export const checkedStage = (
  other: Partial<StageReader> = {},
  more: Partial<CheckedStage> = {},
): CheckedStage => ({
  ...{ stage: 'prod', names, reader: healthyReader(other), catalogue, guards: {}, now: noon },
  askDeployed: async () => describeCatalogue(catalogue),
  askApprove: async () => 400,
  ...more,
})
