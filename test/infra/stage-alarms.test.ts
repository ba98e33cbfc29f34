import { describe, expect, test } from '@jest/globals'
import { sources, templateOf } from './stage.ts'

type Alarm = Readonly<Record<string, unknown>>

const alarmsOf = (context: Record<string, unknown> = {}): Readonly<Record<string, Alarm>> =>
  Object.fromEntries(
    Object.values(
      templateOf({ stage: 'prod', sources, ...context }).findResources('AWS::CloudWatch::Alarm'),
    ).map(({ Properties }) => [String(Properties.AlarmName).replace('role-sync-prod-', ''), Properties]),
  )

const alarms = alarmsOf()
const of = (target: string) => ({
  Namespace: 'RoleSync',
  Dimensions: [
    { Name: 'function', Value: 'role-sync-prod-sync' },
    { Name: 'service', Value: 'role-sync' },
    { Name: 'target', Value: target },
  ],
})

describe('an alarm goes off', () => {
  test.each(['wacht', 'project', 'person'])('when a change waits for %s for an hour', target => {
    expect(alarms[`sync-oldest-change-${target}`]).toMatchObject({
      ...{ ...of(target), MetricName: 'OldestChangeAge', Statistic: 'Maximum', Threshold: 3600 },
      // What waits tells its age every 15 minutes at the latest.
      ...{ Period: 900, EvaluationPeriods: 2, DatapointsToAlarm: 1 },
    })
  })
  test.each(['wacht', 'project'])('at the first refusal of the token of %s', target => {
    expect(alarms[`sync-credentials-rejected-${target}`]).toMatchObject({
      ...{
        ...of(target),
        MetricName: 'CredentialsRejected',
        Statistic: 'Sum',
        Threshold: 1,
        EvaluationPeriods: 1,
      },
    })
  })
  test.each(['wacht', 'project'])('when the breaker of %s is open for five minutes', target => {
    expect(alarms[`sync-breaker-open-${target}`]).toMatchObject({
      ...{ ...of(target), MetricName: 'BreakerOpen', Statistic: 'Maximum', Threshold: 1 },
      ...{ Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 5 },
    })
  })
  test.each(['wacht', 'project'])('when one in a hundred changes at %s takes half an hour', target => {
    expect(alarms[`sync-time-to-effect-${target}`]).toMatchObject({
      ...{ ...of(target), MetricName: 'TimeToEffect', ExtendedStatistic: 'p99', Threshold: 1_800_000 },
    })
  })
  test.each(['wacht', 'project'])('when a withdrawal at %s is open for five minutes', target => {
    expect(alarms[`sync-withdrawal-overdue-${target}`]).toMatchObject({
      ...{ ...of(target), MetricName: 'LongestExposure', Statistic: 'Maximum', Threshold: 300 },
      ...{ Period: 300, EvaluationPeriods: 1 },
    })
  })
  test('when a drain sees a withdrawal among the dead letters', () => {
    expect(alarms['dead-letters-withdrawal-overdue']).toMatchObject({
      ...{ MetricName: 'LongestExposure', Statistic: 'Maximum', Threshold: 300, Period: 3600 },
      Dimensions: expect.arrayContaining([{ Name: 'queue', Value: 'role-sync-prod-dead-letters' }]),
    })
  })
  test('at the first dead letter, and long before SQS gives out no more', () => {
    expect(alarms['dead-letters-visible']).toMatchObject({
      ...{ MetricName: 'ApproximateNumberOfMessagesVisible', Statistic: 'Maximum', Threshold: 1 },
    })
    expect(alarms['changes-in-flight']).toMatchObject({
      ...{ MetricName: 'ApproximateNumberOfMessagesNotVisible', Statistic: 'Maximum', Threshold: 80_000 },
    })
  })
  test('when messages are visible and nobody receives one for a quarter of an hour', () => {
    const { Metrics, ...alarm } = alarms['changes-not-consumed'] as { Metrics: { Id: string }[] }
    expect(alarm).toMatchObject({
      ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1 },
      ...{ EvaluationPeriods: 3, DatapointsToAlarm: 3 },
    })
    const queue = {
      Name: 'QueueName',
      Value: { 'Fn::GetAtt': [expect.stringMatching(/^Changes/), 'QueueName'] },
    }
    const stat = (MetricName: string, Stat: string) => ({
      ReturnData: false,
      MetricStat: { Period: 300, Stat, Metric: { Namespace: 'AWS/SQS', MetricName, Dimensions: [queue] } },
    })
    const byId = Object.fromEntries(Metrics.map(metric => [metric.Id, metric]))
    expect(byId).toMatchObject({
      expr_1: { Expression: 'IF(visible > 0 AND FILL(received, 0) < 1, 1, 0)' },
      visible: stat('ApproximateNumberOfMessagesVisible', 'Maximum'),
      received: stat('NumberOfMessagesReceived', 'Sum'),
    })
  })
  test.each(['okta', 'hr'])('at the first delivery of %s that was turned away, by whomever', source => {
    expect(alarms[`intake-4xx-${source}`]).toMatchObject({
      ...{ Namespace: 'AWS/ApiGateway', MetricName: '4xx', Statistic: 'Sum', Threshold: 1, Period: 300 },
      Dimensions: [
        { Name: 'ApiId', Value: { Ref: expect.stringMatching(/^IntakeApi/) } },
        { Name: 'Method', Value: 'POST' },
        { Name: 'Resource', Value: `/sources/${source}` },
        { Name: 'Stage', Value: '$default' },
      ],
    })
  })
  test.each(['okta', 'hr'])(
    'at the first request of %s that was throttled, of which no function learns',
    source => {
      expect(alarms[`intake-throttled-${source}`]).toMatchObject({
        ...{
          Namespace: 'RoleSync',
          MetricName: 'role-sync-prod-intake-throttled',
          Statistic: 'Sum',
          Threshold: 1,
        },
        Dimensions: [{ Name: 'route', Value: `POST /sources/${source}` }],
      })
    },
  )
  test('at the first delivery that could not be taken: a vendor sends twice at the most', () => {
    expect(alarms['intake-failing']).toMatchObject({
      ...{ Namespace: 'AWS/ApiGateway', MetricName: '5xx', Statistic: 'Sum', Threshold: 1, Period: 300 },
    })
  })
  test.each([
    ['Unauthorized', 'okta'],
    ['Unauthorized', 'hr'],
    ['Refused', 'okta'],
    ['Refused', 'hr'],
  ])('at the first thing that is %s of %s', (metric, source) => {
    expect(alarms[`intake-${metric.toLowerCase()}-${source}`]).toMatchObject({
      ...{ Namespace: 'RoleSync', MetricName: metric, Statistic: 'Sum', Threshold: 1 },
      Dimensions: [
        { Name: 'function', Value: 'role-sync-prod-intake' },
        { Name: 'service', Value: 'role-sync' },
        { Name: 'source', Value: source },
      ],
    })
  })
  test.each(['sync', 'replay', 'intake', 'due'])('when the function %s fails, or may not run', name => {
    for (const metric of ['Errors', 'Throttles']) {
      expect(alarms[`${name}-${metric.toLowerCase()}`]).toMatchObject({
        ...{ Namespace: 'AWS/Lambda', MetricName: metric, Statistic: 'Sum', Threshold: 1 },
      })
    }
  })
  test.each(['Read', 'Write'])('when a %s of the ledger is throttled', what => {
    expect(alarms[`ledger-${what.toLowerCase()}-throttles`]).toMatchObject({
      ...{ Namespace: 'AWS/DynamoDB', MetricName: `${what}ThrottleEvents`, Statistic: 'Sum', Threshold: 1 },
      Dimensions: [{ Name: 'TableName', Value: 'role-sync-prod-ledger' }],
    })
  })
  test('at its threshold and above, and not for want of data but where that is the trouble', () => {
    const { 'dead-letters-not-drained': notDrained, 'changes-not-consumed': notConsumed, ...rest } = alarms
    const { 'sweep-not-run': notSwept, 'due-late': late, ...others } = rest
    for (const missing of [notDrained, notSwept, late])
      expect(missing).toMatchObject({ TreatMissingData: 'breaching' })
    // A queue that nobody calls has no metrics after six hours: an alarm must not end with them.
    expect(notConsumed).toMatchObject({ TreatMissingData: 'ignore' })
    for (const alarm of Object.values(others)) {
      expect(alarm).toMatchObject({
        ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' },
      })
    }
  })
})

