import { describe, expect, test } from '@jest/globals'
import { settingsSchema } from '../../functions/reassert/reassert-settings.ts'
import { problemsOf } from './good-context.ts'
import {
  allow,
  arnOf,
  guards,
  idOf,
  only,
  permissionsOf,
  sources,
  startingWith,
  templateOf,
} from './stage.ts'

const template = templateOf({ stage: 'prod', reassert: 'on' })
const secret = idOf(template, 'AWS::SecretsManager::Secret', 'Name', 'role-sync/prod/reassert')
const settingsIn = (of: typeof template, name: string) =>
  (startingWith(of, 'AWS::Lambda::Function', name).Properties.Environment as { Variables: object }).Variables

test('a stage has nothing for re-assertions unless it is said', () => {
  const usual = templateOf({ stage: 'prod' })
  expect(usual.toJSON()).toEqual(templateOf({ stage: 'prod', reassert: 'off' }).toJSON())
  expect(JSON.stringify(usual.toJSON())).not.toMatch(/prod-reassert|prod\/reassert|REASSERT_|Lambda::Url/)
})

describe('the reassert function', () => {
  test('has a URL, which only signed requests reach', () => {
    expect(only(template, 'AWS::Lambda::Url').Properties).toEqual({
      AuthType: 'AWS_IAM',
      TargetFunctionArn: arnOf(startingWith(template, 'AWS::Lambda::Function', 'Reassert').id),
    })
  })
  test('may send changes, read entries and its key, and nothing else', () => {
    const queue = idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes')
    const ledger = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'Ledger').id
    expect(permissionsOf(template, 'ReassertRole').slice(2)).toEqual([
      allow(['sqs:SendMessage'], arnOf(queue)),
      allow(['dynamodb:GetItem'], arnOf(ledger)),
      allow(['secretsmanager:GetSecretValue'], { Ref: secret }),
    ])
  })
  test('is told what functions/reassert/reassert-settings.ts parses', () => {
    const { POWERTOOLS_LOG_LEVEL: _, ...settings } = settingsIn(template, 'Reassert') as Record<
      string,
      unknown
    >
    const own = Object.keys(settings).filter(name => !name.startsWith('POWERTOOLS_'))
    const always = Object.keys(settingsSchema.entries).filter(name => name !== 'SWEEP_TABLE')
    expect(own.toSorted()).toEqual(always.toSorted())
    expect(settings).toMatchObject({
      ...{ REASSERT_SECRET_ARN: { Ref: secret }, REASSERT_SOURCE: '//role-sync/prod/drift' },
    })
  })
})

describe('a scope that has its drift written again by itself', () => {
  const scopes = [{ scope: 'project/3c90c3cc-0d44-4b50-8888-8dd25736052a', drift: 'reassert' }]
  const automatic = templateOf({ stage: 'prod', reassert: 'on', guards: { scopes } })
  const { id: table } = startingWith(automatic, 'AWS::DynamoDB::GlobalTable', 'SweepReadings')

  test('lets the function read what the sweep found, and claim members there', () => {
    expect(settingsIn(automatic, 'Reassert')).toMatchObject({ SWEEP_TABLE: { Ref: table } })
    const permissions = permissionsOf(automatic, 'ReassertRole')
    expect(permissions).toContainEqual(allow(['dynamodb:GetItem'], arnOf(table)))
    expect(permissions).toContainEqual({
      ...allow(['dynamodb:PutItem'], arnOf(table)),
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['auto/*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    })
  })
  test('has it run as often as the sweep', () => {
    const rule = startingWith(automatic, 'AWS::Events::Rule', 'ReassertSchedule').Properties
    expect(rule).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      Targets: [{ Input: '{"action":"reassert"}' }],
    })
  })
  test('makes no table of approvals: it guards nothing', () => {
    expect(JSON.stringify(automatic.toJSON())).not.toMatch(/approv|TRUSTED_SENDERS/i)
  })
  test.each<[string, object, string]>([
    ['re-assertions', { reassert: 'off' }, 'scopes.0.drift: reassert needs reassert=on'],
    ['a sweep', { sweep: 'off' }, 'scopes.0.drift: reassert needs sweep=on'],
    [
      'lists that show roles',
      { guards: { scopes: [{ scope: 'wacht/7301954381230018561', drift: 'reassert' }] } },
      'scopes.0.scope: the lists of wacht do not show roles with wachtDialect role_id, so no drift is found there',
    ],
  ])('fails the synthesis without %s', (_, context, problem) => {
    expect(problemsOf({ reassert: 'on', guards: { scopes }, ...context })).toEqual([
      expect.stringContaining(problem),
    ])
  })
})

test('only the sync function can read the key too', () => {
  expect(settingsIn(template, 'Sync')).toMatchObject({ REASSERT_SECRET_ARN: { Ref: secret } })
  const readers = Object.keys(template.findResources('AWS::IAM::Policy')).filter(id =>
    JSON.stringify(template.findResources('AWS::IAM::Policy')[id]).includes(secret),
  )
  expect(readers.map(id => id.replace(/RoleDefaultPolicy.*/, '')).toSorted()).toEqual(['Reassert', 'Sync'])
})

test('CloudFormation makes the key up, and keeps it', () => {
  expect(template.findResources('AWS::SecretsManager::Secret')[secret]).toMatchObject({
    ...{ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' },
    Properties: { GenerateSecretString: { GenerateStringKey: 'token', PasswordLength: 64 } },
  })
})

test('guards believe for whom the function sends', () => {
  const guarded = templateOf({ stage: 'prod', reassert: 'on', sources, guards })
  const ids = ['Sync', 'Replay', 'Intake', 'Reassert', 'Due'].map(name => ({
    'Fn::GetAtt': [startingWith(guarded, 'AWS::IAM::Role', `${name}Role`).id, 'RoleId'],
  }))
  expect(settingsIn(guarded, 'Sync')).toMatchObject({
    TRUSTED_SENDERS: { 'Fn::Join': ['', ids.flatMap((id, n) => (n === 0 ? [id] : [',', id]))] },
  })
})

test('alarms watch the function', () => {
  const names = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties.AlarmName,
  )
  expect(names).toEqual(
    expect.arrayContaining(['role-sync-prod-reassert-errors', 'role-sync-prod-reassert-throttles']),
  )
})
