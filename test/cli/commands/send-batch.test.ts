import { describe, expect, test } from '@jest/globals'
import type { Rejection } from '../../../functions/aws/sqs-send.ts'
import { maxAttempts, sendBatch } from '../../../functions/cli/commands/send-batch.ts'
import { Failure } from '../../../functions/cli/io/exit-codes.ts'
import { eventLines, fakeQueue } from '../fake-queue.ts'
import { fakeWorld } from '../fake-world.ts'

const later: Rejection = { code: 'InternalError', message: 'try again', final: false }
const never: Rejection = { code: 'InvalidMessageContents', message: 'no', final: true }

describe('a batch', () => {
  test('that SQS takes is sent once', async () => {
    const { queue, batches } = fakeQueue()
    const { sent, refused } = await sendBatch(eventLines(2), queue, fakeWorld().world)
    expect(sent.map(({ event, messageId }) => ({ line: event.line, messageId }))).toEqual([
      { line: 1, messageId: 'message of body 1' },
      { line: 2, messageId: 'message of body 2' },
    ])
    expect(refused).toEqual([])
    expect(batches).toEqual([['body 1', 'body 2']])
  })
  test('is sent again without the messages that were taken, after growing waits', async () => {
    const { queue, batches } = fakeQueue((bodies, call) =>
      bodies.map(body => (call < 3 && body !== 'body 1' ? later : undefined)),
    )
    const fake = fakeWorld()
    const { sent, refused } = await sendBatch(eventLines(3), queue, fake.world)
    expect({ sent: sent.map(({ event }) => event.line), refused }).toEqual({ sent: [1, 2, 3], refused: [] })
    expect(batches).toEqual([
      ['body 1', 'body 2', 'body 3'],
      ['body 2', 'body 3'],
      ['body 2', 'body 3'],
    ])
    expect(fake.waits).toEqual([200, 400])
  })
  test('gives up on a message after so many attempts', async () => {
    const { queue, batches } = fakeQueue(bodies =>
      bodies.map(body => (body === 'body 2' ? later : undefined)),
    )
    expect(await sendBatch(eventLines(3), queue, fakeWorld().world)).toMatchObject({
      sent: [{ event: { line: 1 } }, { event: { line: 3 } }],
      refused: [{ line: 2, reason: 'not_sent', detail: 'InternalError: try again' }],
    })
    expect(batches).toHaveLength(maxAttempts)
  })
  test('does not send again what SQS will never take', async () => {
    const { queue, batches } = fakeQueue(bodies =>
      bodies.map(body => (body === 'body 1' ? never : undefined)),
    )
    expect(await sendBatch(eventLines(2), queue, fakeWorld().world)).toMatchObject({
      sent: [{ event: { line: 2 } }],
      refused: [{ line: 1 }],
    })
    expect(batches).toHaveLength(1)
  })
  test('is not sent again when the command is told to stop', async () => {
    const fake = fakeWorld()
    const { queue, batches } = fakeQueue(bodies => {
      fake.stop('interrupted')
      return bodies.map(() => later)
    })
    expect(await sendBatch(eventLines(1), queue, fake.world)).toMatchObject({
      sent: [],
      refused: [{ line: 1 }],
    })
    expect(batches).toHaveLength(1)
  })
  test('counts what was taken before the queue failed', async () => {
    const { queue } = fakeQueue((_, call) => {
      if (call === 2) throw new Failure('cannot reach SQS')
      return [undefined, later]
    })
    expect(await sendBatch(eventLines(2), queue, fakeWorld().world)).toMatchObject({
      sent: [{ event: { line: 1 } }],
      refused: [{ line: 2, reason: 'not_sent', detail: 'cannot reach SQS' }],
      failure: { message: 'cannot reach SQS' },
    })
  })
  test('lets a bug through', async () => {
    const { queue } = fakeQueue(() => {
      throw new TypeError('a bug')
    })
    await expect(sendBatch(eventLines(1), queue, fakeWorld().world)).rejects.toThrow('a bug')
  })
})
