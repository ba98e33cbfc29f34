import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import * as v from 'valibot'
import { settingsSchema } from '../../functions/approve/approve-settings.ts'
import { settingsSchema as syncSettings } from '../../functions/sync/sync-settings.ts'
import { root } from '../../infra/paths.ts'
import { RoleSync } from '../../infra/role-sync.ts'
import { deploymentOf, problemsOf } from './good-context.ts'
import {
  allow,
  arnOf,
  guards,
  only,
  permissionsOf,
  sources,
  startingWith,
  templateOf,
  withOutdir,
} from './stage.ts'

const template = templateOf({ stage: 'prod', sources, guards, approvalsNeeded: '2' })
const environmentIn = (of: Template, name: string) =>
  (startingWith(of, 'AWS::Lambda::Function', name).Properties.Environment as { Variables: object }).Variables
const { id: approvals, Properties: tableProperties } = startingWith(
  template,
  'AWS::DynamoDB::GlobalTable',
  'Approvals',
)

describe('a stage without guards', () => {
  test('has the very same template whether its file is empty or there is none: nothing of approvals', () => {
    const empty = templateOf({ stage: 'prod', sources, guards: {}, approvalsNeeded: '2' })
    expect(empty.toJSON()).toEqual(templateOf({ stage: 'prod', sources }).toJSON())
    expect(JSON.stringify(empty.toJSON())).not.toMatch(/approv|TRUSTED_SENDERS|DUE_SENDER|Lambda::Url/i)
  })
  test('is what the repository declares', () => {
    expect(JSON.parse(readFileSync(join(root, 'infra/guards.json'), 'utf8'))).toEqual({})
  })
})

describe('the approve function', () => {
  test('has the one URL of the stage, which only signed requests reach', () => {
    expect(only(template, 'AWS::Lambda::Url').Properties).toEqual({
      AuthType: 'AWS_IAM',
      TargetFunctionArn: arnOf(startingWith(template, 'AWS::Lambda::Function', 'Approve').id),
    })
  })
  test('may put approvals into their table, and nothing else', () => {
    expect(permissionsOf(template, 'ApproveRole').slice(2)).toEqual([
      allow(['dynamodb:PutItem'], arnOf(approvals)),
    ])
  })
  test('is called by no service, and its policy names nobody', () => {
    const { id } = startingWith(template, 'AWS::Lambda::Function', 'Approve')
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'))
    expect(JSON.stringify(permissions)).not.toContain(id)
  })
  test('is told what functions/approve/approve-settings.ts parses', () => {
    const environment = environmentIn(template, 'Approve')
    expect(environment).toMatchObject({ APPROVALS_TABLE: { Ref: approvals }, APPROVALS_NEEDED: '2' })
    const deployed = { ...environment, APPROVALS_TABLE: 'role-sync-prod-approvals' }
    expect(v.parse(settingsSchema, deployed)).toMatchObject({ APPROVALS_NEEDED: 2 })
  })
})

test('approvals are kept like the ledger: recovered to a point in time, not deleted, gone when they expire', () => {
  expect(tableProperties).toMatchObject({
    TableName: 'role-sync-prod-approvals',
    KeySchema: [
      { AttributeName: 'approval', KeyType: 'HASH' },
      { AttributeName: 'approver', KeyType: 'RANGE' },
    ],
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    Replicas: [
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ],
  })
})

