import type { SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createLetters, type Letters } from '../../functions/aws/dead-letter-queue.ts'
import { createSender } from '../../functions/aws/sqs-send.ts'
import type { DeadLetter } from '../../functions/core/dead-letter/dead-letter.ts'
import { startQueues, type TestQueues } from '../support/queue.ts'

let queues: TestQueues
let letters: Letters
beforeEach(async () => {
  queues = await startQueues()
  letters = createLetters(queues.deadLetters, queues.client)
})
afterEach(() => queues.stop())

const bury = (count: number) =>
  queues.bury(Array.from({ length: count }, (_, n) => ({ body: `letter ${n}` })))

/** The bodies that a look brings, until `enough` of them. */
async function looked(at: Letters = letters, enough = Number.POSITIVE_INFINITY): Promise<string[]> {
  const bodies: string[] = []
  for await (const { body } of at.look({ hideSeconds: 60, quick: true })) {
    bodies.push(body)
    if (bodies.length >= enough) break
  }
  return bodies
}
const all = (count: number) => Array.from({ length: count }, (_, n) => `letter ${n}`).toSorted()

/** So many letters are there, and within a second they are visible. */
function expectVisible(count: number, withinMs = 1000): void {
  expect(queues.stored('dead-letters')).toHaveLength(count)
  for (const ms of queues.hiddenFor()) expect(ms).toBeLessThanOrEqual(withinMs)
}

/** A client that fails in some requests. */
const failing = (fails: (name: string, nth: number) => boolean): SQSClient => {
  let nth = 0
  const send = (command: { constructor: { name: string } }, ...rest: never[]) => {
    nth += 1
    if (fails(command.constructor.name, nth)) return Promise.reject(new Error('SQS is down'))
    return queues.client.send(command as never, ...rest)
  }
  return Object.assign(Object.create(queues.client), { send }) as SQSClient
}

describe('a look', () => {
  test('brings every letter once, with all that it has', async () => {
    const attributes = { reason: 'rejected', event: 'e1', trail: '{"detail":"no","claimed":{"replays":2}}' }
    await queues.bury([{ body: 'mine', attributes }, { body: 'crashed' }])
    const found: DeadLetter[] = []
    for await (const letter of letters.look({ hideSeconds: 9, quick: true })) found.push(letter)
    expect(found.toSorted((a, b) => (a.body < b.body ? 1 : -1))).toMatchObject([
      {
        body: 'mine',
        reason: 'rejected',
        attributes,
        receives: 1,
        trail: { detail: 'no', claimed: { replays: 2 } },
      },
      { body: 'crashed', reason: 'crashed', attributes: {}, receives: 1 },
    ])
    expect(Date.now() - (found[0]?.sentAt ?? 0)).toBeLessThan(60_000)
    expectVisible(2)
  })
  test('reads a message that SQS moved itself as crashed, whatever attributes its producer gave it', async () => {
    const attributes = { reason: 'not_found', unproven: 'true', trail: '{"replays":2,"detail":"made up"}' }
    await queues.bury([{ body: 'moved', attributes }])
    // As SQS answers; the emulator does not name the source.
    const send = async (command: { input: { MessageSystemAttributeNames?: string[] } }) => {
      const answer = (await queues.client.send(command as never)) as { Messages?: object[] }
      if (!command.input.MessageSystemAttributeNames?.includes('DeadLetterQueueSourceArn')) return answer
      const named = (message: { Attributes?: object }) => ({
        ...message,
        Attributes: { ...message.Attributes, DeadLetterQueueSourceArn: 'arn:aws:sqs:::changes' },
      })
      return { ...answer, ...(answer.Messages && { Messages: answer.Messages.map(named) }) }
    }
    const client = Object.assign(Object.create(queues.client), { send }) as SQSClient
    const found: DeadLetter[] = []
    const moved = createLetters(queues.deadLetters, client)
    for await (const letter of moved.look({ hideSeconds: 9, quick: true })) found.push(letter)
    expect(found).toMatchObject([{ body: 'moved', reason: 'crashed', trail: { claimed: { replays: 2 } } }])
    expect(Object.keys(found[0]?.attributes ?? {}).toSorted()).toEqual([
      ...['claimed.reason', 'claimed.trail', 'claimed.unproven'],
    ])
  })
  test('of 335 letters ends, and leaves them all visible soon after', async () => {
    await bury(335)
    expect((await looked()).toSorted()).toEqual(all(335))
    expectVisible(335)
  })
  test('that is broken off leaves them all visible, too', async () => {
    await bury(50)
    expect(await looked(letters, 3)).toHaveLength(3)
    expectVisible(50)
  })
  test('whose loop throws does so, too', async () => {
    await bury(30)
    const loop = async () => {
      for await (const _ of letters.look({ hideSeconds: 60 })) throw new Error('of the loop')
    }
    await expect(loop()).rejects.toThrow('of the loop')
    expectVisible(30)
  })
  test('in which a receive fails rejects, and leaves visible what the other receives brought', async () => {
    await bury(60)
    const broken = createLetters(
      queues.deadLetters,
      failing((name, nth) => name === 'ReceiveMessageCommand' && nth === 5),
    )
    await expect(looked(broken)).rejects.toThrow('SQS is down')
    expectVisible(60)
  })
  test('that cannot make letters visible ends all the same: their time runs out', async () => {
    await bury(3)
    const broken = createLetters(
      queues.deadLetters,
      failing(name => name === 'ChangeMessageVisibilityBatchCommand'),
    )
    const bodies: string[] = []
    for await (const { body } of broken.look({ hideSeconds: 1, quick: true })) bodies.push(body)
    expect(bodies).toHaveLength(3)
    expectVisible(3)
  })
  test('that is told to end rejects with the reason, and leaves them all visible', async () => {
    await bury(40)
    const stop = new AbortController()
    let count = 0
    const loop = async () => {
      for await (const _ of letters.look({ hideSeconds: 60, signal: stop.signal })) {
        count += 1
        if (count === 5) stop.abort(new Error('enough'))
      }
    }
    await expect(loop()).rejects.toThrow('enough')
    expect(count).toBe(5)
    expectVisible(40)
  })
  test('hides letters from others, and at once brings those that come meanwhile', async () => {
    await bury(20)
    const seen: string[] = []
    for await (const { body } of letters.look({ hideSeconds: 60, quick: true })) {
      if (seen.length === 0) {
        expect(await letters.counts()).toEqual({ visible: 0, hidden: 20 })
        expect(await looked(createLetters(queues.deadLetters, queues.client))).toEqual([])
        await queues.bury([{ body: 'late' }])
      }
      seen.push(body)
    }
    expect(seen).toHaveLength(21)
    expectVisible(21)
  })
  test('brings none twice whose time ran out before it ended, and removes it by its newest receipt', async () => {
    await bury(2)
    const seen: DeadLetter[] = []
    for await (const letter of letters.look({ hideSeconds: 1, parallel: 1, quick: true })) {
      seen.push(letter)
      if (seen.length === 2) {
        await new Promise(resolve => setTimeout(resolve, 1050))
        await bury(3)
      }
      // The emulator, and SQS at times, deletes nothing for a receipt whose time ran out.
      if (seen.length === 3) for (const first of seen.slice(0, 2)) await letters.remove(first)
    }
    expect(seen.map(({ body }) => body).toSorted()).toEqual([...all(2), ...all(3)].toSorted())
    expectVisible(3)
  })
})

