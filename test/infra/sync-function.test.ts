import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { settingsSchema } from '../../functions/sync/sync-settings.ts'
import { allow, arnOf, idOf, only, permissionsOf, sources, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })
const sync = startingWith(template, 'AWS::Lambda::Function', 'Sync')

test('the sync function runs for a minute at most', () => {
  expect(sync.Properties).toMatchObject({ FunctionName: 'role-sync-prod-sync', Timeout: 60, MemorySize: 512 })
})

test('the changes queue feeds it ten messages at a time, each answered for by itself, ten batches at once', () => {
  expect(only(template, 'AWS::Lambda::EventSourceMapping').Properties).toEqual({
    EventSourceArn: arnOf(idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes')),
    FunctionName: { Ref: sync.id },
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  })
})

test.each(['Sync', 'Replay', 'Intake'])(
  'no filter of Lambda drops the metrics of the function %s: to it they are INFO',
  name => {
    const { LoggingConfig } = startingWith(
      templateOf({ stage: 'prod', sources }),
      'AWS::Lambda::Function',
      name,
    ).Properties
    expect(['TRACE', 'DEBUG', 'INFO']).toContain(
      (LoggingConfig as Record<string, string>).ApplicationLogLevel,
    )
  },
)

const queue = (name: string) =>
  arnOf(idOf(template, 'AWS::SQS::Queue', 'QueueName', `role-sync-prod-${name}`))
const secret = (name: string) => ({
  Ref: idOf(template, 'AWS::SecretsManager::Secret', 'Name', `role-sync/prod/${name}`),
})

const idOfTable = (start: string) => startingWith(template, 'AWS::DynamoDB::GlobalTable', start).id

test('the sync function may do what it does, and nothing else', () => {
  const logs = startingWith(template, 'AWS::Logs::LogGroup', 'Sync').id
  const [ledger, history, due] = ['Ledger', 'History', 'DueChanges'].map(idOfTable) as [
    string,
    string,
    string,
  ]
  expect(permissionsOf(template, 'Sync')).toEqual([
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(logs)),
    allow(['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], '*'),
    allow(
      ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      queue('changes'),
    ),
    allow(['sqs:SendMessage'], [queue('dead-letters'), queue('changes')]),
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], arnOf(ledger)),
    allow(['dynamodb:BatchWriteItem', 'dynamodb:PutItem'], arnOf(history)),
    allow(['dynamodb:PutItem'], arnOf(due)),
    allow(['secretsmanager:GetSecretValue'], ['wacht', 'project', 'person', 'due'].map(secret)),
  ])
})

const environmentIn = (context: Record<string, unknown>) => {
  const { Environment } = startingWith(templateOf(context), 'AWS::Lambda::Function', 'Sync').Properties
  return (Environment as { Variables: Record<string, unknown> }).Variables
}

test('the sync function is told all that it asks for, at the timings of production', () => {
  const template = templateOf({ stage: 'prod', projectUrl: 'https://brms.acme.dev' })
  const ref = (type: string, property: string, value: string) => ({
    Ref: idOf(template, type, property, value),
  })
  expect(environmentIn({ stage: 'prod', projectUrl: 'https://brms.acme.dev' })).toEqual({
    CHANGES_QUEUE_URL: ref('AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes'),
    DEAD_LETTER_QUEUE_URL: ref('AWS::SQS::Queue', 'QueueName', 'role-sync-prod-dead-letters'),
    LEDGER_TABLE: { Ref: idOfTable('Ledger') },
    ...{ HISTORY_TABLE: { Ref: idOfTable('History') }, HISTORY_DAYS: '400' },
    WACHT_URL: 'https://api.wacht.dev',
    WACHT_DIALECT: 'role_id',
    WACHT_SECRET_ARN: ref('AWS::SecretsManager::Secret', 'Name', 'role-sync/prod/wacht'),
    PROJECT_URL: 'https://brms.acme.dev',
    PROJECT_SECRET_ARN: ref('AWS::SecretsManager::Secret', 'Name', 'role-sync/prod/project'),
    PERSON_SECRET_ARN: ref('AWS::SecretsManager::Secret', 'Name', 'role-sync/prod/person'),
    DUE_TABLE: { Ref: idOfTable('DueChanges') },
    DUE_SECRET_ARN: ref('AWS::SecretsManager::Secret', 'Name', 'role-sync/prod/due'),
    PERSON_MEMORY_MS: '86400000',
    RETRY_FROM_MS: '5000',
    RETRY_CAP_MS: '900000',
    REQUEST_TIMEOUT_MS: '10000',
    LAND_WITHIN_MS: '60000',
    LEASE_MS: '65000',
    CLOSING_MS: '10000',
    GIVE_UP_MS: '259200000',
    GIVE_UP_AT_LATEST_MS: '1123200000',
    NOT_FOUND_GRACE_MS: '900000',
    BREAKER_OPEN_MS: '30000',
    POWERTOOLS_SERVICE_NAME: 'role-sync',
    POWERTOOLS_METRICS_NAMESPACE: 'RoleSync',
    POWERTOOLS_LOG_LEVEL: 'INFO',
  })
})

test('a timing set by context reaches the function, in whole milliseconds', () => {
  const environment = environmentIn({ stage: 'local', retryFromSeconds: '0.25', landWithinSeconds: '1.0004' })
  expect(environment).toMatchObject({ RETRY_FROM_MS: '250', LAND_WITHIN_MS: '1000' })
})

/** What a reference becomes where the stack is deployed. */
const deployed = (environment: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      if (typeof value === 'string') return [name, value]
      if (name.endsWith('_URL'))
        return [name, 'https://sqs.eu-central-1.amazonaws.com/123456789012/role-sync-queue']
      if (name.endsWith('_ARN'))
        return [name, 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:role-sync-AbCdEf']
      return [name, 'role-sync-ledger']
    }),
  )

describe.each(['prod', 'dev', 'local'])('at the stage %s', stage => {
  test('the environment is what functions/sync/sync-settings.ts parses', () => {
    expect(v.safeParse(settingsSchema, deployed(environmentIn({ stage }))).issues).toBeUndefined()
  })

  test('no setting of it is missing: without any one of ours the function would not start', () => {
    const environment = deployed(environmentIn({ stage }))
    const optional = new Set([
      ...['WACHT_DIALECT', 'HISTORY_TABLE', 'HISTORY_DAYS', 'OUTCOMES_TOPIC_ARN'],
      ...Object.keys(environment).filter(name => name.startsWith('POWERTOOLS_')),
    ])
    for (const name of Object.keys(environment).filter(each => !optional.has(each))) {
      const { [name]: _, ...rest } = environment
      expect({ name, success: v.safeParse(settingsSchema, rest).success }).toEqual({ name, success: false })
    }
  })
})
