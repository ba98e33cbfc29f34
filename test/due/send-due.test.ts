import { describe, expect, test } from '@jest/globals'
import { sha256 } from '../../functions/aws/sha256.ts'
import type { Sending } from '../../functions/aws/sqs-send.ts'
import { type DueFacts, type DueItem, dueAheadMs, dueItemOf } from '../../functions/core/due/due-item.ts'
import { createDueRound, type DueAnswer, type DueWorld } from '../../functions/due/send-due.ts'
import { versionOf } from '../support/entries.ts'

const newYear = Date.parse('2027-01-01T00:00:00Z')
const itemOf = (n: number, changes: Partial<DueFacts> = {}): DueItem =>
  dueItemOf(
    {
      ...{ at: newYear, half: 'begin', body: String(n), version: versionOf(n), member: `wacht/1/${n}` },
      ...changes,
    },
    sha256,
  )
const many = (count: number, of: (n: number) => Partial<DueFacts> = () => ({})) =>
  Array.from({ length: count }, (_, n) => itemOf(n, of(n)))

/** A table in memory, in pages of `pageOf` items, with a queue and a clock. Each call of it passes `before`, which may throw. */
function fakeDue(items: readonly DueItem[], { pageOf = 1000 } = {}) {
  const stored = new Map(items.map(item => [item.due, item]))
  const fake = {
    stored,
    now: newYear,
    sent: [] as Sending[],
    rounds: [] as DueAnswer[],
    troubles: [] as string[],
    /** The items that no key opens. */
    sealed: new Set<DueItem>(),
    before: (_: 'read' | 'send' | 'remove' | 'count', __?: string) => {},
    refuses: (_: Sending) => false,
  }
  const until = (shard: string, at: number) =>
    [...stored.values()].filter(item => item.shard === shard && item.at <= at).toSorted((a, b) => a.at - b.at)
  const world: DueWorld = {
    table: {
      dueUntil: async function* (shard, at, unreadable) {
        const found = until(shard, at)
        for (let from = 0; from < found.length; from += pageOf) {
          fake.before('read', shard)
          const page = found.slice(from, from + pageOf)
          for (const item of page) if (fake.sealed.has(item)) unreadable(item, new Error('no key'))
          yield page.filter(item => !fake.sealed.has(item))
        }
      },
      countUntil: async (shard, at) => {
        fake.before('count')
        return until(shard, at).length
      },
      remove: async keys => {
        fake.before('remove')
        for (const { due } of keys) stored.delete(due)
      },
    },
    send: async messages => {
      fake.before('send')
      return messages.map(message => {
        if (fake.refuses(message)) return { code: 'InternalError', message: '', final: false }
        fake.sent.push(message)
        return { messageId: 'm' }
      })
    },
    log: {
      round: answer => void fake.rounds.push(answer),
      trouble: (what, error) => void fake.troubles.push(`${what}: ${(error as Error).message}`),
    },
    now: () => fake.now,
  }
  return { fake, world, run: createDueRound(world) }
}
const never = Number.POSITIVE_INFINITY
const notSent = 'due changes not sent or not removed; the next round sends them again'
const bodies = ({ sent }: { readonly sent: readonly Sending[] }) => sent.map(({ body }) => body)

