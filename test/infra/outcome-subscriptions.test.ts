import { describe, expect, test } from '@jest/globals'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { RoleSync } from '../../infra/role-sync.ts'
import { allow, arnOf, idOf, only, permissionsOf, startingWith, templateOf, withOutdir } from './stage.ts'

const url = 'https://hr.example.com/outcomes'
const props = {
  ...{ stage: 'prod', roles: {}, sources: { hr: { kind: 'cloudevents', secret: 'hr-key' } } },
  targets: { wacht: { url: 'https://api.wacht.dev' }, project: { url: 'https://brms.acme.dev' } },
}

/** A stage with three subscriptions: of two queues in the stack of a producer, one of them with a key of its own, and of a URL. */
const { ours, theirs } = withOutdir(outdir => {
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false })
  const [ours, theirs] = [new Stack(app, 'Ours'), new Stack(app, 'Theirs')]
  const roleSync = new RoleSync(ours, 'RoleSync', { ...props, outcomes: 'on' })
  const encryptionMasterKey = new Key(theirs, 'Key')
  const idp = new Queue(theirs, 'Idp', { encryption: QueueEncryption.KMS, encryptionMasterKey })
  roleSync.outcomesFor('//hr').subscribe(new Queue(theirs, 'Hr'))
  roleSync.outcomesFor('//idp/').subscribe(idp)
  roleSync.outcomesFor('//hr').subscribeUrl(url)
  return { ours: Template.fromStack(ours), theirs: Template.fromStack(theirs) }
})
const topic = only(ours, 'AWS::SNS::Topic')
const statementsOf = ({ Properties }: ReturnType<typeof only>) =>
  (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement

test('outcomes are off unless they are asked for: then there is no topic, no setting and no permission', () => {
  const off = templateOf({ stage: 'prod' })
  expect(Object.keys(off.findResources('AWS::SNS::Topic'))).toEqual([])
  expect(JSON.stringify(off.toJSON())).not.toMatch(/OUTCOMES_|-outcomes|sns:/)
  const app = new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } })
  const roleSync = new RoleSync(new Stack(app, 'Off'), 'RoleSync', props)
  expect(() => roleSync.outcomesFor('//hr')).toThrow("Off/RoleSync: outcomesFor needs outcomes: 'on'")
})

describe('the topic', () => {
  test('is a standard one, encrypted, with a name of the stage', () => {
    expect(topic.Properties).toEqual({
      TopicName: 'role-sync-prod-outcomes',
      KmsMasterKeyId: { 'Fn::Join': ['', expect.arrayContaining([':alias/aws/sns'])] },
    })
  })
  test('takes events of the sync function alone', () => {
    const publish = allow(['sns:Publish'], { Ref: topic.id })
    expect(permissionsOf(ours, 'RoleSyncSync')).toContainEqual(publish)
    for (const other of ['RoleSyncReplay', 'RoleSyncIntake'])
      expect(permissionsOf(ours, other)).not.toContainEqual(publish)
    const sync = idOf(ours, 'AWS::Lambda::Function', 'FunctionName', 'role-sync-prod-sync')
    const { Environment } = ours.findResources('AWS::Lambda::Function')[sync]?.Properties ?? {}
    expect(Environment).toMatchObject({
      Variables: { OUTCOMES_TOPIC_ARN: { Ref: topic.id }, OUTCOMES_SOURCE: '//role-sync/prod' },
    })
  })
  test('allows nothing by its policy, and refuses what is not TLS and each endpoint that is not of the stack', () => {
    const [tls, subscribe, ...others] = statementsOf(only(ours, 'AWS::SNS::TopicPolicy'))
    expect(others).toEqual([])
    expect(tls).toMatchObject({
      ...{ Effect: 'Deny', Action: 'sns:Publish' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
    expect(subscribe).toMatchObject({ Effect: 'Deny', Action: 'sns:Subscribe', Principal: { AWS: '*' } })
    const condition = subscribe?.Condition as { StringNotLike: { 'sns:Endpoint': unknown[] } }
    const [operators, ...endpoints] = condition.StringNotLike['sns:Endpoint']
    expect(JSON.stringify(operators)).toMatch(/:sqs:.*:role-sync-prod-outcomes-\*"/)
    const subscriptions = Object.values(ours.findResources('AWS::SNS::Subscription'))
    expect(endpoints).toEqual(subscriptions.map(({ Properties }) => Properties.Endpoint))
    expect(endpoints).toHaveLength(3)
    expect(endpoints).toContain(url)
  })
})

describe('outcomesFor', () => {
  const subscriptions = Object.values(ours.findResources('AWS::SNS::Subscription'))
  test('delivers the event alone, once the policy of the topic knows the endpoint', () => {
    for (const { Properties, DependsOn } of subscriptions) {
      expect(Properties).toMatchObject({ RawMessageDelivery: true, TopicArn: { Ref: topic.id } })
      expect(DependsOn).toEqual([only(ours, 'AWS::SNS::TopicPolicy').id])
    }
  })
  test('takes exactly one source, or with a slash at its end every source that begins so', () => {
    expect(subscriptions.map(({ Properties }) => [Properties.Protocol, Properties.FilterPolicy])).toEqual([
      ['sqs', { source: ['//hr'] }],
      ['sqs', { source: [{ prefix: '//idp/' }] }],
      ['https', { source: ['//hr'] }],
    ])
  })
  test('lets the topic send to the queue, and SNS use the key of the queue', () => {
    const queue = startingWith(theirs, 'AWS::SQS::Queue', 'Hr')
    const [statement] = statementsOf(startingWith(theirs, 'AWS::SQS::QueuePolicy', 'Hr'))
    const Principal = { Service: 'sns.amazonaws.com' }
    const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Principal, Resource: arnOf(queue.id) }
    expect(statement).toMatchObject(send)
    expect(JSON.stringify(statement?.Condition)).toMatch(/"aws:SourceArn".*:role-sync-prod-outcomes"/)
    const { KeyPolicy } = only(theirs, 'AWS::KMS::Key').Properties
    expect((KeyPolicy as { Statement: object[] }).Statement).toContainEqual(
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Principal }),
    )
  })
  test('posts to a URL for fifty minutes', () => {
    expect(subscriptions.find(({ Properties }) => Properties.Endpoint === url)?.Properties).toMatchObject({
      DeliveryPolicy: { healthyRetryPolicy: { numRetries: 50, minDelayTarget: 60, maxDelayTarget: 60 } },
    })
  })
})
