import { describe, expect, test } from '@jest/globals'
import { readDueSettings } from '../../functions/due/due-settings.ts'
import { allow, arnOf, idOf, permissionsOf, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })
const due = startingWith(template, 'AWS::Lambda::Function', 'Due')
const table = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'DueChanges')
const changes = arnOf(idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes'))
const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret', 'Name', 'role-sync/prod/due') }

test('the due function may read and delete what is due, read its key, send changes, and nothing else', () => {
  expect(permissionsOf(template, 'Due').slice(2)).toEqual([
    allow(['sqs:SendMessage'], changes),
    allow(['dynamodb:BatchWriteItem', 'dynamodb:Query'], arnOf(table.id)),
    allow(['secretsmanager:GetSecretValue'], secret),
  ])
})

test('its environment is what functions/due/due-settings.ts reads, none of it missing', () => {
  const { Variables } = due.Properties.Environment as { Variables: Record<string, unknown> }
  const deployed = Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'https://q']),
  )
  const own = Object.keys(deployed).filter(name => !name.startsWith('POWERTOOLS_'))
  expect(Object.keys(readDueSettings(deployed))).toEqual(own)
  for (const name of own) {
    const { [name]: _, ...rest } = deployed
    expect(() => readDueSettings(rest)).toThrow(`wrong settings: ${name}: is missing`)
  }
})

test('the schedule calls it every minute, and no call lasts into the next', () => {
  const { Properties } = startingWith(template, 'AWS::Events::Rule', 'DueSchedule')
  expect(Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' })
  expect(Properties.Targets).toMatchObject([{ Arn: arnOf(due.id) }])
  expect(due.Properties.Timeout).toBe(60)
})

test('the alarm rings when a change is a minute late, and when nobody looks', () => {
  const alarms = template.findResources('AWS::CloudWatch::Alarm', {
    Properties: { AlarmName: 'role-sync-prod-due-late' },
  })
  expect(Object.values(alarms)[0]?.Properties).toMatchObject({
    ...{ Namespace: 'RoleSync', MetricName: 'DueLate', Statistic: 'Maximum', Threshold: 60 },
    ...{ Period: 300, EvaluationPeriods: 2, TreatMissingData: 'breaching' },
    Dimensions: [
      { Name: 'function', Value: 'role-sync-prod-due' },
      { Name: 'service', Value: 'role-sync' },
    ],
  })
})

describe('the table of due changes', () => {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ]
  test('has its items by shard and instant, and an index with all of them by scope and member', () => {
    expect(table.Properties).toMatchObject({
      ...{ TableName: 'role-sync-prod-due', KeySchema: key('shard', 'due') },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-scope',
          KeySchema: key('scope', 'memberDue'),
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    })
  })
  test('is protected as the ledger is: what waits there is nowhere else', () => {
    const ledger = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'Ledger')
    const { DeletionPolicy, UpdateReplacePolicy, Properties } = ledger
    expect(table).toMatchObject({ DeletionPolicy, UpdateReplacePolicy })
    const [{ GlobalSecondaryIndexes: _, ...replica }] = Properties.Replicas as [Record<string, unknown>]
    expect(table.Properties.Replicas).toMatchObject([replica])
  })
})
