import type { SQSClient } from '@aws-sdk/client-sqs'
import { expect, test } from '@jest/globals'
import { createBatchSender, createChangesQueue } from '../../functions/aws/changes-queue.ts'
import { createBatchedSender, sendBatch } from '../../functions/aws/sqs-send.ts'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import { maxBatchBytes } from '../../functions/core/sqs-limits.ts'

interface Input {
  readonly QueueUrl: string
  readonly Entries: readonly { readonly Id: string; readonly MessageBody?: string }[]
}

interface Failure {
  readonly Id: string
  readonly Code?: string
}

/** A client that accepts all but these of every request; `asked` has each request. */
function answering({ Failed = [] }: { readonly Failed?: readonly Failure[] }) {
  const asked: Input[] = []
  const send = async ({ input }: { input: Input }) => {
    asked.push(input)
    const accepted = input.Entries.filter(({ Id }) => !Failed.some(failed => failed.Id === Id))
    return { Failed, Successful: accepted.map(({ Id }) => ({ Id, MessageId: `message ${Id}` })) }
  }
  return { asked, client: { send } as unknown as SQSClient }
}
const never = new AbortController().signal
const bodies = (count: number) => Array.from({ length: count }, (_, n) => `body ${n}`)
const messages = (count: number) => bodies(count).map(body => ({ body }))
const delays = (count: number) =>
  bodies(count).map(receipt => ({ message: { receipt } as Message, seconds: 1 }))

/** The ways to ask SQS for many things, each for `count` of them. */
const ways = {
  'events of the intake': (client: SQSClient, count: number) =>
    createBatchSender('http://changes', client)(bodies(count), never),
  'events of a person': (client: SQSClient, count: number) =>
    createChangesQueue('http://changes', client).enqueue(bodies(count)),
  delays: (client: SQSClient, count: number) =>
    createChangesQueue('http://changes', client).delay(delays(count)),
}

test.each<[string, string | undefined, object | undefined]>([
  [
    'with the sender that is passed on',
    'intake/okta',
    { sender: { DataType: 'String', StringValue: 'intake/okta' } },
  ],
  ['without one if none is known', undefined, undefined],
])('events go to the changes queue %s', async (_, sender, attributes) => {
  const { asked, client } = answering({})
  await createBatchSender('http://changes', client)(bodies(2), never, sender)
  await createChangesQueue('http://changes', client).enqueue(bodies(1), sender)
  const entries = asked.flatMap(({ Entries }) => Entries) as { readonly MessageAttributes?: object }[]
  expect(entries.map(({ MessageAttributes }) => MessageAttributes)).toEqual([
    attributes,
    attributes,
    attributes,
  ])
})

test('attributes count towards the size of a batch', async () => {
  const { asked, client } = answering({})
  const half = 'x'.repeat(maxBatchBytes / 2)
  await createChangesQueue('http://changes', client).enqueue([half, half], 'intake/okta')
  await createChangesQueue('http://changes', client).enqueue([half, half])
  expect(asked.map(({ Entries }) => Entries.length)).toEqual([1, 1, 2])
})

test.each(Object.entries(ways))('%s go to the changes queue by ten, each id once', async (_, way) => {
  const { asked, client } = answering({})
  await way(client, 23)
  expect(asked.map(({ Entries }) => Entries.length)).toEqual([10, 10, 3])
  for (const { QueueUrl, Entries } of asked) {
    expect(QueueUrl).toBe('http://changes')
    expect(new Set(Entries.map(({ Id }) => Id)).size).toBe(Entries.length)
  }
})

test.each(Object.entries(ways))('%s of which one failed reject, with the first code', async (what, way) => {
  const noun = what === 'delays' ? '2 of 3 delays refused' : 'SQS refused 2 of 3 events'
  const failed = (Code?: string) => ({
    Failed: [
      { Id: '1', ...(Code && { Code }) },
      { Id: '2', Code: 'B' },
    ],
  })
  await expect(way(answering(failed('A')).client, 3)).rejects.toThrow(new Error(`${noun}: A`))
  await expect(way(answering(failed()).client, 3)).rejects.toThrow(new Error(`${noun}: no code`))
})

test('a batch tells of each body its message id, or why it is not on the queue', async () => {
  const Failed = [
    { Id: '1', Code: 'InvalidMessageContents', Message: 'no such character', SenderFault: true },
    { Id: '2' },
  ]
  const { asked, client } = answering({ Failed })
  expect(await sendBatch(client, 'http://changes', messages(4))).toEqual([
    { messageId: 'message 0' },
    { code: 'InvalidMessageContents', message: 'no such character', final: true },
    { code: 'no code', message: '', final: false },
    { messageId: 'message 3' },
  ])
  expect(asked[0]?.Entries.map(({ MessageBody }) => MessageBody)).toEqual(bodies(4))
})

test('a message of which SQS says nothing is not on the queue', async () => {
  const client = { send: async () => ({}) } as unknown as SQSClient
  expect(await sendBatch(client, 'http://changes', messages(1))).toEqual([
    { code: 'NoAnswer', message: 'SQS did not answer for it', final: false },
  ])
})

test('ten large events are more than one request takes: they go in as many as they need, in their order', async () => {
  const { asked, client } = answering({})
  const large = Array.from({ length: 10 }, (_, n) => String(n).repeat(64 * 1024))
  await createChangesQueue('http://changes', client).enqueue(large)
  await createBatchSender('http://changes', client)(large, never)
  const sent = asked.map(({ Entries }) => Entries.map(({ MessageBody = '' }) => MessageBody))
  for (const each of sent) expect(each.join('').length).toBeLessThanOrEqual(maxBatchBytes)
  expect(sent.map(({ length }) => length)).toEqual([4, 4, 2, 4, 4, 2])
  expect(sent.flat()).toEqual([...large, ...large])
})

test('each message of a batch has its own attributes and its own delay', async () => {
  const { asked, client } = answering({})
  await createBatchedSender(
    'http://changes',
    client,
  )([
    { body: 'a', attributes: { sender: 'intake/hr' }, seconds: 0 },
    { body: 'b', attributes: {}, seconds: 300 },
    { body: 'c' },
  ])
  const message = (n: number) => ({ Id: String(n), MessageBody: 'abc'[n], MessageGroupId: 'no-source' })
  expect(asked).toEqual([
    {
      QueueUrl: 'http://changes',
      Entries: [
        {
          ...message(0),
          MessageAttributes: { sender: { DataType: 'String', StringValue: 'intake/hr' } },
          DelaySeconds: 0,
        },
        { ...message(1), DelaySeconds: 300 },
        message(2),
      ],
    },
  ])
})
