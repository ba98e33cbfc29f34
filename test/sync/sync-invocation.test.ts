import { describe, expect, test } from '@jest/globals'
import type { Context, SQSEvent } from 'aws-lambda'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import { invocationOf } from '../../functions/sync/sync-invocation.ts'
import { noon } from '../support/events.ts'
import { recordOf } from '../support/records.ts'

const context = {
  ...{ awsRequestId: 'r1', functionName: 'sync', invokedFunctionArn: 'arn' },
  getRemainingTimeInMillis: () => 60_000,
} as Context
const event = { Records: ['m1', 'm2', 'm3'].map(id => recordOf(id)) }

/** An invocation of a consumer that keeps these messages, or fails; and what was done in which order. */
function invoked(keeps: readonly string[] | Error) {
  const done: unknown[] = []
  const consume = async (messages: readonly Message[], end: number) => {
    done.push({ messages: messages.map(({ id }) => id), end })
    if (keeps instanceof Error) throw keeps
    return [...keeps]
  }
  const logger = { appendKeys: (keys: object) => void done.push(keys) }
  const telemetry = { logger, flush: () => void done.push('flush') }
  const handler = invocationOf(consume, telemetry as never, () => noon)
  return { done, answer: () => handler(event as SQSEvent, context) }
}

describe('an invocation', () => {
  test('reports the messages that stay as failed, and no other', async () => {
    expect(await invoked(['m3', 'm1']).answer()).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm3' }, { itemIdentifier: 'm1' }],
    })
    expect(await invoked([]).answer()).toEqual({ batchItemFailures: [] })
  })
  test('has the time that Lambda gives it, and writes its metrics last; its lines bear its request', async () => {
    const { done, answer } = invoked([])
    await answer()
    expect(done).toEqual([{ requestId: 'r1' }, { messages: ['m1', 'm2', 'm3'], end: noon + 60_000 }, 'flush'])
  })
  test('that fails keeps all of its messages, and writes its metrics as well', async () => {
    const { done, answer } = invoked(new Error('a bug'))
    await expect(answer()).rejects.toThrow('a bug')
    expect(done.at(-1)).toBe('flush')
  })
})