describe('a round of due changes', () => {
  test('sends what is due in the next five minutes, each to be visible at its instant and never before', async () => {
    const at = [-3_600_000, 0, 1, 1000, 1001, dueAheadMs, dueAheadMs + 1].map(ahead => newYear + ahead)
    const { fake, run } = fakeDue(at.map((each, n) => itemOf(n, { at: each })))
    expect(await run(never)).toEqual({
      ...{ sent: 6, left: 0, complete: true, lateSeconds: 3600, within24h: 1 },
    })
    expect(fake.sent.map(({ body, seconds }) => [body, seconds])).toEqual([
      ...[
        ['0', 0],
        ['1', 0],
        ['2', 1],
        ['3', 1],
        ['4', 2],
        ['5', 300],
      ],
    ])
    expect([...fake.stored.values()].map(({ body }) => body)).toEqual(['6'])
  })
  test('sends the withdrawals of all shards first, then what was due earlier', async () => {
    const items = many(200, n => ({ at: newYear - n, ...(n % 3 === 0 && { withdraws: true }) }))
    const { fake, run } = fakeDue(items, { pageOf: 7 })
    await run(never)
    const ages = Array.from({ length: 200 }, (_, n) => 199 - n)
    expect(bodies(fake)).toEqual(
      [...ages.filter(n => n % 3 === 0), ...ages.filter(n => n % 3 > 0)].map(String),
    )
  })
  test('passes on who sent each event, as an attribute of its own message', async () => {
    const { fake, run } = fakeDue([itemOf(1, { sender: 'intake/hr' }), itemOf(2)])
    await run(never)
    expect(Object.fromEntries(fake.sent.map(({ body, attributes }) => [body, attributes]))).toEqual({
      1: { sender: 'intake/hr' },
      2: {},
    })
  })
  test('leaves what SQS refuses, says so once, and the next round sends it', async () => {
    const { fake, run } = fakeDue(many(30))
    fake.refuses = ({ body }) => Number(body) % 10 === 0
    expect(await run(never)).toMatchObject({ sent: 27, left: 3 })
    expect(fake.troubles).toEqual([
      expect.stringMatching(new RegExp(`^${notSent}: SQS refused \\d messages`)),
    ])
    expect([...fake.stored.values()].map(({ body }) => Number(body) % 10)).toEqual([0, 0, 0])
    fake.refuses = () => false
    expect(await run(never)).toMatchObject({ sent: 3, left: 0 })
    expect(new Set(bodies(fake)).size).toBe(30)
  })
  test('goes on after a batch that is not answered', async () => {
    const { fake, run } = fakeDue(many(100))
    let calls = 0
    fake.before = what => {
      if (what === 'send' && ++calls === 3) throw new Error('no answer')
    }
    expect(await run(never)).toMatchObject({ sent: 90, left: 10 })
    expect(fake.troubles).toEqual([`${notSent}: no answer`])
    expect(fake.stored.size).toBe(10)
  })
  test('sends again what it could not remove', async () => {
    const { fake, run } = fakeDue(many(10))
    fake.before = what => {
      if (what === 'remove') throw new Error('throttled')
    }
    await run(never)
    expect(fake.troubles).toEqual([`${notSent}: throttled`])
    fake.before = () => {}
    await run(never)
    expect(bodies(fake).toSorted()).toEqual([...many(10), ...many(10)].map(({ body }) => body).toSorted())
    expect(fake.stored.size).toBe(0)
  })
  test('leaves what no key opens, says so, counts it as late, and sends the others', async () => {
    const [locked, open] = [itemOf(1, { member: null, at: newYear - 60_000 }), itemOf(2)]
    const { fake, run } = fakeDue([locked, open])
    fake.sealed.add(locked)
    expect(await run(never)).toMatchObject({ sent: 1, left: 1, lateSeconds: 60 })
    expect(fake.troubles).toEqual([
      'due changes not decrypted; they stay due until their key is back: no key',
    ])
    expect([...fake.stored.values()]).toEqual([locked])
  })
  test('sends what the other shards have where one cannot be read, and then fails', async () => {
    const items = many(100)
    const { fake, run } = fakeDue(items)
    fake.before = (what, shard) => {
      if (what === 'read' && shard === '3') throw new Error('down')
    }
    await expect(run(never)).rejects.toThrow('down')
    const others = items.filter(({ shard }) => shard !== '3')
    expect(others.length).toBeLessThan(100)
    expect(fake.sent).toHaveLength(others.length)
    expect(fake.rounds).toEqual([])
  })
  test('starts nothing after its time, and the next one goes on', async () => {
    const { fake, run } = fakeDue(many(1000), { pageOf: 5 })
    fake.before = what => {
      if (what === 'send') fake.now += 1000
    }
    const first = await run(newYear + 20_000)
    expect(first.complete).toBe(false)
    expect(first.sent).toBeGreaterThan(0)
    expect(first.sent).toBeLessThanOrEqual(300)
    expect(first).not.toHaveProperty('within24h')
    expect(await run(never)).toMatchObject({ sent: 1000 - first.sent, complete: true })
    expect(new Set(bodies(fake)).size).toBe(1000)
  })
  test('counts what is due within a day once an hour', async () => {
    const { fake, run } = fakeDue(many(5, n => ({ at: newYear + n * 8 * 3_600_000 })))
    const counts: unknown[] = []
    for (let minute = 0; minute <= 60; minute++) {
      counts.push((await run(never)).within24h)
      fake.now += 60_000
    }
    expect(counts.filter(count => count !== undefined)).toEqual([3, 3])
    expect(counts.at(-1)).toBe(3)
  })
})

test('however often rounds are killed, each change is sent, and none is removed that was not', async () => {
  const items = many(120, n => ({ at: newYear + n }))
  let calls = 0
  const { fake: whole, run } = fakeDue(items)
  whole.before = () => void calls++
  await run(never)
  expect(calls).toBeGreaterThan(30)

  for (let kill = 0; kill < calls; kill++) {
    const { fake, world } = fakeDue(items)
    let left = kill
    fake.before = () => {
      if (left-- <= 0) throw new Error('killed')
    }
    await createDueRound(world)(never).catch(() => {})
    const seen = new Set(bodies(fake))
    for (const item of items) expect(fake.stored.has(item.due) || seen.has(item.body)).toBe(true)
    fake.before = () => {}
    expect(await createDueRound(world)(never)).toMatchObject({ left: 0, complete: true })
    expect([new Set(bodies(fake)).size, fake.stored.size]).toEqual([120, 0])
  }
})

test('after a day without a schedule all are caught up in order, at once', async () => {
  const { fake, run } = fakeDue(many(500, n => ({ at: newYear + n * 170_000 })))
  fake.now = newYear + 86_400_000
  expect(await run(never)).toMatchObject({ sent: 500, left: 0, lateSeconds: 86_400 })
  expect(bodies(fake)).toEqual(Array.from({ length: 500 }, (_, n) => String(n)))
  expect(new Set(fake.sent.map(({ seconds }) => seconds))).toEqual(new Set([0]))
})