describe('the sync function', () => {
  test('reads approvals and can write none', () => {
    expect(permissionsOf(template, 'SyncRole')).toContainEqual(allow(['dynamodb:Query'], arnOf(approvals)))
    const others = ['Sync', 'Replay', 'Intake'].map(name =>
      JSON.stringify(permissionsOf(template, `${name}Role`)),
    )
    expect(others.filter(text => text.includes(approvals))).toHaveLength(1)
  })
  test('knows the table, how many approvers it takes, which senders it believes, and who sends what is due', () => {
    const ids = ['Sync', 'Replay', 'Intake', 'Due'].map(name => ({
      'Fn::GetAtt': [startingWith(template, 'AWS::IAM::Role', `${name}Role`).id, 'RoleId'],
    }))
    const senders = { 'Fn::Join': ['', [ids[0], ',', ids[1], ',', ids[2], ',', ids[3]]] }
    const environment = environmentIn(template, 'Sync')
    expect(environment).toMatchObject({
      ...{ APPROVALS_TABLE: { Ref: approvals }, APPROVALS_NEEDED: '2', TRUSTED_SENDERS: senders },
      DUE_SENDER: ids[3],
    })
    expect(environmentIn(template, 'Replay')).toMatchObject({ TRUSTED_SENDERS: senders })
    const parsed = syncSettings.options.flatMap(({ entries }) => Object.keys(entries))
    expect(parsed).toEqual(
      expect.arrayContaining(['APPROVALS_TABLE', 'APPROVALS_NEEDED', 'TRUSTED_SENDERS', 'DUE_SENDER']),
    )
  })
})

describe('a share of the known members', () => {
  const withShare = (context: object = {}) =>
    templateOf({
      stage: 'prod',
      guards: { burst: [{ floor: 3 }, { role: 'member', floor: 3, share: 0.1 }] },
      ...context,
    })
  test('lets the sync function get from the table of the sweep, and tells it the name', () => {
    const shared = withShare()
    const { id } = startingWith(shared, 'AWS::DynamoDB::GlobalTable', 'SweepReadings')
    expect(permissionsOf(shared, 'SyncRole')).toContainEqual(allow(['dynamodb:GetItem'], arnOf(id)))
    expect(environmentIn(shared, 'Sync')).toMatchObject({ SWEEP_TABLE: { Ref: id } })
    expect(syncSettings.options.flatMap(({ entries }) => Object.keys(entries))).toContain('SWEEP_TABLE')
  })
  test.each<[string, () => Template]>([
    ['no rule has one', () => withShare({ guards: { burst: [{ floor: 3 }] } })],
    ['the sweep is off', () => withShare({ sweep: 'off' })],
  ])('is not asked for where %s: the sync function knows nothing of the sweep', (_, templateWithout) => {
    const of = templateWithout()
    const told = [permissionsOf(of, 'SyncRole'), environmentIn(of, 'Sync')]
    expect(JSON.stringify(told)).not.toMatch(/sweep/i)
  })
})

test('an alarm rings when a change is held, at any target', () => {
  const alarm = startingWith(template, 'AWS::CloudWatch::Alarm', 'ChangesHeld').Properties
  expect(alarm).toMatchObject({
    ...{ AlarmName: 'role-sync-prod-sync-changes-held', Threshold: 1, TreatMissingData: 'notBreaching' },
  })
  expect(JSON.stringify(alarm.AlarmDescription)).toContain('section \\"Changes held')
  const { Metrics } = alarm as { Metrics: { Expression?: string; MetricStat?: { Metric: object } }[] }
  expect(Metrics.find(({ Expression }) => Expression)?.Expression).toMatch(/^SUM\(\[/)
  expect(Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))).toEqual(
    ['wacht', 'project'].map(target =>
      expect.objectContaining({
        MetricName: 'Held',
        Dimensions: expect.arrayContaining([{ Name: 'target', Value: target }]),
      }),
    ),
  )
})

test('the dashboard shows held changes, and the outputs name the parts', () => {
  expect(JSON.stringify(only(template, 'AWS::CloudWatch::Dashboard').Properties)).toContain('Changes held')
  expect(Object.keys(template.toJSON().Outputs)).toEqual(
    expect.arrayContaining(['ApprovalsTableName', 'ApproveFunctionName', 'ApproveUrl']),
  )
})

