import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { createSendRate } from '../../functions/replay/apply-plan.ts'
import { rememberEntries } from '../../functions/replay/remember-entries.ts'
import { readSettings } from '../../functions/replay/replay-settings.ts'
import { entryOf } from '../support/entries.ts'

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
