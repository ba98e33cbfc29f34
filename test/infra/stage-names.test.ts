import { expect, test } from '@jest/globals'
import type { Template } from 'aws-cdk-lib/assertions'
import { sources, templateOf } from './stage.ts'

const longest = 'a-stage-of-20-chars-'.slice(0, 19).padEnd(20, 'x')

/** What each resource is called in its account: two of one type must never share a name. */
const namesIn = (template: Template): string[] =>
  Object.values(
    template.toJSON().Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>,
  )
    .flatMap(({ Type, Properties }) =>
      ['QueueName', 'TableName', 'FunctionName', 'LogGroupName', 'Name'].map(
        key => [Type, Properties[key]] as const,
      ),
    )
    .filter(([, name]) => typeof name === 'string')
    .map(([type, name]) => `${type} ${name}`)

test('two stages in one account share no name', () => {
  const [dev, prod] = ['dev', 'prod'].map(stage => namesIn(templateOf({ stage, sources }))) as [
    string[],
    string[],
  ]
  expect(dev).toHaveLength(24)
  expect(prod).toHaveLength(24)
  expect(new Set([...dev, ...prod]).size).toBe(48)
})

test('the longest stage still gives names that AWS takes', () => {
  const limits: Record<string, number> = {
    'AWS::SQS::Queue': 80,
    'AWS::DynamoDB::GlobalTable': 255,
    'AWS::Lambda::Function': 64,
    'AWS::Logs::LogGroup': 512,
    'AWS::SecretsManager::Secret': 512,
    'AWS::ApiGatewayV2::Api': 128,
  }
  for (const [type, name = ''] of namesIn(templateOf({ stage: longest, sources })).map(line =>
    line.split(' '),
  )) {
    expect(name.length).toBeLessThanOrEqual(limits[type ?? ''] ?? 0)
    expect(name).toMatch(type === 'AWS::SQS::Queue' ? /^[\w-]+$/ : /^[\w/-]+$/)
  }
})

test('a stage tells names, URLs and ARNs of all its parts', () => {
  expect(Object.keys(templateOf({ stage: 'prod', sources }).toJSON().Outputs)).toEqual([
    'ChangesQueueName',
    'ChangesQueueUrl',
    'ChangesQueueArn',
    'DeadLetterQueueName',
    'DeadLetterQueueUrl',
    'DeadLetterQueueArn',
    'LedgerTableName',
    'LedgerTableArn',
    'HistoryTableName',
    'HistoryTableArn',
    'SyncFunctionName',
    'SyncFunctionArn',
    'ReplayFunctionName',
    'ReplayFunctionArn',
    'WachtSecretName',
    'WachtSecretArn',
    'ProjectSecretName',
    'ProjectSecretArn',
    'IntakeUrl',
    'IntakeFunctionName',
    'IntakeFunctionArn',
    'IntakeSecretNames',
    'SweepTableName',
    'SweepFunctionName',
    'DueTableName',
    'DueFunctionName',
  ])
})
