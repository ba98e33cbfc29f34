import { expect, test } from '@jest/globals'
import { arnOf, idOf, only, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })
const policy = startingWith(template, 'AWS::IAM::Policy', 'Sync')
const role = startingWith(template, 'AWS::IAM::Role', 'Sync')

interface Statement {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Resource: unknown
}
const statements = (policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement
const queue = (name: string) =>
  arnOf(idOf(template, 'AWS::SQS::Queue', 'QueueName', `role-sync-prod-${name}`))
const secret = (name: string) => ({
  Ref: idOf(template, 'AWS::SecretsManager::Secret', 'Name', `role-sync/prod/${name}`),
})

test('the sync function may do what it does, and nothing else', () => {
  expect(
    statements.map(({ Effect, Action, Resource }) => [Effect, [Action].flat().toSorted(), Resource]),
  ).toEqual([
    [
      'Allow',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      arnOf(startingWith(template, 'AWS::Logs::LogGroup', 'Sync').id),
    ],
    ['Allow', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], '*'],
    [
      'Allow',
      ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      queue('changes'),
    ],
    ['Allow', ['sqs:SendMessage'], [queue('dead-letters'), queue('changes')]],
    [
      'Allow',
      ['dynamodb:GetItem', 'dynamodb:PutItem'],
      arnOf(only(template, 'AWS::DynamoDB::GlobalTable').id),
    ],
    ['Allow', ['secretsmanager:GetSecretValue'], [secret('wacht'), secret('project'), secret('person')]],
  ])
})

test('no action of it holds a wildcard, and no resource but that of X-Ray, which knows none', () => {
  const others = statements.filter(
    ({ Action }) => ![Action].flat().every(action => action.startsWith('xray:Put')),
  )
  expect(others).toHaveLength(statements.length - 1)
  for (const { Action, Resource } of others) expect(JSON.stringify([Action, Resource])).not.toContain('*')
})

test('only Lambda takes its role, which has no managed policies', () => {
  expect(Object.keys(role.Properties)).toEqual(['AssumeRolePolicyDocument'])
  expect(role.Properties.AssumeRolePolicyDocument).toMatchObject({
    Statement: [
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
    ],
  })
})