describe('the topic', () => {
  const topic = 'arn:aws:sns:eu-central-1:123456789012:on-call'
  test('is told by every alarm, also when it is over', () => {
    const all = Object.values(alarmsOf({ alarmTopicArn: topic }))
    expect(all).toHaveLength(Object.keys(alarms).length)
    for (const alarm of all) expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic] })
  })
  test('need not be', () => {
    for (const alarm of Object.values(alarms)) expect(alarm).not.toHaveProperty('AlarmActions')
  })
})

test('a stage may have thresholds of its own', () => {
  const set = alarmsOf({
    ...{ oldestChangeAlarmSeconds: '7200', timeToEffectAlarmSeconds: 60, inFlightAlarm: '1000' },
    ...{ breakerOpenAlarmMinutes: 10, deadLettersAlarm: '5', retryCapSeconds: '1000.5' },
  })
  expect(set).toMatchObject({
    'sync-oldest-change-wacht': { Threshold: 7200, Period: 1020 },
    'sync-time-to-effect-wacht': { Threshold: 60_000 },
    'sync-breaker-open-wacht': { EvaluationPeriods: 10, DatapointsToAlarm: 10 },
    'changes-in-flight': { Threshold: 1000 },
    'dead-letters-visible': { Threshold: 5 },
  })
})