describe('a wrong file of guards fails with its path', () => {
  test.each<[string, object, string]>([
    [
      'a member of no target',
      { protected: [{ member: 'okta/1/2', why: 'x' }] },
      'guards: protected.0.member: ',
    ],
    [
      'a burst of a source that is not declared',
      { burst: [{ floor: 3 }, { floor: 3, sender: 'intake/oktta' }] },
      'guards: burst.1.sender: is not a declared source',
    ],
    [
      'a shadowed source that is not declared',
      { shadow: [{ target: 'wacht' }, { target: 'wacht', sender: 'intake/oktta' }] },
      'guards: shadow.1.sender: is not a declared source',
    ],
    [
      'a shadowed target that is not there',
      { shadow: [{ target: 'okta' }] },
      'guards: shadow.0.target: must be wacht or project',
    ],
    [
      'a burst of a role that takes no access away',
      { burst: [{ floor: 3, role: 'nobody' }] },
      'guards: burst.0.role: must be a role that the catalogue marks `withdraws`',
    ],
    [
      'a burst in a scope that is not there',
      { burst: [{ floor: 3, scope: 'wacht/1' }] },
      'guards: burst.0.scope: must be a scope of the catalogue',
    ],
    ['a member without why', { protected: [{ member: 'wacht/1/2' }] }, 'guards: protected.0.why: is missing'],
    ['another guard', { owners: [] }, 'guards: owners: is not a known field'],
    [
      'owners where lists do not show roles',
      { last_owner: [{ scope: 'wacht/7301954381230018561', role: 'engineering-manager', keep: 2 }] },
      'guards: last_owner.0.scope: the lists of wacht do not show roles with wachtDialect role_id: name the members in `protected` instead',
    ],
    [
      'owners by a role that the scope does not have',
      { last_owner: [{ scope: 'project/3c90c3cc-0d44-4b50-8888-8dd25736052a', role: 'nobody', keep: 2 }] },
      'guards: last_owner.0.role: must be a role that the catalogue has for this scope',
    ],
    [
      'a source that is not declared',
      { protected: [{ member: 'wacht/1/2', why: 'x', senders: ['AROAEXAMPLE', 'intake/oktta'] }] },
      'guards: protected.0.senders.1: is not a declared source',
    ],
  ])('%s', (_, given, problem) => {
    expect(problemsOf({ sources, guards: given })).toEqual([expect.stringContaining(problem)])
  })
  test('but owners are guarded where lists show roles', () => {
    const last_owner = [{ scope: 'wacht/7301954381230018561', role: 'engineering-manager', keep: 2 }]
    expect(problemsOf({ guards: { last_owner }, wachtDialect: 'role_ids' })).toEqual([])
    expect(problemsOf({ guards: { last_owner }, wachtDialect: 'both' })).toEqual([
      'wachtDialect: must be role_id or role_ids',
    ])
  })
  test.each(['0', '6', '1.5', 'two'])('%s approvals', approvalsNeeded => {
    expect(problemsOf({ approvalsNeeded })).toEqual(['approvalsNeeded: must be a whole number from 1 to 5'])
  })
  test('and a good one is taken, with one approval unless more are asked for', () => {
    expect(deploymentOf({ sources, guards }).approvalsNeeded).toBe(1)
  })
})

describe('grantApprove', () => {
  const granted = (props: object) =>
    withOutdir(outdir => {
      const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false })
      const stack = new Stack(app, 'Theirs')
      const targets = { project: { url: 'https://brms.acme.dev' } }
      const approver = new Role(stack, 'Anna', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
      const { approvals } = new RoleSync(stack, 'RoleSync', { stage: 'prod', targets, ...props })
      approvals?.grantApprove(approver)
      return Template.fromStack(stack)
    })

  test('lets a role call the function through its URL alone, and find the URL', () => {
    const of = granted({ guards: { protected: [{ member: 'wacht/1/2', why: 'x' }] } })
    const Resource = arnOf(startingWith(of, 'AWS::Lambda::Function', 'RoleSyncApprove').id)
    const { PolicyDocument } = startingWith(of, 'AWS::IAM::Policy', 'Anna').Properties
    expect((PolicyDocument as { Statement: object[] }).Statement).toEqual([
      { ...allow(['lambda:GetFunctionUrlConfig'], Resource), Action: 'lambda:GetFunctionUrlConfig' },
      {
        ...{ Effect: 'Allow', Action: 'lambda:InvokeFunctionUrl', Resource },
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      {
        ...{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource },
        Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } },
      },
    ])
  })
})
