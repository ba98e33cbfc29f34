import { describe, expect, test } from '@jest/globals'
import type { Resource } from '../../infra/synth.ts'
import { arnOf, idOf, only, sources, startingWith, templateOf } from './stage.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Principal?: unknown
  readonly Resource: unknown
}

/** What holds for everything of its kind in the stack, so that nothing new can be forgotten: with sources and producers. */
const template = templateOf({ stage: 'prod', sources, producers: '123456789012,sns.amazonaws.com' })
const resources = template.toJSON().Resources as Readonly<Record<string, Resource>>
const all = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type)
const names = ['Sync', 'Replay', 'Intake', 'Sweep', 'Due']
const functions = names.map(name => startingWith(template, 'AWS::Lambda::Function', name))
const roleOf = (name: string) => startingWith(template, 'AWS::IAM::Role', `${name}Role`).id
const statementsOf = (policy: Resource) =>
  (policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement
const actionsOf = ({ Action }: Statement) => [Action].flat()

test('there are five functions, and each is looked at', () => {
  expect(
    all('AWS::Lambda::Function')
      .map(([id]) => id)
      .toSorted(),
  ).toEqual(functions.map(({ id }) => id).toSorted())
})

describe.each(names)('the function %s', name => {
  const { id, Properties, DependsOn } = startingWith(template, 'AWS::Lambda::Function', name)

  test('acts with a role of its own, which no other function and nobody else takes', () => {
    expect(Properties.Role).toEqual(arnOf(roleOf(name)))
    expect(Object.keys(resources[roleOf(name)]!.Properties)).toEqual(['AssumeRolePolicyDocument'])
    expect(resources[roleOf(name)]!.Properties.AssumeRolePolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    })
  })
  test('has one policy, which is there before it and belongs to its role alone', () => {
    const own = all('AWS::IAM::Policy').filter(([, policy]) =>
      JSON.stringify(policy.Properties.Roles).includes(roleOf(name)),
    )
    expect(own.map(([, policy]) => policy.Properties.Roles)).toEqual([[{ Ref: roleOf(name) }]])
    expect(DependsOn).toContain(own[0]![0])
  })
  test('may do nothing to everything, but send traces', () => {
    const policy = startingWith(template, 'AWS::IAM::Policy', `${name}Role`)
    for (const statement of statementsOf(policy)) {
      expect(statement.Effect).toBe('Allow')
      for (const action of actionsOf(statement)) expect(action).toMatch(/^[a-z]+:[A-Z]\w+$/)
      if (!actionsOf(statement).every(action => action.startsWith('xray:Put')))
        expect(JSON.stringify(statement.Resource)).not.toContain('*')
    }
  })
  test('runs on Node 24 on arm64, is traced, and writes to a log group of its own', () => {
    expect(Properties).toMatchObject({
      ...{ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' },
      ...{ TracingConfig: { Mode: 'Active' } },
      LoggingConfig: {
        LogFormat: 'JSON',
        LogGroup: { Ref: startingWith(template, 'AWS::Logs::LogGroup', `${name}Logs`).id },
      },
    })
    expect(resources[startingWith(template, 'AWS::Logs::LogGroup', `${name}Logs`).id]!.Properties).toEqual({
      LogGroupName: `/aws/lambda/${String(Properties.FunctionName)}`,
      RetentionInDays: 180,
    })
  })
  test('is called by nobody but the one service that should, for what it is told', () => {
    const permissions = all('AWS::Lambda::Permission').filter(
      ([, { Properties: of }]) => JSON.stringify(of.FunctionName) === JSON.stringify(arnOf(id)),
    )
    const services = {
      ...{ Sync: [], Replay: ['events.amazonaws.com'], Intake: ['apigateway.amazonaws.com'] },
      ...{ Sweep: ['events.amazonaws.com'], Due: ['events.amazonaws.com'] },
    }
    expect([...new Set(permissions.map(([, { Properties: of }]) => of.Principal))]).toEqual(
      services[name as 'Sync'],
    )
    for (const [, { Properties: of }] of permissions) expect(of.SourceArn).toBeDefined()
  })
})

test('no function has an address of its own', () => {
  expect(all('AWS::Lambda::Url')).toEqual([])
})

test('each secret is read by the one function whose it is, and a token by the sweep too, which sends GET alone', () => {
  const nameOf = (reference: unknown) =>
    String(resources[(reference as { Ref: string }).Ref]?.Properties.Name).replace('role-sync/prod/', '')
  const readers = Object.fromEntries(
    names.map(name => [
      name,
      statementsOf(startingWith(template, 'AWS::IAM::Policy', `${name}Role`))
        .filter(statement => actionsOf(statement).some(action => action.startsWith('secretsmanager:')))
        .flatMap(({ Resource: of }) => [of].flat().map(nameOf)),
    ]),
  )
  expect(readers).toEqual({
    ...{ Sync: ['wacht', 'project', 'person', 'due'], Replay: [], Intake: ['okta-event-hook', 'hr-webhook'] },
    ...{ Sweep: ['wacht', 'project'], Due: ['due'] },
  })
  expect(all('AWS::SecretsManager::Secret')).toHaveLength(new Set(Object.values(readers).flat()).size)
})

test('no secret has a value in the template, nor one that was made up but that of the keys for people and due changes', () => {
  for (const [, { Properties }] of all('AWS::SecretsManager::Secret')) {
    const keys = /\/(person|due)$/.test(String(Properties.Name))
      ? ['Description', 'GenerateSecretString', 'Name']
      : ['Description', 'Name']
    expect(Object.keys(Properties).toSorted()).toEqual(keys)
  }
})

test.each([
  'AWS::SQS::Queue',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SecretsManager::Secret',
  'AWS::Logs::LogGroup',
])('what holds something outlives the stack, and a change that replaces it: every %s', type => {
  expect(all(type).length).toBeGreaterThan(0)
  for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of all(type)) {
    expect({ id, UpdateReplacePolicy, DeletionPolicy }).toEqual({
      id,
      UpdateReplacePolicy: 'Retain',
      DeletionPolicy: expect.stringMatching(/^Retain(ExceptOnCreate)?$/),
    })
  }
})

