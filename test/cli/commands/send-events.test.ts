import { describe, expect, test } from '@jest/globals'
import type { BatchResult } from '../../../functions/cli/commands/send-batch.ts'
import { sendEvents } from '../../../functions/cli/commands/send-events.ts'
import type { EventLine, ReadLine } from '../../../functions/cli/io/event-lines.ts'
import { Failure } from '../../../functions/cli/io/exit-codes.ts'
import { eventLines, fakeQueue } from '../fake-queue.ts'
import { fakeWorld } from '../fake-world.ts'

async function* each(lines: readonly ReadLine[], after = () => {}) {
  yield* lines
  after()
}
const refused = (line: number): ReadLine => {
  const { named } = eventLines(1)[0] as EventLine
  return { line, named, reason: 'invalid_event', detail: 'x' }
}

async function sending(lines: AsyncIterable<ReadLine>, { queue } = fakeQueue(), { world } = fakeWorld()) {
  const results: BatchResult[] = []
  const ending = await sendEvents(lines, queue, world, result => results.push(result))
  return {
    ending,
    sent: results.reduce((sum, result) => sum + result.sent.length, 0),
    refused: results.flatMap(result => result.refused.map(({ line }) => line)),
  }
}

describe('sending events', () => {
  test('gives each line one outcome', async () => {
    const given = eventLines(25).map(event => (event.line % 5 === 0 ? refused(event.line) : event))
    const fake = fakeQueue()
    expect(await sending(each(given), fake)).toEqual({
      ending: { whole: true, failure: undefined },
      sent: 20,
      refused: [5, 10, 15, 20, 25],
    })
    expect(fake.batches.map(batch => batch.length)).toEqual([10, 10])
  })

  test('reads no further than the batches on their way allow', async () => {
    let read = 0
    const lines = eventLines(1000).map(event => event)
    async function* counted() {
      for (const event of lines) {
        read += 1
        yield event
      }
    }
    const open = Promise.withResolvers<undefined>()
    const held = fakeQueue(async bodies => {
      await open.promise
      return bodies.map(() => undefined)
    })
    const result = sending(counted(), held)
    await new Promise(resolve => setImmediate(resolve))
    expect(read).toBeLessThanOrEqual(91)
    open.resolve(undefined)
    expect(await result).toMatchObject({ sent: 1000, ending: { whole: true } })
  })

  test('ends at the first failure of the queue, and tells what was not sent', async () => {
    const failing = fakeQueue((bodies, call) => {
      if (call > 1) throw new Failure('gone')
      return bodies.map(() => undefined)
    })
    const result = await sending(each(eventLines(1000)), failing)
    expect(result).toMatchObject({ ending: { whole: false, failure: { message: 'gone' } }, sent: 10 })
    expect(failing.batches.length).toBeLessThan(12)
    expect(result.refused).toEqual(Array.from({ length: result.refused.length }, (_, index) => index + 11))
  })

  test('finishes what is on its way when it is told to stop', async () => {
    const fake = fakeWorld()
    const lines = each(eventLines(15), () => {
      fake.stop('interrupted')
      fake.world.stop.throwIfAborted()
    })
    expect(await sending(lines, fakeQueue(), fake)).toEqual({
      ending: { whole: false, failure: undefined },
      sent: 10,
      refused: [],
    })
  })

  test('finishes what is on its way when the input breaks off', async () => {
    const lines = each(eventLines(15), () => {
      throw new Failure('cannot read events.ndjson: EIO')
    })
    expect(await sending(lines)).toMatchObject({
      ending: { whole: false, failure: { name: 'Failure' } },
      sent: 10,
    })
  })

  test('lets a bug through', async () => {
    const lines = each(eventLines(1), () => {
      throw new TypeError('a bug')
    })
    await expect(sending(lines)).rejects.toThrow('a bug')
  })
})
