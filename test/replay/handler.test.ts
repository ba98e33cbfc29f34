import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Context } from 'aws-lambda'
import bundled from '#roles' with { type: 'json' }
import { describeCatalogue } from '../../functions/replay/described-catalogue.ts'
import type { Drained } from '../../functions/replay/drain-letters.ts'
import { startAwsHere } from '../support/aws-here.ts'
import { catchLines, type Line, metricsIn } from '../support/lines.ts'
import { bodyFor, memberOf } from './fake-world.ts'

/** What is on the dead-letter queue; a receive hides all of it. */
let letters: { readonly MessageId: string; readonly Body: string; readonly sentAt: number }[]
let hidden: boolean
/** How many letters somebody else is looking at. */
let elsewhere: number

let changes: string
let deadLetters: string
let aws: Awaited<ReturnType<typeof startAwsHere>>

/** What SQS says a body is; the SDK looks after it. */
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const receiptsOf = (entries: unknown) =>
  (entries as readonly { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle)
const receive = () => {
  const Messages = letters.map(({ MessageId, Body, sentAt }) => ({
    ...{ MessageId, ReceiptHandle: MessageId, Body, MD5OfBody: md5(Body) },
    Attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: '1' },
  }))
  const isFirst = !hidden
  hidden = true
  return isFirst ? { Messages } : {}
}
const answers = {
  ReceiveMessage: receive,
  ChangeMessageVisibilityBatch: () => {
    hidden = false
  },
  DeleteMessageBatch: ({ Entries }: { Entries?: unknown }) => {
    const receipts = receiptsOf(Entries)
    letters = letters.filter(({ MessageId }) => !receipts.includes(MessageId))
  },
  GetQueueAttributes: () => ({
    Attributes: {
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: String(elsewhere + (hidden ? letters.length : 0)),
    },
  }),
  SendMessage: ({ MessageBody }: { MessageBody?: unknown }) => ({
    MessageId: 'sent',
    MD5OfMessageBody: md5(String(MessageBody)),
  }),
}

beforeAll(async () => {
  aws = await startAwsHere(answers, url => {
    changes = `${url}/1/changes`
    deadLetters = `${url}/1/dead-letters`
    return {
      ...{ CHANGES_QUEUE_URL: changes, DEAD_LETTER_QUEUE_URL: deadLetters, LEDGER_TABLE: 'ledger' },
      ...{ DEAD_LETTER_QUEUE_NAME: 'dead', CLOSING_MS: '10000', RENEW_AFTER_MS: '864000000' },
    }
  })
})
afterAll(() => aws.stop())
beforeEach(() => {
  aws.calls.length = 0
  letters = [1, 2].map(n => ({
    ...{ MessageId: `letter-${n}`, Body: bodyFor(n, `e${n}`) },
    sentAt: Date.now() - n * 60_000,
  }))
  hidden = false
  elsewhere = 0
})

/** What an invocation answers, and the lines that it writes. */
async function invoke(event: unknown, remainingMs = 60_000) {
  const context = {
    ...{ functionName: 'replay', awsRequestId: 'the request', memoryLimitInMB: '512' },
    ...{ functionVersion: '1', invokedFunctionArn: 'arn', getRemainingTimeInMillis: () => remainingMs },
  }
  const end = catchLines()
  let lines: Line[] = []
  try {
    const { handler } = await import('../../functions/replay/replay-handler.ts')
    const answered = await handler(event, context as Context)
    return { answered, lines: () => lines }
  } finally {
    lines = end()
  }
}
const line = (of: Record<string, unknown>) => expect.objectContaining(of)

test('a replay sends each letter to the changes queue and deletes it, and tells of both', async () => {
  const { answered, lines } = await invoke({ action: 'replay', dryRun: false })
  expect(answered).toMatchObject({ counts: { apply: 2 }, applied: { sent: 2, failed: 0, missing: 0 } })
  expect(aws.inputs('SendMessage').map(({ QueueUrl, MessageBody }) => [QueueUrl, MessageBody])).toEqual(
    [1, 2].map(n => [changes, bodyFor(n, `e${n}`)]),
  )
  const deletes = aws.inputs('DeleteMessageBatch')
  expect(new Set(deletes.map(({ QueueUrl }) => QueueUrl))).toEqual(new Set([deadLetters]))
  expect(deletes.flatMap(({ Entries }) => receiptsOf(Entries)).toSorted()).toEqual(['letter-1', 'letter-2'])
  const read = aws.inputs('GetItem').map(({ TableName, Key }) => [TableName, Key])
  expect(read).toContainEqual(['ledger', { member: { S: memberOf(1) } }])
  expect(lines().filter(({ message }) => message === 'letter')).toMatchObject([
    { act: 'replayed', event: 'e1', requestId: 'the request' },
    { act: 'replayed', event: 'e2' },
  ])
})

test('the last line says what was asked for and what came of it, and names no letter', async () => {
  const { lines } = await invoke({ action: 'replay', limit: 1 })
  const done = lines().filter(({ message }) => message === 'done')
  expect(done).toEqual([
    line({ request: { action: 'replay', filter: {}, limit: 1, dryRun: true }, complete: true, dryRun: true }),
  ])
  expect(done[0]).not.toHaveProperty('letters')
  expect(metricsIn(lines())).toEqual([])
})

test('a drain that saw the whole tells the age of the oldest letter', async () => {
  const { answered, lines } = await invoke({ action: 'drain' })
  expect(answered).toMatchObject({ kept: 2, complete: true })
  const { oldestMs } = answered as Drained
  expect(oldestMs).toBeGreaterThanOrEqual(120_000)
  expect(oldestMs).toBeLessThanOrEqual(Date.now() - Math.min(...letters.map(({ sentAt }) => sentAt)))
  const OldestLetterAge = Math.round(oldestMs / 1000)
  expect(metricsIn(lines())).toEqual([line({ OldestLetterAge, queue: 'dead', service: 'role-sync' })])
})

test('a drain that did not see the whole tells none', async () => {
  elsewhere = 1
  const { answered, lines } = await invoke({ action: 'drain' })
  expect(answered).toMatchObject({ hidden: 1, complete: false })
  expect(metricsIn(lines())).toEqual([])
})

test('what is deployed is told, and its line in the log does not list the roles', async () => {
  const { answered, lines } = await invoke({ action: 'describe' })
  expect(answered).toEqual(describeCatalogue(bundled))
  expect(aws.calls).toEqual([])
  const done = lines().find(({ message }) => message === 'done')
  expect(done).toMatchObject({ request: { action: 'describe' }, catalogueHash: expect.any(String) })
  expect(done).not.toHaveProperty('catalogue')
})

test('an invocation ends in time to show its letters: with less left than that takes it does nothing', async () => {
  await expect(invoke({ action: 'replay', dryRun: false }, 9000)).rejects.toMatchObject({
    name: 'TimeoutError',
  })
  expect(aws.inputs('SendMessage')).toEqual([])
  expect(letters).toHaveLength(2)
})