test('every queue is encrypted, reached over TLS only, and open to nobody in general', () => {
  const policies = all('AWS::SQS::QueuePolicy')
  expect(policies).toHaveLength(all('AWS::SQS::Queue').length)
  for (const [id, { Properties }] of all('AWS::SQS::Queue')) {
    expect(Properties.SqsManagedSseEnabled).toBe(true)
    const [own] = policies.filter(([, policy]) => JSON.stringify(policy.Properties.Queues).includes(id))
    const [first, ...others] = statementsOf(own![1])
    expect(first).toEqual({
      ...{ Effect: 'Deny', Action: 'sqs:*', Principal: { AWS: '*' }, Resource: arnOf(id) },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
    for (const statement of others) {
      expect(statement).toMatchObject({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf(id) })
      expect(JSON.stringify(statement.Principal)).not.toContain('*')
    }
  }
})

test('what a stage tells of its parts is theirs', () => {
  const { Outputs } = template.toJSON() as { Outputs: Record<string, { Value: unknown }> }
  const queue = (name: string) => idOf(template, 'AWS::SQS::Queue', 'QueueName', `role-sync-prod-${name}`)
  const named = (name: string) =>
    idOf(template, 'AWS::SecretsManager::Secret', 'Name', `role-sync/prod/${name}`)
  const { id: ledger } = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'Ledger')
  const [sync, replay, intake] = functions.map(({ id }) => id) as [string, string, string]
  expect(Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, Value]))).toMatchObject(
    {
      ChangesQueueUrl: { Ref: queue('changes') },
      ChangesQueueArn: arnOf(queue('changes')),
      DeadLetterQueueUrl: { Ref: queue('dead-letters') },
      DeadLetterQueueArn: arnOf(queue('dead-letters')),
      ...{ LedgerTableName: { Ref: ledger }, LedgerTableArn: arnOf(ledger) },
      ...{ SyncFunctionName: { Ref: sync }, SyncFunctionArn: arnOf(sync) },
      ...{ ReplayFunctionName: { Ref: replay }, ReplayFunctionArn: arnOf(replay) },
      ...{ IntakeFunctionName: { Ref: intake }, IntakeFunctionArn: arnOf(intake) },
      ...{ WachtSecretArn: { Ref: named('wacht') }, ProjectSecretArn: { Ref: named('project') } },
      ...{ WachtSecretName: 'role-sync/prod/wacht', ProjectSecretName: 'role-sync/prod/project' },
      IntakeSecretNames: 'role-sync/prod/okta-event-hook,role-sync/prod/hr-webhook',
    },
  )
})

test('what is set by context reaches the mapping, the function and the queue alike', () => {
  const set = templateOf({
    stage: 'prod',
    maxConcurrency: '7',
    functionTimeoutSeconds: '90',
    leaseSeconds: '100',
  })
  const { FunctionResponseTypes, ScalingConfig } = only(set, 'AWS::Lambda::EventSourceMapping').Properties
  expect({ FunctionResponseTypes, ScalingConfig }).toEqual({
    ...{ FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 7 } },
  })
  expect(startingWith(set, 'AWS::Lambda::Function', 'Sync').Properties.Timeout).toBe(90)
  const changes = idOf(set, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes')
  expect(set.findResources('AWS::SQS::Queue')[changes]?.Properties.VisibilityTimeout).toBe(540)
})
