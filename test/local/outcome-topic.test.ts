import { SetSubscriptionAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import { expect, test } from '@jest/globals'
import { bodyOf, wachtData } from '../support/events.ts'
import { realStack } from './real-stack.ts'

const real = await realStack('outcomes=on')

test('a queue that subscribes with a filter hears the outcomes of its source, and of no other', async () => {
  const stack = await real.start()
  const account = 'us-east-1:000000000000'
  await stack.sqs.send(new CreateQueueCommand({ QueueName: 'hr-outcomes' }))
  const sns = new SNSClient({
    ...{ region: 'us-east-1', endpoint: stack.environment.AWS_ENDPOINT_URL_SNS! },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      ...{ TopicArn: `arn:aws:sns:${account}:role-sync-local-outcomes`, Protocol: 'sqs' },
      ...{ Endpoint: `arn:aws:sqs:${account}:hr-outcomes`, ReturnSubscriptionArn: true },
    }),
  )
  const attributes = { RawMessageDelivery: 'true', FilterPolicy: '{"source":["//hr"]}' }
  for (const [AttributeName, AttributeValue] of Object.entries(attributes))
    await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }))
  sns.destroy()

  await stack.send(
    bodyOf({ id: 'e1', source: '//hr' }),
    bodyOf({ id: 'e2', source: '//idp', data: { ...wachtData, membershipId: '7' } }),
    bodyOf({ id: 'e3', source: '//hr', time: 'today' }),
  )
  stack.poll()
  await stack.until(() => stack.settled.length === 3)
  const heard = stack.messages({ ...stack.changes, name: 'hr-outcomes' })
  const events = heard.map(({ body }) => JSON.parse(body)).toSorted((a, b) => (a.type < b.type ? -1 : 1))
  expect(events).toMatchObject([
    {
      ...{ specversion: '1.0', type: 'role.change.applied.v1', source: '//role-sync/local' },
      ...{ causationid: 'e1', subject: expect.stringMatching(/^wacht\//) },
      data: { outcome: 'applied', event: 'e1', source: '//hr' },
    },
    { type: 'role.change.dead.v1', causationid: 'e3', data: { outcome: 'dead', reason: 'invalid_event' } },
  ])
  expect(heard.map(({ messageAttributes }) => messageAttributes)).toContainEqual({
    source: { DataType: 'String', StringValue: '//hr' },
    target: { DataType: 'String', StringValue: 'wacht' },
    outcome: { DataType: 'String', StringValue: 'applied' },
  })
})
