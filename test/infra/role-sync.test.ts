import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { AnyPrincipal, type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { RoleSync } from '../../infra/role-sync.ts'
import type { RoleSyncProps } from '../../infra/role-sync-props.ts'
import { arnOf, idOf, only, startingWith, withOutdir } from './stage.ts'

const roles = { auditor: { wacht: { '42': { roleId: '4242' } } } }
const targets = { wacht: { url: 'https://api.wacht.dev' }, project: { url: 'https://brms.acme.dev' } }
const prod: RoleSyncProps = { stage: 'prod', targets, roles }

/** The template of a stack of somebody else's, whose app knows nothing of `cdk.json`. */
const templateWith = (fill: (stack: Stack) => void): Template =>
  withOutdir(outdir => {
    const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false })
    const stack = new Stack(app, 'Theirs')
    fill(stack)
    return Template.fromStack(stack)
  })

const queueNames = (template: Template) =>
  Object.values(template.findResources('AWS::SQS::Queue')).map(({ Properties }) => Properties.QueueName)

describe('in a stack of somebody else', () => {
  test('two stages stand side by side, each with all its parts, of which none tells the other', () => {
    const template = templateWith(stack => {
      new RoleSync(stack, 'Prod', { ...prod, alarmTopic: new Topic(stack, 'Calls') })
      new RoleSync(stack, 'Test', { ...prod, stage: 'test', logRetentionDays: 30 })
    })
    expect(queueNames(template)).toEqual(
      ['prod', 'test'].flatMap(stage => [`role-sync-${stage}-dead-letters`, `role-sync-${stage}-changes`]),
    )
    const logs = Object.values(template.findResources('AWS::Logs::LogGroup'))
    expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual([
      180, 180, 180, 180, 30, 30, 30, 30,
    ])

    const topic = only(template, 'AWS::SNS::Topic').id
    for (const { Properties } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      const { AlarmName, AlarmActions } = Properties
      const told = AlarmName.startsWith('role-sync-prod-') ? [{ Ref: topic }] : undefined
      expect({ AlarmName, AlarmActions }).toStrictEqual({ AlarmName, AlarmActions: told })
    }
  })

  test('roles that are given as an object lie beside the bundle of each function that reads them', () => {
    withOutdir(outdir => {
      const app = new App({ outdir, analyticsReporting: false })
      new RoleSync(new Stack(app, 'Theirs'), 'RoleSync', prod)
      const assets = readdirSync(outdir).filter(name => name.startsWith('asset.'))
      const given = assets.map(asset => join(outdir, asset, 'roles.json')).filter(existsSync)
      expect(assets).toHaveLength(4)
      expect(given.map(file => JSON.parse(readFileSync(file, 'utf8')))).toEqual([roles, roles, roles])
    })
  })

  test('sources that are given as an object have their routes', () => {
    const template = templateWith(stack => {
      new RoleSync(stack, 'RoleSync', { ...prod, sources: { hr: { kind: 'cloudevents', secret: 'hr-key' } } })
    })
    expect(only(template, 'AWS::ApiGatewayV2::Route').Properties.RouteKey).toBe('POST /sources/hr')
    expect(idOf(template, 'AWS::SecretsManager::Secret', 'Name', 'role-sync/prod/hr-key')).toMatch(
      /^RoleSync/,
    )
  })

  test('tags stand on every queue, function, log group and secret, and on the ledger', () => {
    const template = templateWith(stack => {
      new RoleSync(stack, 'RoleSync', { ...prod, tags: { team: 'identity' } })
    })
    const types = ['SQS::Queue', 'Lambda::Function', 'Logs::LogGroup', 'SecretsManager::Secret']
    for (const type of types) {
      for (const { Properties } of Object.values(template.findResources(`AWS::${type}`)))
        expect(Properties.Tags).toEqual([{ Key: 'team', Value: 'identity' }])
    }
    expect(startingWith(template, 'AWS::DynamoDB::GlobalTable', 'RoleSyncLedger').Properties).toMatchObject({
      Replicas: [{ Tags: [{ Key: 'team', Value: 'identity' }] }],
    })
  })
})

