import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { forEachOf } from '../../functions/core/for-each-of.ts'

async function* numbers(count: number, asked: number[] = []) {
  for (let n = 0; n < count; n++) {
    asked.push(n)
    yield n
  }
}
const ticks = async (count: number) => {
  for (let n = 0; n < count; n++) await setImmediate()
}

describe('work on what comes', () => {
  test('is done for each, so many at once and no more', async () => {
    let running = 0
    let most = 0
    const done: number[] = []
    await forEachOf(numbers(20), 3, async n => {
      most = Math.max(most, ++running)
      await ticks((n * 7) % 5)
      running -= 1
      done.push(n)
    })
    expect({ most, running, done: done.length }).toEqual({ most: 3, running: 0, done: 20 })
  })
  test('asks for no more than there is room for: what waits unseen stays hidden for nothing', async () => {
    const asked: number[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const all = forEachOf(numbers(20, asked), 3, () => promise)
    await ticks(20)
    expect(asked.length).toBeLessThanOrEqual(4)
    resolve()
    await all
    expect(asked).toHaveLength(20)
  })
  test('begins nothing more once one work failed, and rejects when nothing runs any more', async () => {
    const begun: number[] = []
    let running = 0
    const all = forEachOf(numbers(20), 2, async n => {
      begun.push(n)
      running += 1
      await ticks(n === 1 ? 1 : 10)
      running -= 1
      if (n === 1) throw new Error('no')
    })
    await expect(all).rejects.toThrow('no')
    expect({ running, begun: begun.length }).toEqual({ running: 0, begun: 2 })
  })
  test('that is running is waited for where what comes breaks off', async () => {
    let running = 0
    async function* broken() {
      yield 0
      throw new Error('the look failed')
    }
    const all = forEachOf(broken(), 2, async () => {
      running += 1
      await ticks(10)
      running -= 1
    })
    await expect(all).rejects.toThrow('the look failed')
    expect(running).toBe(0)
  })
  test('hears when nothing runs any more, if it asks', async () => {
    let running = 0
    async function* asking(idle: () => Promise<unknown>) {
      yield 0
      yield 1
      await idle()
      expect(running).toBe(0)
      yield 2
    }
    const done: number[] = []
    await forEachOf(asking, 5, async n => {
      running += 1
      await ticks(5)
      running -= 1
      done.push(n)
    })
    expect(done).toEqual([0, 1, 2])
  })
})
