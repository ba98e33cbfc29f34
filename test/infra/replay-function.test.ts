import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { readRequest } from '../../functions/replay/replay-request.ts'
import { settingsSchema } from '../../functions/replay/replay-settings.ts'
import { allow, arnOf, idOf, permissionsOf, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })
const replay = startingWith(template, 'AWS::Lambda::Function', 'Replay')
const queue = (name: string) => idOf(template, 'AWS::SQS::Queue', 'QueueName', `role-sync-prod-${name}`)
const { id: ledger } = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'Ledger')

describe('the replay function', () => {
  test('runs for a quarter of an hour at most, the longest that Lambda knows', () => {
    expect(replay.Properties).toMatchObject({
      ...{ FunctionName: 'role-sync-prod-replay', Handler: 'index.handler', Runtime: 'nodejs24.x' },
      ...{ Architectures: ['arm64'], Timeout: 900, MemorySize: 512 },
    })
  })

  test('may do what it does, and nothing else: no target, no secret, and the ledger only to read', () => {
    const { Roles } = startingWith(template, 'AWS::IAM::Policy', 'Replay').Properties
    expect(Roles).toEqual([{ Ref: startingWith(template, 'AWS::IAM::Role', 'Replay').id }])
    const logs = startingWith(template, 'AWS::Logs::LogGroup', 'Replay').id
    expect(permissionsOf(template, 'Replay')).toEqual([
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(logs)),
      allow(['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], '*'),
      allow(
        [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
          'sqs:SendMessage',
        ],
        arnOf(queue('dead-letters')),
      ),
      allow(['sqs:SendMessage'], arnOf(queue('changes'))),
      allow(['dynamodb:GetItem'], arnOf(ledger)),
    ])
  })

  test('shares no role and no log group with the sync function', () => {
    const sync = startingWith(template, 'AWS::Lambda::Function', 'Sync')
    expect(replay.Properties.Role).not.toEqual(sync.Properties.Role)
    expect(replay.Properties.LoggingConfig).not.toEqual(sync.Properties.LoggingConfig)
  })
})

describe('its environment', () => {
  const { Variables } = replay.Properties.Environment as { Variables: Record<string, unknown> }
  const deployed = Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => {
      if (typeof value === 'string') return [name, value]
      return [name, name.endsWith('_URL') ? 'https://sqs.eu-central-1.amazonaws.com/1/name' : 'name']
    }),
  )

  test('is all that it asks for, at the timings of production', () => {
    expect(Variables).toEqual({
      CHANGES_QUEUE_URL: { Ref: queue('changes') },
      DEAD_LETTER_QUEUE_URL: { Ref: queue('dead-letters') },
      DEAD_LETTER_QUEUE_NAME: { 'Fn::GetAtt': [queue('dead-letters'), 'QueueName'] },
      LEDGER_TABLE: { Ref: ledger },
      CLOSING_MS: '10000',
      RENEW_AFTER_MS: '864000000',
      POWERTOOLS_SERVICE_NAME: 'role-sync',
      POWERTOOLS_METRICS_NAMESPACE: 'RoleSync',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    })
  })

  test('is what functions/replay/replay-settings.ts parses, none of it missing and none too many', () => {
    expect(v.safeParse(settingsSchema, deployed).issues).toBeUndefined()
    const own = Object.keys(deployed).filter(name => !name.startsWith('POWERTOOLS_'))
    expect(own.toSorted()).toEqual(
      Object.keys(settingsSchema.entries)
        .filter(name => name !== 'TRUSTED_SENDERS')
        .toSorted(),
    )
    for (const name of own) {
      const { [name]: _, ...rest } = deployed
      expect({ name, success: v.safeParse(settingsSchema, rest).success }).toEqual({ name, success: false })
    }
  })
})

const ruleOf = (context: Record<string, unknown>) =>
  Object.values(templateOf({ stage: 'prod', sweep: 'off', ...context }).findResources('AWS::Events::Rule'))
    .map(({ Properties }) => Properties)
    .filter(({ ScheduleExpression }) => ScheduleExpression !== 'rate(1 minute)')

describe('the drain', () => {
  test('is asked for every hour, with an event that the function takes', () => {
    const [rule] = ruleOf({})
    expect(rule).toMatchObject({
      ...{ ScheduleExpression: 'rate(1 hour)', State: 'ENABLED' },
      Targets: [{ Arn: arnOf(replay.id) }],
    })
    expect(readRequest(JSON.parse(rule?.Targets[0].Input))).toEqual({ action: 'drain' })
    expect(
      template.findResources('AWS::Lambda::Permission', { Properties: { FunctionName: arnOf(replay.id) } }),
    ).not.toEqual({})
  })

  test('can be asked for at another rate, or not at all', () => {
    expect(ruleOf({ drainEveryMinutes: '15' })).toMatchObject([{ ScheduleExpression: 'rate(15 minutes)' }])
    expect(ruleOf({ drain: 'off' })).toEqual([])
  })
})

/** Those on the age of the oldest letter. */
const alarmsOf = (context: Record<string, unknown>) =>
  Object.fromEntries(
    Object.values(
      templateOf({ stage: 'prod', ...context }).findResources('AWS::CloudWatch::Alarm', {
        Properties: { MetricName: 'OldestLetterAge' },
      }),
    ).map(({ Properties }) => [
      String(Properties.AlarmName).replace('role-sync-prod-dead-letters-', ''),
      Properties,
    ]),
  )

describe('the alarms', () => {
  const ours = {
    ...{ Namespace: 'RoleSync', MetricName: 'OldestLetterAge' },
    Dimensions: [
      { Name: 'queue', Value: 'role-sync-prod-dead-letters' },
      { Name: 'service', Value: 'role-sync' },
    ],
  }
  test('tell of a letter of eleven days, a day after it should have been renewed', () => {
    expect(alarmsOf({}).oldest).toMatchObject({
      ...{ ...ours, Statistic: 'Maximum', Threshold: 950_400, Period: 3600, EvaluationPeriods: 1 },
      ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' },
    })
  })

  test('tell when the age stops coming: only there is missing data trouble', () => {
    expect(alarmsOf({})['not-drained']).toMatchObject({
      ...{ ...ours, Statistic: 'SampleCount', Threshold: 1, Period: 3600, EvaluationPeriods: 3 },
      ...{ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' },
    })
  })

  test('follow the rate of the drain, and without a drain do not miss it', () => {
    expect(alarmsOf({ drainEveryMinutes: 5 })).toMatchObject({
      ...{ oldest: { Period: 300 }, 'not-drained': { Period: 300 } },
    })
    expect(Object.keys(alarmsOf({ drain: 'off' }))).toEqual(['oldest'])
  })
})
