import { describe, expect, test } from '@jest/globals'
import type { Rejection } from '../../../functions/aws/sqs-send.ts'
import { maxAttempts, sendBatch } from '../../../functions/cli/commands/send-batch.ts'
import { Failure } from '../../../functions/cli/io/exit-codes.ts'
import { eventLines, fakeSink } from '../fake-sink.ts'
import { fakeWorld } from '../fake-world.ts'

const later: Rejection = { code: 'InternalError', message: 'try again', final: false }
const never: Rejection = { code: 'InvalidMessageContents', message: 'no', final: true }

describe('a batch', () => {
  test('that SQS takes is sent once', async () => {
    const { sink, batches } = fakeSink()
    expect(await sendBatch(eventLines(2), sink, fakeWorld().world)).toEqual({ sent: 2, refused: [] })
    expect(batches).toEqual([['body 1', 'body 2']])
  })
  test('is sent again without the messages that were taken, after growing waits', async () => {
    const { sink, batches } = fakeSink((bodies, call) =>
      bodies.map(body => (call < 3 && body !== 'body 1' ? later : undefined)),
    )
    const fake = fakeWorld()
    expect(await sendBatch(eventLines(3), sink, fake.world)).toEqual({ sent: 3, refused: [] })
    expect(batches).toEqual([
      ['body 1', 'body 2', 'body 3'],
      ['body 2', 'body 3'],
      ['body 2', 'body 3'],
    ])
    expect(fake.waits).toEqual([200, 400])
  })
  test('gives up on a message after so many attempts', async () => {
    const { sink, batches } = fakeSink(bodies => bodies.map(body => (body === 'body 2' ? later : undefined)))
    expect(await sendBatch(eventLines(3), sink, fakeWorld().world)).toMatchObject({
      sent: 2,
      refused: [{ line: 2, reason: 'not_sent', detail: 'InternalError: try again' }],
    })
    expect(batches).toHaveLength(maxAttempts)
  })
  test('does not send again what SQS will never take', async () => {
    const { sink, batches } = fakeSink(bodies => bodies.map(body => (body === 'body 1' ? never : undefined)))
    expect(await sendBatch(eventLines(2), sink, fakeWorld().world)).toMatchObject({
      sent: 1,
      refused: [{ line: 1 }],
    })
    expect(batches).toHaveLength(1)
  })
  test('is not sent again when the command is told to stop', async () => {
    const fake = fakeWorld()
    const { sink, batches } = fakeSink(bodies => {
      fake.stop('interrupted')
      return bodies.map(() => later)
    })
    expect(await sendBatch(eventLines(1), sink, fake.world)).toMatchObject({
      sent: 0,
      refused: [{ line: 1 }],
    })
    expect(batches).toHaveLength(1)
  })
  test('counts what was taken before the queue failed', async () => {
    const { sink } = fakeSink((_, call) => {
      if (call === 2) throw new Failure('cannot reach SQS')
      return [undefined, later]
    })
    expect(await sendBatch(eventLines(2), sink, fakeWorld().world)).toMatchObject({
      sent: 1,
      refused: [{ line: 2, reason: 'not_sent', detail: 'cannot reach SQS' }],
      failure: { message: 'cannot reach SQS' },
    })
  })
  test('lets a bug through', async () => {
    const { sink } = fakeSink(() => {
      throw new TypeError('a bug')
    })
    await expect(sendBatch(eventLines(1), sink, fakeWorld().world)).rejects.toThrow('a bug')
  })
})
