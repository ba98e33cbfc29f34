import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBatchSender } from '../../functions/aws/changes-queue.ts'
import { startQueues, type TestQueues } from '../support/queue.ts'
import { json, startServer } from '../support/server.ts'

const never = new AbortController().signal
const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n))

describe('over SQS', () => {
  let queues: TestQueues
  beforeAll(async () => {
    queues = await startQueues()
  })
  afterAll(() => queues.stop())

  test('all that is sent is there, however many', async () => {
    const send = createBatchSender(queues.changes, queues.client)
    await send([], never)
    await send(numbers(1234), never)
    expect(
      queues
        .stored('changes')
        .map(({ body }) => Number(body))
        .sort((a, b) => a - b),
    ).toEqual(numbers(1234).map(Number))
  })
})

describe('when SQS', () => {
  const clientOf = (endpoint: string) =>
    new SQSClient({
      ...{ endpoint, region: 'us-east-1', maxAttempts: 1, md5: false },
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    })

  test('refuses one message of a batch it rejects, and begins no other batch', async () => {
    const server = await startServer(response =>
      json(response, 200, {
        Successful: numbers(10)
          .slice(1)
          .map(Id => ({ Id, MessageId: `m${Id}` })),
        Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }],
      }),
    )
    const send = createBatchSender(`${server.url}/1/changes`, clientOf(server.url))
    await expect(send(numbers(1000), never)).rejects.toThrow('SQS refused 1 of 10 events: InternalError')
    expect(server.seen.length).toBeLessThan(30)
    await server.stop()
  })

  test('is asked, each message is in the group of its source: no source delays another', async () => {
    const Successful = numbers(2).map(Id => ({ Id, MessageId: `m${Id}` }))
    const server = await startServer(response => json(response, 200, { Successful, Failed: [] }))
    const send = createBatchSender(`${server.url}/1/changes`, clientOf(server.url))
    await send(['{"source":"//a.example.com"}', '{"source":"//b.example.com"}'], never)
    expect(JSON.parse(server.seen[0]!.body)).toMatchObject({
      Entries: [{ MessageGroupId: '//a.example.com' }, { MessageGroupId: '//b.example.com' }],
    })
    await server.stop()
  })

  test('does not answer it rejects with the signal', async () => {
    const stop = new AbortController()
    const server = await startServer(() => stop.abort())
    const send = createBatchSender(`${server.url}/1/changes`, clientOf(server.url))
    await expect(send(['a'], stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
    await server.stop()
  })
})
