import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { startChild } from './child.ts'
import { due } from './due/bench.ts'
import { exposure } from './exposure/bench.ts'
import { backlog } from './growth/backlog.ts'
import { hot } from './growth/hot.ts'
import { organizations } from './growth/organizations.ts'
import { limit } from './limit/bench.ts'
import { interleaved, median, ratio } from './measure.ts'
import { billOf } from './money/bill.ts'
import { startServices } from './services/services.ts'
import { contestants } from './throughput/contestants.ts'

describe('the bench', () => {
  test('takes the middle, and quotients of the same round', () => {
    expect(median([5, 1, 3])).toBe(3)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(ratio([2, 40, 6], [1, 20, 2])).toBe(2)
  })

  test('lets every subject run once in each round, each round beginning with another, the first not counted', async () => {
    const order: string[] = []
    const samples = await interleaved(['a', 'b'], 2, async (subject, round) => {
      order.push(`${round} ${subject}`)
      return round
    })
    expect(order).toEqual(['-1 a', '-1 b', '0 a', '0 b', '1 b', '1 a'])
    expect(samples.get('b')).toEqual([0, 1])
  })

  test.each(contestants)('finds $name', ({ module }) => {
    expect(existsSync(join(import.meta.dirname, module))).toBe(true)
  })

  test('bills requests, writes and time', () => {
    const use = { billedMs: 100, changesPerInvocation: 10, writesPerChange: 2, readsPerChange: 0 }
    const bill = billOf({ ...use, logBytesPerChange: 1000 })
    expect(bill.DynamoDB).toBeCloseTo(1.25)
    expect(bill.SQS).toBeCloseTo(0.48)
    expect(bill.total).toBeCloseTo(bill.Lambda + bill.SQS + bill.DynamoDB + bill.Logs)
  })

  test('settles every change of a backlog, of hot members, and of a large organization', async () => {
    expect(await backlog(1, [50, 100])).toMatchObject([
      { growth: 'backlog of 50' },
      { growth: 'backlog of 100' },
    ])
    expect(await hot(500)).toHaveLength(6)
    expect((await organizations([100, 200])).map(({ value }) => value)).toHaveLength(2)
  })

  test('plays the exposure of withdrawals with each consumer, and ours leaves none open', async () => {
    const { rows } = await exposure(1, 80)
    expect(rows.length).toBeGreaterThan(5)
    expect(rows[0]).toMatchObject({ consumer: 'role-sync', 'still open': 0 })
    for (const row of rows) expect(row['longest, s']).toBeGreaterThan(0)
  })

  test('finds every due change on the queue, and none before its instant', async () => {
    const { rows } = await due(1, 200)
    expect(rows).toHaveLength(3)
    for (const row of rows) expect(row).toMatchObject({ queries: 32, sends: 20, deletes: 20 })
  })

  test('uses up a limit of calls a minute, in virtual time', async () => {
    const { rows } = await limit(1, [2000])
    expect(rows).toMatchObject([{ changes: 2000, 'ideal, s': 60, 'members wrong': 0 }])
    expect(rows[0]?.['share of the limit, %']).toBeGreaterThanOrEqual(98)
  })

  test('ends each durable execution that the starter begins, with one write', async () => {
    const services = await startServices()
    const child = startChild('throughput/process.ts', ['peers/durable-here.ts'], services.environment)
    try {
      await child.ask({ first: 1, count: 20, batches: 1 })
      expect((await services.counts()).target).toBe(20)
    } finally {
      await child.stop()
      await services.stop()
    }
  })
})
