import type { Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from '@jest/globals'
import { createLetters } from '../../functions/aws/dead-letter-queue.ts'
import type { LookOptions } from '../../functions/aws/receive-letters.ts'
import type { DeadLetter } from '../../functions/core/dead-letter/dead-letter.ts'

type Input = ReceiveMessageCommand['input'] & {
  readonly Entries?: readonly { readonly ReceiptHandle?: string; readonly VisibilityTimeout?: number }[]
}

const message = (id: string, receipt = `receipt of ${id}`): Message => ({
  ...{ MessageId: id, ReceiptHandle: receipt, Body: `body of ${id}` },
  Attributes: { SentTimestamp: '1700000000000', ApproximateReceiveCount: '4' },
})

/** A look over a queue that answers each receive with the next of `answers`, and with nothing after them. */
function looking(
  answers: readonly (readonly Message[])[],
  options: Partial<LookOptions> = {},
  down: readonly string[] = [],
) {
  const waiting = [...answers]
  const receives: Input[] = []
  const shown: (readonly [string | undefined, number | undefined])[] = []
  const deleted: (string | undefined)[] = []
  const send = async (command: { input: Input; constructor: { name: string } }) => {
    const { input } = command
    await Promise.resolve()
    if (down.includes(command.constructor.name)) throw new Error('SQS is down')
    if (command.constructor.name === 'ReceiveMessageCommand') {
      receives.push(input)
      return { Messages: waiting.shift() }
    }
    const list = (input.Entries ?? []).map(entry => [entry.ReceiptHandle, entry.VisibilityTimeout] as const)
    if (command.constructor.name === 'DeleteMessageBatchCommand')
      deleted.push(...list.map(([receipt]) => receipt))
    else shown.push(...list)
    return {}
  }
  const letters = createLetters('http://letters', { send } as unknown as SQSClient)
  return {
    letters,
    look: letters.look({ hideSeconds: 77, parallel: 1, ...options }),
    receives,
    shown,
    deleted,
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
    expect(receives.length).toBeLessThan(10)
  })
  test('goes on while letters that come back hide one that was not seen yet', async () => {
    const old = [message('a'), message('b')]
    const { look } = looking([old, old, [...old, message('c')], old, [message('d')]])
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
    expect([deleted, shown]).toEqual([['receipt of a'], [['receipt of b', 0]]])
  })
  test('a letter that could not be removed is shown', async () => {
    const { letters, look, shown } = looking([[message('a')]], {}, ['DeleteMessageBatchCommand'])
    for await (const letter of look) await expect(letters.remove(letter)).rejects.toThrow('SQS is down')
    expect(shown).toEqual([['receipt of a', 0]])
  })
  test('more than ten letters are shown in requests of ten, the rest of them where one request fails', async () => {
    const many = Array.from({ length: 25 }, (_, n) => message(`m${n}`))
    const { look, shown } = looking([many.slice(0, 10), many.slice(10, 20), many.slice(20)])
    await found(look)
    expect(new Set(shown.map(([receipt]) => receipt)).size).toBe(25)
    const broken = looking([many.slice(0, 10)], {}, ['ChangeMessageVisibilityBatchCommand'])
    expect(await found(broken.look)).toHaveLength(10)
  })
})
