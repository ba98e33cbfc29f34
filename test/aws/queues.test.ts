import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createQueues } from '../../functions/aws/queues.ts'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import { startAwsHere } from '../support/aws-here.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const event = '{"source":"//a.example.com"}'

let aws: Awaited<ReturnType<typeof startAwsHere>>
beforeAll(async () => {
  aws = await startAwsHere(
    {
      SendMessage: () => ({ MessageId: 'm1', MD5OfMessageBody: md5('{}') }),
      SendMessageBatch: () => ({ Successful: [{ Id: '0', MessageId: 'm2', MD5OfMessageBody: md5(event) }] }),
    },
    () => ({}),
  )
})
afterAll(() => aws.stop())

test('each write of the consumer goes to its own queue', async () => {
  const url = process.env.AWS_ENDPOINT_URL
  const queues = createQueues(`${url}/1/changes`, `${url}/1/letters`)
  const message = { receipt: 'r1' } as Message
  await Promise.all([
    queues.enqueue([event]),
    queues.sendDeadLetter('{}', { reason: 'rejected' }),
    queues.delay([{ message, seconds: 7 }]),
  ])
  expect(aws.inputs('SendMessageBatch')).toMatchObject([{ QueueUrl: `${url}/1/changes` }])
  expect(aws.inputs('SendMessage')).toMatchObject([{ QueueUrl: `${url}/1/letters`, MessageBody: '{}' }])
  expect(aws.inputs('ChangeMessageVisibilityBatch')).toMatchObject([
    { QueueUrl: `${url}/1/changes`, Entries: [{ ReceiptHandle: 'r1', VisibilityTimeout: 7 }] },
  ])
})
