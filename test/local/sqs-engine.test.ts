import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type SqsEngine, startSqs } from '../../infra/local/engines/sqs-engine.ts'

let engine: SqsEngine
let sqs: SQSClient
let QueueUrl: string | undefined

beforeAll(async () => {
  engine = await startSqs({ port: 0, region: 'us-east-1' })
  sqs = clientOf(engine.url)
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'any' }))).QueueUrl
})
afterAll(async () => {
  sqs.destroy()
  await engine.stop()
})

const clientOf = (endpoint: string, accessKeyId = 'local') =>
  new SQSClient({
    ...{ endpoint, region: 'us-east-1', useQueueUrlAsEndpoint: false },
    credentials: { accessKeyId, secretAccessKey: 'local' },
  })

const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))

test('a body may hold characters beyond U+FFFF, as in SQS, alone and in a batch', async () => {
  await send('promoted 🎉')
  // It begins with the character that marks an encoded body.
  const bodies = ['plain', 'again 🎉', '\ufdd0 plain']
  const Entries = bodies.map((MessageBody, n) => ({ Id: String(n), MessageBody }))
  const { Successful = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  expect(Successful.map(({ Id }) => Id)).toEqual(['0', '1', '2'])

  const sent = ['promoted 🎉', ...bodies]
  expect(engine.messages('any').map(({ body }) => body)).toEqual(sent)
  // The SDK refuses an answer whose MD5 is not that of the body.
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
  expect(Messages.map(({ Body }) => Body)).toEqual(sent)
})

test.each(['\u0000', '\u001b', '\uffff', '🎉\u0000'])('a body may not hold %j', async character => {
  await expect(send(`a${character}b`)).rejects.toThrow(/character/i)
})

test.each([{ kept: 'in memory' }, { kept: 'on disk' }])(
  'a message is visible at once at a visibility timeout of 0, and keeps its receive count: $kept',
  async ({ kept }) => {
    const folder = kept === 'on disk' ? mkdtempSync(join(tmpdir(), 'role-sync-sqs-')) : undefined
    const other = await startSqs({ port: 0, region: 'us-east-1', ...(folder && { folder }) })
    const client = clientOf(other.url)
    try {
      const { QueueUrl: url } = await client.send(new CreateQueueCommand({ QueueName: 'any' }))
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }))
      const receive = async () => {
        const command = new ReceiveMessageCommand({
          ...{ QueueUrl: url, WaitTimeSeconds: 1, VisibilityTimeout: 600 },
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        })
        return (await client.send(command)).Messages?.[0]
      }
      const first = await receive()
      const { Failed = [] } = await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: url,
          Entries: [{ Id: '0', ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }],
        }),
      )
      expect(Failed).toEqual([])
      expect((await receive())?.Attributes?.ApproximateReceiveCount).toBe('2')
    } finally {
      client.destroy()
      await other.stop()
      if (folder) rmSync(folder, { recursive: true })
    }
  },
)

test('the sender of a message is whose key signed it, alone and in a batch; of an earlier run it is nobody', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'role-sync-senders-'))
  const started = () => startSqs({ port: 0, region: 'us-east-1', folder })
  const received = async (client: SQSClient, QueueUrl: string | undefined) => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 },
        MessageSystemAttributeNames: ['SenderId'],
      }),
    )
    return Messages.map(({ Body, Attributes }) => `${Body} ${Attributes?.SenderId}`).toSorted()
  }
  const first = await started()
  const [anna, role] = ['anna', 'ReplayRole7'].map(key => clientOf(first.url, key)) as [SQSClient, SQSClient]
  const { QueueUrl: queue } = await anna.send(new CreateQueueCommand({ QueueName: 'senders' }))
  await anna.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'a' }))
  const Entries = [{ Id: '0', MessageBody: 'b' }]
  await role.send(new SendMessageBatchCommand({ QueueUrl: queue, Entries }))
  expect(await received(anna, queue)).toEqual(['a anna', 'b ReplayRole7'])
  for (const client of [anna, role]) client.destroy()
  await first.stop()

  const second = await started()
  const later = clientOf(second.url, 'anna')
  expect(await received(later, queue)).toEqual(['a 000000000000', 'b 000000000000'])
  later.destroy()
  await second.stop()
  rmSync(folder, { recursive: true })
})