describe('grantSend', () => {
  const granted = (producerIn: (stack: Stack) => IGrantable) => {
    const template = templateWith(stack => {
      new RoleSync(stack, 'RoleSync', prod).grantSend(producerIn(stack))
    })
    const queue = idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes')
    const [policy] = Object.values(
      template.findResources('AWS::SQS::QueuePolicy', { Properties: { Queues: [{ Ref: queue }] } }),
    )
    // The first statement asks for TLS.
    return { template, queue, ofQueue: policy?.Properties.PolicyDocument.Statement.slice(1) as object[] }
  }

  test('lets a role of the account send, by a policy of its own, and do nothing else', () => {
    const { template, queue, ofQueue } = granted(
      stack => new Role(stack, 'Hr', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    )
    const { PolicyDocument } = startingWith(template, 'AWS::IAM::Policy', 'Hr').Properties
    expect(PolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf(queue) }],
    })
    expect(ofQueue).toEqual([])
  })

  test('lets a service send for this account alone, by the policy of the queue', () => {
    const { queue, ofQueue } = granted(() => new ServicePrincipal('events.amazonaws.com'))
    expect(ofQueue).toEqual([
      {
        ...{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf(queue) },
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ])
  })

  test('keeps the condition by which a service is held to one resource', () => {
    const conditions = { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:eu-central-1:123456789012:rule/hr' } }
    const { ofQueue } = granted(() => new ServicePrincipal('events.amazonaws.com', { conditions }))
    expect(ofQueue).toMatchObject([{ Condition: { StringEquals: {}, ...conditions } }])
  })

  test('refuses everybody', () => {
    expect(() => granted(() => new AnyPrincipal())).toThrow('grantSend takes no wildcard')
  })
})

describe('grantStatus', () => {
  const granted = (source: string, props = prod) =>
    templateWith(stack => {
      const hr = new Role(stack, 'Hr', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
      new RoleSync(stack, 'RoleSync', props).grantStatus(hr, source)
    })

  test('lets a producer read what became of the events of its source, and nothing else', () => {
    const template = granted('//hr.example.com')
    const { id } = startingWith(template, 'AWS::DynamoDB::GlobalTable', 'RoleSyncHistory')
    expect(startingWith(template, 'AWS::IAM::Policy', 'Hr').Properties.PolicyDocument).toMatchObject({
      Statement: [
        {
          ...{ Effect: 'Allow', Action: 'dynamodb:Query' },
          Resource: { 'Fn::Join': ['', [arnOf(id), '/index/by-event']] },
          Condition: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['//hr.example.com/*'] },
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        },
      ],
    })
  })

  test('refuses a wildcard, and a stage without a history', () => {
    expect(() => granted('//hr*')).toThrow('grantStatus takes no wildcard in a source')
    expect(() => granted('//hr', { ...prod, history: 'off' })).toThrow('grantStatus needs a history')
  })
})

test('its metrics can be watched by alarms', () => {
  const template = templateWith(stack => {
    const roleSync = new RoleSync(stack, 'RoleSync', prod)
    const metrics = {
      DeadLetters: roleSync.metricDeadLetters(),
      LetterAge: roleSync.metricOldestDeadLetterAge(),
      ChangeAge: roleSync.metricOldestChangeAge('wacht'),
      Applied: roleSync.metricApplied('project'),
      Dead: roleSync.metricDead('project', { statistic: 'Average' }),
      TimeToEffect: roleSync.metricTimeToEffect('wacht'),
    }
    for (const [id, metric] of Object.entries(metrics))
      new Alarm(stack, `Their${id}`, { metric, threshold: 1, evaluationPeriods: 1 })
  })
  const seen = ({ id, Properties }: ReturnType<typeof startingWith>) => {
    const { MetricName, Statistic, ExtendedStatistic, Period, Dimensions } = Properties
    const target = (Dimensions as { Name: string; Value: string }[]).find(({ Name }) => Name === 'target')
    return [id.slice(5, -8), MetricName, Statistic ?? ExtendedStatistic, Period, target?.Value]
  }
  const ids = Object.keys(template.findResources('AWS::CloudWatch::Alarm')).filter(id =>
    id.startsWith('Their'),
  )
  expect(ids.map(id => seen(startingWith(template, 'AWS::CloudWatch::Alarm', id)))).toEqual([
    ['DeadLetters', 'ApproximateNumberOfMessagesVisible', 'Maximum', 300, undefined],
    ['LetterAge', 'OldestLetterAge', 'Maximum', 3600, undefined],
    ['ChangeAge', 'OldestChangeAge', 'Maximum', 300, 'wacht'],
    ['Applied', 'Applied', 'Sum', 300, 'project'],
    ['Dead', 'Dead', 'Average', 300, 'project'],
    ['TimeToEffect', 'TimeToEffect', 'p99', 300, 'wacht'],
  ])
})
