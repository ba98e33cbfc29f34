import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createQueues } from '../../functions/aws/queues.ts'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import { startAwsHere } from '../support/aws-here.ts'

let aws: Awaited<ReturnType<typeof startAwsHere>>
beforeAll(async () => {
  aws = await startAwsHere({}, () => ({}))
})
afterAll(() => aws.stop())

test('each write of the consumer goes to its own queue', async () => {
  const queues = createQueues('http://127.0.0.1/1/changes', 'http://127.0.0.1/1/letters')
  const message = { receipt: 'r1' } as Message
  await Promise.all([
    queues.enqueue(['{"source":"//a.example.com"}']),
    queues.sendDeadLetter('{}', { reason: 'rejected' }),
    queues.delay([{ message, seconds: 7 }]),
  ])
  expect(aws.inputs('SendMessageBatch')).toMatchObject([{ QueueUrl: 'http://127.0.0.1/1/changes' }])
  expect(aws.inputs('SendMessage')).toMatchObject([
    { QueueUrl: 'http://127.0.0.1/1/letters', MessageBody: '{}' },
  ])
  expect(aws.inputs('ChangeMessageVisibilityBatch')).toMatchObject([
    { QueueUrl: 'http://127.0.0.1/1/changes', Entries: [{ ReceiptHandle: 'r1', VisibilityTimeout: 7 }] },
  ])
})
