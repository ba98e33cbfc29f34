import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type SqsEngine, startSqs } from '../../infra/local/engines/sqs-engine.ts'

let engine: SqsEngine
let sqs: SQSClient
let QueueUrl: string | undefined

beforeAll(async () => {
  engine = await startSqs({ port: 0, region: 'us-east-1' })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  sqs = new SQSClient({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials,
    useQueueUrlAsEndpoint: false,
  })
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'any' }))).QueueUrl
})
afterAll(async () => {
  sqs.destroy()
  await engine.stop()
})

const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))

test('a body may hold characters beyond U+FFFF, as in SQS', async () => {
  await expect(send('promoted 🎉')).resolves.toMatchObject({ MessageId: expect.any(String) })
  expect(engine.messages('any').map(({ body }) => body)).toEqual(['promoted 🎉'])
})

test.each(['\u0000', '\u001b', '\uffff'])('a body may not hold %j', async character => {
  await expect(send(`a${character}b`)).rejects.toThrow(/character/i)
})
