import { describe, expect, test } from '@jest/globals'
import type { Attempt, Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../functions/core/ledger/open-entry.ts'
import {
  createEntryUpdater,
  type EntryUpdate,
  type UpdateEntry,
} from '../../functions/sync/conditional-write.ts'
import { appliedOf, attemptOf, entryOf, member, rules } from '../support/entries.ts'
import { fakeWorld, type LedgerFault } from '../support/world.ts'

const now = 1000
const opening = (attempt: Attempt) => (entry: Entry | undefined) => open(entry, member, attempt, now, rules)

/** Moves that have all the time they need. */
const inTime =
  (make: UpdateEntry) =>
  <M extends EntryUpdate>(of: string, decide: (entry: Entry | undefined) => M): Promise<M> =>
    make(of, decide, now + 1)

function ledger(entry?: Entry, ...faults: (LedgerFault | undefined)[]) {
  const { state, world } = fakeWorld()
  if (entry) state.entries.set(member, entry)
  state.ledgerFaults.push(...faults)
  const move = inTime(createEntryUpdater(world.ledger, () => now))
  return { state, move, stored: () => state.entries.get(member), log: state.log }
}

describe('a move', () => {
  test('of a member that is not known guesses that there is none: one write', async () => {
    const { move, log, stored } = ledger()
    expect((await move(member, opening(attemptOf(1)))).kind).toBe('send')
    expect(log).toEqual(['write'])
    expect(stored()).toMatchObject({ rev: 1, lease: { holder: 'h1' } })
  })
  test('that guessed wrong goes on with what is there', async () => {
    const { move, log, stored } = ledger(entryOf())
    expect((await move(member, opening(attemptOf(1)))).kind).toBe('send')
    expect(log).toEqual(['write', 'write'])
    expect(stored()).toMatchObject({ rev: 8, lease: { holder: 'h1' } })
  })
  test('that follows another of this instance needs no read', async () => {
    const { move, log } = ledger()
    await move(member, opening(attemptOf(1)))
    await move(member, entry => ({ kind: 'x', entry: { ...(entry as Entry), rev: 2 } }))
    expect(log).toEqual(['write', 'write'])
  })
  test('whose memory is behind is told by the compare-and-set', async () => {
    const { move, state, stored } = ledger()
    await move(member, entry => ({ kind: 'x', entry: { ...entryOf({ rev: (entry?.rev ?? 0) + 1 }) } }))
    state.entries.set(
      member,
      entryOf({ rev: 5, lease: { holder: 'other', until: now + 1, event: 'e', desired: {} } }),
    )
    expect((await move(member, opening(attemptOf(1)))).kind).toBe('busy')
    expect(stored()?.lease?.holder).toBe('other')
  })
  test('that stores nothing is not believed of a guess, but of a read', async () => {
    const held = { holder: 'other', until: now + 1, event: 'e', desired: {} }
    const { move, state, log } = ledger(entryOf({ lease: held }))
    expect((await move(member, opening(attemptOf(1)))).kind).toBe('busy')
    state.entries.set(member, entryOf({ rev: 8 }))
    log.length = 0
    expect((await move(member, opening(attemptOf(1)))).kind).toBe('send')
    expect(log).toEqual(['read', 'write'])
  })
  test('that finds the change finished is believed of a guess: what is applied only grows', async () => {
    const { move, log } = ledger(entryOf({ applied: appliedOf(5) }))
    expect((await move(member, opening(attemptOf(5)))).kind).toBe('finished')
    log.length = 0
    expect((await move(member, opening(attemptOf(4)))).kind).toBe('finished')
    expect(log).toEqual([])
  })
})

describe('a compare-and-set that is not answered is read again', () => {
  test('it did not happen: it is made again', async () => {
    const { move, log, stored } = ledger(undefined, 'fails')
    expect((await move(member, opening(attemptOf(1)))).kind).toBe('send')
    expect(log).toEqual(['write fails', 'read', 'write'])
    expect(stored()?.rev).toBe(1)
  })
  test('it happened: the lease is ours', async () => {
    const { move, log, stored } = ledger(undefined, 'fails, but happened')
    expect((await move(member, opening(attemptOf(1)))).kind).toBe('leased')
    expect(log).toEqual(['write fails, but happened', 'read'])
    expect(stored()).toMatchObject({ rev: 1, lease: { holder: 'h1' } })
  })
  test('it happened to another attempt of the same message: the lease is not ours', async () => {
    const { move, state } = ledger(undefined, 'fails')
    const mine = attemptOf(1, undefined, { holder: 'mine' })
    const other = open(undefined, member, attemptOf(1, undefined, { holder: 'other' }), now, rules)
    state.entries.set(member, (other as { entry: Entry }).entry)
    expect((await move(member, opening(mine))).kind).toBe('busy')
  })
})

describe('a ledger that gives no clear answer rejects', () => {
  test.each<[string, (LedgerFault | undefined)[], number]>([
    ['a read that fails', ['fails', 'fails'], 2],
    [
      'writes that are never answered',
      Array(10)
        .fill(undefined)
        .map((_, n) => (n % 2 ? undefined : 'fails')),
      10,
    ],
  ])('after %s', async (_, faults, calls) => {
    const { move, log } = ledger(undefined, ...faults)
    await expect(move(member, opening(attemptOf(1)))).rejects.toMatchObject({
      ...{ name: 'LedgerUnavailable', message: 'the ledger gave no clear answer' },
      cause: new Error('the ledger is not there'),
    })
    expect(log).toHaveLength(calls)
  })
  test('once its time is over, but not before its first try', async () => {
    const { state, world } = fakeWorld()
    state.ledgerFaults.push('fails', undefined, 'fails')
    const late = createEntryUpdater(world.ledger, () => now)
    await expect(late(member, opening(attemptOf(1)), now)).rejects.toMatchObject({
      name: 'LedgerUnavailable',
    })
    expect(state.log).toEqual(['write fails', 'read'])
  })
  test('after a member that changes all the time', async () => {
    const { move, state, log } = ledger(entryOf())
    const changing = (entry: Entry | undefined) => {
      state.entries.set(member, entryOf({ rev: (state.entries.get(member)?.rev ?? 0) + 1 }))
      return opening(attemptOf(1))(entry)
    }
    await expect(move(member, changing)).rejects.toThrow('no clear answer')
    expect(log.filter(line => line === 'write')).toHaveLength(5)
  })
})
