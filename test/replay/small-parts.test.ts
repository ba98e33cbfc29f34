import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { forEachOf } from '../../functions/core/for-each-of.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { createSendRate } from '../../functions/replay/apply-plan.ts'
import { rememberEntries } from '../../functions/replay/remember-entries.ts'
import { readSettings } from '../../functions/replay/replay-settings.ts'
import { entryOf } from '../support/entries.ts'

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
})

describe('entries', () => {
  /** A ledger that counts its reads, and fails in those of `failing`. */
  function ledger(...failing: number[]) {
    const reads: string[] = []
    const read = async (member: string): Promise<Entry | undefined> => {
      const nth = reads.push(member)
      if (failing.includes(nth)) throw new Error('down')
      return entryOf({ member, rev: nth })
    }
    return { reads, read: rememberEntries({ read }) }
  }
  test('are read once for each member, also by many at the same time', async () => {
    const { reads, read } = ledger()
    const [one, other] = await Promise.all([read('a'), read('a'), read('b')])
    expect({ one, reads }).toEqual({ one: other, reads: ['a', 'b'] })
    expect(await read('a')).toEqual(one)
    expect(reads).toHaveLength(2)
  })
  test('that could not be read are read again', async () => {
    const { reads, read } = ledger(1)
    await expect(read('a')).rejects.toThrow('down')
    expect(await read('a')).toMatchObject({ rev: 2 })
    expect(reads).toEqual(['a', 'a'])
  })
  test('that were read again meanwhile are not forgotten where an older read fails', async () => {
    const older = Promise.withResolvers<Entry | undefined>()
    let reads = 0
    const read = rememberEntries({
      read: member => {
        if (member !== 'a') return Promise.resolve(undefined)
        reads += 1
        return reads === 1 ? older.promise : Promise.resolve(entryOf({ member }))
      },
    })
    const first = read('a')
    for (let n = 0; n < 2000; n++) await read(`m${n}`) // as many as are remembered
    await read('a')
    older.reject(new Error('down'))
    await expect(first).rejects.toThrow('down')
    expect({ read: await read('a'), reads }).toEqual({ read: entryOf({ member: 'a' }), reads: 2 })
  })
  test('of the last two thousand members are remembered, and of no more', async () => {
    const { reads, read } = ledger()
    for (let n = 0; n <= 2000; n++) await read(`m${n}`)
    await read('m2000')
    await read('m200')
    expect(reads).toHaveLength(2001)
    await read('m199')
    expect(reads).toHaveLength(2002)
  })
})

describe('a pace', () => {
  function paced(perSecond: number, signal?: AbortSignal) {
    const clock = { now: 1_000_000, naps: [] as number[] }
    const wait = async (ms: number) => {
      clock.naps.push(ms)
      clock.now += ms
    }
    return { clock, turn: createSendRate(perSecond, { now: () => clock.now, wait }, signal) }
  }
  test('gives turns evenly', async () => {
    const { clock, turn } = paced(4)
    const at: number[] = []
    for (let n = 0; n < 5; n++) {
      await turn()
      at.push(clock.now - 1_000_000)
    }
    expect(at).toEqual([0, 250, 500, 750, 1000])
  })
  test('makes up for nothing that was missed', async () => {
    const { clock, turn } = paced(4)
    await turn()
    clock.now += 60_000
    await turn()
    const before = clock.now
    await turn()
    expect(clock.now - before).toBe(250)
  })
  test('sleeps a second in one go at the most, and not at all once it is told to end', async () => {
    const stop = new AbortController()
    const { clock, turn } = paced(0.2, stop.signal)
    await turn()
    await turn()
    expect(clock.naps).toEqual([1000, 1000, 1000, 1000, 1000])
    stop.abort()
    await turn()
    expect(clock.naps).toHaveLength(5)
  })
})

describe('the settings', () => {
  const env = {
    ...{ CHANGES_QUEUE_URL: 'https://q/1', DEAD_LETTER_QUEUE_URL: 'https://q/2', LEDGER_TABLE: 'ledger' },
    ...{ DEAD_LETTER_QUEUE_NAME: 'dead-letters', CLOSING_MS: '10000', RENEW_AFTER_MS: '864000000' },
  }
  test('are read, each from its own variable', () => {
    expect(readSettings(env)).toEqual({ ...env, CLOSING_MS: 10_000, RENEW_AFTER_MS: 864_000_000 })
  })
  test.each(Object.keys(env))('are refused without %s', name => {
    expect(() => readSettings({ ...env, [name]: undefined })).toThrow(`${name}: is missing`)
  })
})