describe('letters that somebody else is looking at', () => {
  const seeAll = async (patienceSeconds: number) => {
    const seen: string[] = []
    let hidden: number | undefined
    const onHidden = (count: number) => {
      hidden = count
    }
    const looking = createLetters(queues.deadLetters, queues.client).look({
      ...{ hideSeconds: 60, parallel: 2, patienceSeconds, onHidden },
    })
    for await (const { body } of looking) seen.push(body)
    return { seen: seen.toSorted(), hidden }
  }
  test('come into view when a look that ended just before lets go of them', async () => {
    await bury(12)
    await looked()
    expect(await seeAll(3)).toEqual({ seen: all(12), hidden: 0 })
  })
  test('are counted when they are hidden to the end, and those of the look itself are not', async () => {
    await bury(3)
    const other = createLetters(queues.deadLetters, queues.client).look({
      hideSeconds: 60,
      parallel: 1,
      quick: true,
    })
    await other[Symbol.asyncIterator]().next()
    await queues.bury([{ body: 'mine' }])
    expect(await seeAll(0)).toEqual({ seen: ['mine'], hidden: 3 })
  })
  test('are none where a letter was removed meanwhile', async () => {
    await bury(4)
    let hidden: number | undefined
    const onHidden = (count: number) => {
      hidden = count
    }
    for await (const letter of letters.look({ hideSeconds: 60, patienceSeconds: 1, onHidden })) {
      if (letter.body.endsWith('2')) await letters.remove(letter)
    }
    expect(hidden).toBe(0)
  })
  test('are not asked for by a look without patience', async () => {
    await bury(1)
    const broken = createLetters(
      queues.deadLetters,
      failing(name => name === 'GetQueueAttributesCommand'),
    )
    expect(await looked(broken)).toEqual(['letter 0'])
  })
})

test('a removed letter is gone, also where the look goes on', async () => {
  await bury(12)
  for await (const letter of letters.look({ hideSeconds: 60, quick: true })) {
    if (/[02468]$/.test(letter.body)) await letters.remove(letter)
  }
  expect(
    queues
      .stored('dead-letters')
      .map(({ body }) => body)
      .toSorted(),
  ).toEqual([1, 3, 5, 7, 9, 11].map(n => `letter ${n}`).toSorted())
  expectVisible(6)
})

test('where SQS does not delete a letter, its removal rejects, and it is visible soon after', async () => {
  await bury(4)
  const refusing: SQSClient = Object.assign(Object.create(queues.client), {
    send: async (command: { constructor: { name: string } }) => {
      if (command.constructor.name !== 'DeleteMessageBatchCommand')
        return queues.client.send(command as never)
      return { Failed: [{ Id: '0', Code: 'InternalError' }] }
    },
  })
  const loop = async () => {
    const broken = createLetters(queues.deadLetters, refusing)
    for await (const letter of broken.look({ hideSeconds: 60 })) await broken.remove(letter)
  }
  await expect(loop()).rejects.toThrow('a letter could not be deleted: InternalError')
  expectVisible(4)
})

test('what is sent comes with its attributes, to either queue', async () => {
  await letters.send('renewed', { reason: 'gave_up', trail: '{"renewals":1}' })
  await createSender(queues.changes, queues.client)('replayed', { trail: '{"replays":1}' })
  expect(queues.stored('dead-letters')).toMatchObject([
    { body: 'renewed', messageAttributes: { reason: { StringValue: 'gave_up' } } },
  ])
  expect(queues.stored('changes')).toMatchObject([
    { body: 'replayed', messageAttributes: { trail: { DataType: 'String', StringValue: '{"replays":1}' } } },
  ])
})

test('a replay is sent in the group of its source: many letters of one source delay no other', async () => {
  const inputs: unknown[] = []
  const recording = { send: async ({ input }: { input: unknown }) => void inputs.push(input) }
  await createSender('https://sqs/changes', recording as never)('{"source":"//a.example.com"}', {})
  expect(inputs).toMatchObject([{ MessageGroupId: '//a.example.com' }])
})
