import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, expect, test } from '@jest/globals'
import { toSqs } from '../../functions/aws/sqs-send.ts'
import { run } from '../../functions/cli/program.ts'
import { bodyOf } from '../support/events.ts'
import { diedOf } from './dead-letters.ts'
import { fakeWorld } from './fake-world.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const letters = 480
const bytes = 32_768

/** A queue whose letters are made as they are received: nobody but the command can be holding one. */
function longQueue() {
  let given = 0
  let most = 0
  const used = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = used()
  const receive = (): Message[] => {
    if (given === letters / 2 || given === letters) most = Math.max(most, used() - before)
    return Array.from({ length: Math.min(10, letters - given) }, () => {
      const id = `e${given++}`
      return {
        MessageId: id,
        ReceiptHandle: `receipt-${id}`,
        Body: bodyOf({ id, note: id.padEnd(bytes, '.') }),
        Attributes: { SentTimestamp: String(1e12 + given), ApproximateReceiveCount: '1' },
        MessageAttributes: toSqs(diedOf(id, 'not_found')),
      }
    })
  }
  const send = async (command: unknown): Promise<object> => {
    if (command instanceof GetQueueUrlCommand) return { QueueUrl: 'http://queue' }
    if (command instanceof GetQueueAttributesCommand)
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(letters),
          ApproximateNumberOfMessagesNotVisible: '0',
        },
      }
    return command instanceof ReceiveMessageCommand ? { Messages: receive() } : {}
  }
  return { client: { send } as unknown as SQSClient, most: () => most / letters }
}

const file = join(folder, 'out')
test.each([
  [['dead', 'list']],
  [['dead', 'list', '--json']],
  [['dead', 'export', file]],
  [['replay', 'plan', '--out', file]],
])('%j keeps of each letter a part of its body, however many there are', async args => {
  const queue = longQueue()
  const { world } = fakeWorld()
  const emptyLedger = { send: async () => ({}) } as never
  const code = await run(args, {
    ...world,
    sqs: () => queue.client,
    dynamodb: () => emptyLedger,
  })
  expect(code).toBe(0)
  expect(queue.most()).toBeLessThan(bytes / 3)
  if (args.includes(file)) expect(statSync(file).size).toBeGreaterThan(letters * 100)
})
