import { createHash } from 'node:crypto'
import {
  CreateQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createChangesQueue } from '../../functions/aws/changes-queue.ts'
import { createSender } from '../../functions/aws/sqs-send.ts'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import type { Queues } from '../../functions/core/ports.ts'
import { type SqsEngine, startSqs } from '../../infra/local/engines/sqs-engine.ts'
import { sqsAt } from '../support/aws.ts'
import { json, startServer } from '../support/server.ts'

let engine: SqsEngine
let client: SQSClient
let changes: string
let letters: string
let queues: Queues

beforeAll(async () => {
  engine = await startSqs({ port: 0, region: 'eu-central-1' })
  client = sqsAt(engine.url)
  const create = async (QueueName: string) =>
    (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl as string
  changes = await create('changes')
  letters = await create('letters')
  queues = {
    ...createChangesQueue(changes, client),
    sendDeadLetter: createSender(letters, client),
  }
})
beforeEach(async () => {
  for (const QueueUrl of [changes, letters]) await client.send(new PurgeQueueCommand({ QueueUrl }))
})
afterAll(async () => {
  client.destroy()
  await engine.stop()
})

const receive = async (url: string, count = 10) => {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: count,
    MessageAttributeNames: ['All'],
  })
  return (await client.send(command)).Messages ?? []
}
const messageOf = (receipt: string): Message => ({
  ...{ id: 'm', receipt, body: '', sentAt: 0, firstReceivedAt: 0, receives: 1 },
})
const inFlight = async (count: number): Promise<Message[]> => {
  for (let n = 0; n < count; n++)
    await client.send(new SendMessageCommand({ QueueUrl: changes, MessageBody: `${n}` }))
  const received: Message[] = []
  while (received.length < count) {
    received.push(...(await receive(changes)).map(({ ReceiptHandle }) => messageOf(ReceiptHandle as string)))
  }
  return received
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

describe('events', () => {
  test('are each in the group of their source: no source delays another', async () => {
    const bodies = ['{"source":"//a.example.com"}', '{"source":"//b.example.com"}']
    const Successful = bodies.map((body, n) => ({
      Id: String(n),
      MessageId: `m${n}`,
      MD5OfMessageBody: md5(body),
    }))
    const server = await startServer(response => json(response, 200, { Successful, Failed: [] }))
    const other = sqsAt(server.url)
    await createChangesQueue(changes, other).enqueue(bodies)
    expect(JSON.parse(server.seen[0]!.body)).toMatchObject({
      Entries: [{ MessageGroupId: '//a.example.com' }, { MessageGroupId: '//b.example.com' }],
    })
    other.destroy()
    await server.stop()
  })
  test('are on the changes queue when it resolves, more of them than one call takes', async () => {
    const bodies = Array.from({ length: 23 }, (_, n) => JSON.stringify({ n }))
    await queues.enqueue(bodies)
    const found: string[] = []
    while (found.length < bodies.length)
      found.push(...(await receive(changes)).map(({ Body }) => Body as string))
    expect(found.toSorted()).toEqual(bodies.toSorted())
  })
  test('of which SQS refuses some reject: some of them may have been sent', async () => {
    const body = { Successful: [], Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }
    const refusing = await startServer(response => json(response, 200, body))
    const { enqueue } = createChangesQueue(`${refusing.url}/q`, sqsAt(refusing.url))
    await expect(enqueue(['{}'])).rejects.toThrow('SQS refused 1 of 1 events: InternalError')
    await refusing.stop()
  })
})

describe('a dead letter', () => {
  test.each([
    ['JSON', '{"id": 1,\r\n\t"x":"é漢"}'],
    ['what is no JSON', 'not { json'],
    ['white space at both ends', '  x  \n'],
    ['64 KiB', 'x'.repeat(65_536)],
  ])('has its body byte for byte: %s', async (_, body) => {
    await queues.sendDeadLetter(body, { reason: 'invalid_event', trail: '{}' })
    const [letter] = await receive(letters)
    expect(letter?.Body).toBe(body)
  })
  test('has its reasons as string attributes', async () => {
    const attributes = { reason: 'rejected', member: 'wacht/1/2', trail: '{"detail":"é \\" \\n"}' }
    await queues.sendDeadLetter('{}', attributes)
    const [letter] = await receive(letters)
    expect(letter?.MessageAttributes).toMatchObject(
      Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    )
    expect(Object.keys(letter?.MessageAttributes ?? {})).toEqual(Object.keys(attributes))
    expect(engine.messages('changes')).toEqual([])
  })
  test('that SQS refuses rejects', async () => {
    const nowhere = createSender(`${letters}-gone`, client)
    await expect(nowhere('{}', { reason: 'rejected' })).rejects.toThrow()
    await expect(queues.sendDeadLetter('', { reason: 'rejected' })).rejects.toThrow()
  })
})

describe('a delay', () => {
  test('keeps messages invisible, more than ten at once as well', async () => {
    const messages = await inFlight(13)
    await queues.delay(messages.map(message => ({ message, seconds: 600 })))
    expect(await receive(changes)).toEqual([])
    expect(engine.messages('changes')).toHaveLength(13)
  })
  test('is asked for in one request for every ten messages, with the receipt and whole seconds', async () => {
    const server = await startServer(response => json(response, 200, { Successful: [], Failed: [] }))
    const other = sqsAt(server.url)
    const all = Array.from({ length: 23 }, (_, n) => ({ message: messageOf(`r${n}`), seconds: n + 1 }))
    await createChangesQueue(changes, other).delay(all)
    const sent = server.seen.map(
      ({ body }) =>
        JSON.parse(body).Entries as { ReceiptHandle: string; VisibilityTimeout: number; Id: string }[],
    )
    expect(sent.map(entries => entries.length).toSorted()).toEqual([10, 10, 3].toSorted())
    for (const entries of sent) expect(new Set(entries.map(({ Id }) => Id)).size).toBe(entries.length)
    const asked = sent.flat().map(entry => [entry.ReceiptHandle, entry.VisibilityTimeout])
    expect(new Set(asked.map(String))).toEqual(
      new Set(all.map(({ message, seconds }) => `${message.receipt},${seconds}`)),
    )
    other.destroy()
    await server.stop()
  })
  test('that one message refuses rejects, and the others have theirs', async () => {
    const [good] = await inFlight(1)
    const delays = [good as Message, messageOf('no-receipt')].map(message => ({ message, seconds: 600 }))
    await expect(queues.delay(delays)).rejects.toThrow(/1 of 2 delays refused/)
    expect(await receive(changes)).toEqual([])
  })
  test('of nothing asks for nothing', async () => {
    await createChangesQueue('http://nowhere.invalid/q', client).delay([])
  })
  test('of one batch that fails waits for the others', async () => {
    let open = 0
    const server = await startServer((response, _, index) => {
      open++
      const fail = () =>
        json(response, index === 0 ? 400 : 200, index === 0 ? { __type: 'QueueDoesNotExist' } : {})
      setTimeout(() => {
        open--
        fail()
      }, index * 10)
    })
    const other = sqsAt(server.url)
    const all = Array.from({ length: 25 }, (_, n) => ({ message: messageOf(`r${n}`), seconds: 1 }))
    await expect(createChangesQueue(changes, other).delay(all)).rejects.toThrow()
    expect(open).toBe(0)
    other.destroy()
    await server.stop()
  })
})
