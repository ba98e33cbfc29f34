import { describe, expect, test } from '@jest/globals'
import { arnOf, idOf, only, sources, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })
const sync = startingWith(template, 'AWS::Lambda::Function', 'Sync')

describe('the sync function', () => {
  test('runs on Node 24 on arm64, for a minute at most', () => {
    expect(sync.Properties).toMatchObject({
      FunctionName: 'role-sync-prod-sync',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 60,
      MemorySize: 512,
    })
  })

  test('writes JSON lines to a log group of its own, which forgets', () => {
    const logs = startingWith(template, 'AWS::Logs::LogGroup', 'Sync')
    expect(sync.Properties.LoggingConfig).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      LogGroup: { Ref: logs.id },
    })
    expect(logs.Properties).toEqual({ LogGroupName: '/aws/lambda/role-sync-prod-sync', RetentionInDays: 180 })
  })

  test('is traced by X-Ray', () => {
    expect(sync.Properties.TracingConfig).toEqual({ Mode: 'Active' })
  })

  test('exists only once its role may do what it needs: the first batch may come at once', () => {
    expect(sync.DependsOn).toContain(startingWith(template, 'AWS::IAM::Policy', 'Sync').id)
  })
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
