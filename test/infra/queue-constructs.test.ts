import { describe, expect, test } from '@jest/globals'
import { arnOf, idOf, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })
const changes = idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes')
const deadLetters = idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-dead-letters')
const queues = template.findResources('AWS::SQS::Queue')

interface Statement {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Principal: unknown
  readonly Resource: unknown
  readonly Condition?: unknown
}

const policyOf = (of: typeof template, queue: string): Statement[] =>
  Object.values(
    of.findResources('AWS::SQS::QueuePolicy', { Properties: { Queues: [{ Ref: queue }] } }),
  ).flatMap(policy => policy.Properties.PolicyDocument.Statement)

describe.each([
  ['changes queue', changes],
  ['dead-letter queue', deadLetters],
])('the %s', (_, id) => {
  test('is a standard queue', () => {
    expect(queues[id]?.Properties).not.toHaveProperty('FifoQueue')
  })

  test('is encrypted and keeps messages for fourteen days', () => {
    expect(queues[id]?.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    })
  })

  test('is reached over TLS only', () => {
    expect(policyOf(template, id)).toEqual([
      {
        Effect: 'Deny',
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Resource: arnOf(id),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ])
  })

  test('outlives the stack with the messages in it', () => {
    expect(queues[id]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    })
  })
})

test('a message that kills the process a thousand times is redriven', () => {
  expect(queues[changes]?.Properties.RedrivePolicy).toEqual({
    deadLetterTargetArn: arnOf(deadLetters),
    maxReceiveCount: 1000,
  })
  expect(queues[deadLetters]?.Properties).not.toHaveProperty('RedrivePolicy')
})

describe('dead letters of other queues', () => {
  test('do not come to the dead-letter queue: it takes those of the changes queue alone', () => {
    expect(queues[deadLetters]?.Properties.RedriveAllowPolicy).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [
        {
          'Fn::Join': [
            '',
            [
              ...['arn:', { Ref: 'AWS::Partition' }, ':sqs:', { Ref: 'AWS::Region' }],
              ...[':', { Ref: 'AWS::AccountId' }, ':role-sync-prod-changes'],
            ],
          ],
        },
      ],
    })
    expect(queues[changes]?.Properties.QueueName).toBe('role-sync-prod-changes')
  })
  test('do not come to the changes queue: they would be changes of a producer that nobody named', () => {
    expect(queues[changes]?.Properties.RedriveAllowPolicy).toEqual({ redrivePermission: 'denyAll' })
  })
})

test('a letter with its reasons fits where its message did', () => {
  expect(queues[changes]?.Properties.MaximumMessageSize).toBe(131_072)
  expect(queues[deadLetters]?.Properties.MaximumMessageSize).toBe(262_144)
})

test.each(['prod', 'local'])(
  'at the stage %s a message stays invisible for six function time-outs',
  stage => {
    const of = templateOf({ stage })
    const { VisibilityTimeout } = of.findResources('AWS::SQS::Queue')[changes]?.Properties ?? {}
    const sync = startingWith(of, 'AWS::Lambda::Function', 'Sync')
    expect(VisibilityTimeout).toBe(6 * Number(sync.Properties.Timeout))
  },
)

describe('producers', () => {
  const allowed = (producers: string) =>
    policyOf(templateOf({ stage: 'prod', producers }), changes).filter(({ Effect }) => Effect === 'Allow')

  test('may send to the changes queue and nothing else', () => {
    const [statement, ...others] = allowed('arn:aws:iam::123456789012:role/hr')
    expect(others).toEqual([])
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Principal: { AWS: 'arn:aws:iam::123456789012:role/hr' },
      Resource: arnOf(changes),
    })
  })

  test('that are accounts are named whole', () => {
    expect(JSON.stringify(allowed('123456789012')[0]?.Principal)).toContain(':iam::123456789012:root')
  })

  test('that are services must act for this account', () => {
    expect(allowed('events.amazonaws.com')).toEqual([
      expect.objectContaining({
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ])
  })

  test('that are services may be held to one resource of it as well', () => {
    const rule = 'arn:aws:events:eu-central-1:123456789012:rule/hr/role-changes'
    const [statement] = allowed(`events.amazonaws.com=${rule}`)
    expect(statement).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnEquals: { 'aws:SourceArn': rule },
      },
    })
    // Each resource has a statement of its own: in one, any of them would do.
    expect(
      allowed(`sns.amazonaws.com=arn:aws:sns:eu-central-1:123456789012:a,events.amazonaws.com=${rule}`),
    ).toHaveLength(2)
  })

  test('each have a statement of their own', () => {
    expect(allowed('123456789012,arn:aws:iam::123456789012:role/hr,sns.amazonaws.com')).toHaveLength(3)
  })

  test('are never everybody', () => {
    for (const { Principal } of allowed('123456789012,sns.amazonaws.com')) {
      expect(JSON.stringify(Principal)).not.toContain('*')
    }
  })

  test('have no way to the dead-letter queue', () => {
    expect(policyOf(templateOf({ stage: 'prod', producers: '123456789012' }), deadLetters)).toHaveLength(1)
  })
})
