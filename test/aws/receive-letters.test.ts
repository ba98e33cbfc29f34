import { setImmediate } from 'node:timers/promises'
import type { Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from '@jest/globals'
import { createLetters } from '../../functions/aws/dead-letter-queue.ts'
import { type LookOptions, look as lookAt } from '../../functions/aws/receive-letters.ts'
import type { DeadLetter } from '../../functions/core/dead-letter/dead-letter.ts'

type Input = ReceiveMessageCommand['input'] & {
  readonly Entries?: readonly {
    readonly Id?: string
    readonly ReceiptHandle?: string
    readonly VisibilityTimeout?: number
  }[]
}

const message = (id: string, receipt = `receipt of ${id}`): Message => ({
  ...{ MessageId: id, ReceiptHandle: receipt, Body: `body of ${id}` },
  Attributes: { SentTimestamp: '1700000000000', ApproximateReceiveCount: '4' },
})

/**
 * A look over a queue that answers each receive with the next of `answers`, and with nothing after them; `hidden` is what SQS
 * estimates each time it is asked.
 */
function looking(
  answers: readonly (readonly Message[] | Error)[],
  options: Partial<LookOptions> = {},
  down: readonly string[] = [],
  hidden: readonly number[] = [],
) {
  const waiting = [...answers]
  const estimates = [...hidden]
  const receives: Input[] = []
  const shown: (readonly [string | undefined, number | undefined])[] = []
  const deleted: (string | undefined)[] = []
  const ids: (readonly (string | undefined)[])[] = []
  const send = async (command: { input: Input; constructor: { name: string } }) => {
    const { input } = command
    await Promise.resolve()
    if (down.includes(command.constructor.name)) throw new Error('SQS is down')
    if (command.constructor.name === 'ReceiveMessageCommand') {
      receives.push(input)
      const answer = waiting.shift()
      if (answer instanceof Error) throw answer
      return { Messages: answer }
    }
    if (command.constructor.name === 'GetQueueAttributesCommand')
      return { Attributes: { ApproximateNumberOfMessagesNotVisible: String(estimates.shift()) } }
    const list = (input.Entries ?? []).map(entry => [entry.ReceiptHandle, entry.VisibilityTimeout] as const)
    if (command.constructor.name === 'DeleteMessageBatchCommand')
      deleted.push(...list.map(([receipt]) => receipt))
    else {
      shown.push(...list)
      ids.push((input.Entries ?? []).map(({ Id }) => Id))
    }
    return {}
  }
  const letters = createLetters('http://letters', { send } as unknown as SQSClient)
  return {
    letters,
    look: letters.look({ hideSeconds: 77, parallel: 1, ...options }),
    receives,
    shown,
    deleted,
    /** The ids of each request that shows letters. */
    ids,
  }
}
async function found(look: AsyncIterable<DeadLetter>): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = []
  for await (const letter of look) letters.push(letter)
  return letters
}
const waits = (receives: readonly Input[]) => receives.map(({ WaitTimeSeconds }) => WaitTimeSeconds)

describe('a look', () => {
  test('asks for ten letters with all that they have, and hides them for as long as it was told', async () => {
    const { look, receives } = looking([])
    expect(await found(look)).toEqual([])
    expect(receives[0]).toEqual({
      ...{ QueueUrl: 'http://letters', MaxNumberOfMessages: 10, VisibilityTimeout: 77, WaitTimeSeconds: 0 },
      MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount', 'DeadLetterQueueSourceArn'],
      MessageAttributeNames: ['All'],
    })
  })
  test('asks who sent each letter if somebody is trusted with that', async () => {
    const receives: Input[] = []
    const send = async ({ input }: { input: Input }) => void receives.push(input)
    const client = { send: async (command: { input: Input }) => (await send(command)) ?? { Messages: [] } }
    const letters = createLetters('http://letters', client as unknown as SQSClient, new Set(['AROASYNC']))
    await found(letters.look({ hideSeconds: 1, parallel: 1, quick: true }))
    expect(receives[0]).toMatchObject({ MessageSystemAttributeNames: expect.arrayContaining(['SenderId']) })
  })
  test('reads the age and the receives that SQS tells', async () => {
    const { look } = looking([[message('a')]])
    expect(await found(look)).toMatchObject([
      { messageId: 'a', body: 'body of a', sentAt: 1_700_000_000_000, receives: 4 },
    ])
  })
  test('believes that there is no other letter only after a receive that asked every server', async () => {
    const { look, receives } = looking([[message('a')], [], [message('b')], []])
    expect((await found(look)).map(({ messageId }) => messageId)).toEqual(['a', 'b'])
    // A quick one brings a, a quick one nothing, the slow one b; then the same again, and both bring nothing.
    expect(waits(receives)).toEqual([0, 0, 1, 0, 1])
  })
  test('that is to be quick believes the first empty answer', async () => {
    const { look, receives } = looking([[message('a')], [], [message('b')]], { quick: true })
    expect((await found(look)).map(({ messageId }) => messageId)).toEqual(['a'])
    expect(waits(receives)).toEqual([0, 0])
  })
  test('makes eight receives at once unless it is told', async () => {
    const { letters, receives } = looking([])
    await found(letters.look({ hideSeconds: 1, quick: true }))
    expect(receives).toHaveLength(8)
  })
  test('ends although the same letters come back for ever', async () => {
    const { look, receives } = looking(Array.from({ length: 500 }, () => [message('a'), message('b')]))
    expect(await found(look)).toHaveLength(2)
    expect(receives).toHaveLength(4)
  })
  test('goes on while letters that come back hide one that was not seen yet', async () => {
    const old = [message('a'), message('b')]
    const { look } = looking([old, old, old, [...old, message('c')], old, old, old, [message('d')]])
    expect((await found(look)).map(({ messageId }) => messageId)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('at the end of a look', () => {
  test('what was not removed is visible at once, by its newest receipt', async () => {
    const { look, shown } = looking([[message('a'), message('b')], [message('a', 'newer')]])
    await found(look)
    expect(shown).toEqual([
      ['newer', 0],
      ['receipt of b', 0],
    ])
  })
  test('a removed letter is not shown again, also where it came back meanwhile', async () => {
    const { letters, look, shown, deleted } = looking([
      [message('a'), message('b')],
      [message('a', 'of another')],
    ])
    for await (const letter of look) if (letter.messageId === 'a') await letters.remove(letter)
    expect({ deleted, shown }).toEqual({ deleted: ['receipt of a'], shown: [['receipt of b', 0]] })
  })
  test('a letter that could not be removed is shown', async () => {
    const { letters, look, shown } = looking([[message('a')]], {}, ['DeleteMessageBatchCommand'])
    for await (const letter of look) await expect(letters.remove(letter)).rejects.toThrow('SQS is down')
    expect(shown).toEqual([['receipt of a', 0]])
  })
  test('nothing is shown before the work on it is done', async () => {
    const { letters, shown } = looking([[message('a')]])
    let before = -1
    const idle = async () => {
      await setImmediate()
      before = shown.length
    }
    await found(letters.look({ hideSeconds: 1, idle }))
    expect({ before, shown }).toEqual({ before: 0, shown: [['receipt of a', 0]] })
  })
  test('more than ten letters are shown in requests of ten, the rest of them where one request fails', async () => {
    const many = Array.from({ length: 25 }, (_, n) => message(`m${n}`))
    const { look, shown, ids } = looking([many.slice(0, 10), many.slice(10, 20), many.slice(20)])
    await found(look)
    expect(new Set(shown.map(([receipt]) => receipt)).size).toBe(25)
    expect(ids.map(batch => new Set(batch).size)).toEqual([10, 10, 5])
    const broken = looking([many.slice(0, 10)], {}, ['ChangeMessageVisibilityBatchCommand'])
    expect(await found(broken.look)).toHaveLength(10)
  })
})

describe('a look with patience', () => {
  const patient = (
    hidden: readonly number[],
    patienceSeconds: number,
    answers: readonly Message[][] = [],
  ) => {
    const told: number[] = []
    const onHidden = (count: number) => void told.push(count)
    return { told, ...looking(answers, { patienceSeconds, onHidden }, [], hidden) }
  }
  test('waits a second at a time for letters that are hidden, and no longer than it was told', async () => {
    const { look, told, receives } = patient([3, 3, 2, 9], 2)
    expect(await found(look)).toEqual([])
    expect({ told, waits: waits(receives) }).toEqual({ told: [2], waits: [0, 1, 1, 1] })
  })
  test('ends once nothing is hidden', async () => {
    const { look, told, receives } = patient([3, 0, 9], 60)
    expect(await found(look)).toEqual([])
    expect({ told, waits: waits(receives) }).toEqual({ told: [0], waits: [0, 1, 1] })
  })
  test('brings what comes into view meanwhile', async () => {
    const { look, told } = patient([1, 1], 60, [[], [], [message('a')]])
    expect((await found(look)).map(({ messageId }) => messageId)).toEqual(['a'])
    expect(told).toEqual([0])
  })
  test('takes none of its own letters for hidden by another, nor a removed one for its own', async () => {
    const { letters, look, told } = patient([2], 0, [[message('a'), message('b')]])
    for await (const letter of look) if (letter.messageId === 'a') await letters.remove(letter)
    expect(told).toEqual([1])
  })
  test('needs nobody to tell it to', async () => {
    expect(await found(looking([], { patienceSeconds: 0 }, [], [1]).look)).toEqual([])
  })
})

test('a look in which a receive fails shows what the others brought, and nothing else', async () => {
  const { look, shown } = looking([[message('a')], new Error('SQS is down')], { parallel: 2 })
  await expect(found(look)).rejects.toThrow('SQS is down')
  expect(shown).toEqual([['receipt of a', 0]])
})

test('a look that ended keeps nothing of its letters in memory', async () => {
  const receipts = new Map<string, string>()
  const send = async ({ input }: { input: Input }) =>
    input.MaxNumberOfMessages && receipts.size === 0 ? { Messages: [message('a')] } : {}
  const options = { hideSeconds: 1, parallel: 1, quick: true }
  const none = async () => ({ hidden: 0 })
  await found(lookAt('http://letters', { send } as unknown as SQSClient, receipts, none, options))
  expect(receipts.size).toBe(0)
})
