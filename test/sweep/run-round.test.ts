import { describe, expect, test } from '@jest/globals'
import { createRounds, type RoundItem } from '../../functions/core/sweep/stored-round.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { effects } from '../support/entries.ts'
import { fakeSweep } from '../support/fake-sweep.ts'
import { memoryLedger } from '../support/memory-ledger.ts'

describe('a round', () => {
  test('reads the scopes of the catalogue and of the ledger once, and rests until the next is due', async () => {
    const { run, state, told, readings } = fakeSweep(['wacht/1', 'wacht/2'])
    expect(await run()).toMatchObject({ kind: 'read', read: 3, left: 0, unmanaged: 3, incomplete: 0 })
    expect(state.log.toSorted()).toEqual(['1', '2', '9'])
    expect(await readings.store.read('wacht/1')).toMatchObject({
      ...{ rev: 1, complete: { counts: { unmanaged: 1 } }, last: { counts: { unmanaged: 1 } } },
    })
    expect(await run()).toMatchObject({ kind: 'rest', read: 0, unmanaged: 3 })
    state.now += 86_400_000
    expect(await run()).toMatchObject({ kind: 'read', read: 3 })
    expect(told.rounds).toHaveLength(3)
    expect(state.log).toHaveLength(6)
  })
  test('reads at most four scopes side by side', async () => {
    const { run, state } = fakeSweep(Array.from({ length: 20 }, (_, n) => `wacht/${n}`))
    await run()
    expect(state.mostOpen).toBe(4)
  })
  test('that runs out of time goes on where it was, and reads no scope twice', async () => {
    const { run, state } = fakeSweep(Array.from({ length: 9 }, (_, n) => `wacht/${n + 1}`))
    const first = await run({ action: 'continue' }, 3000)
    expect(first).toMatchObject({ kind: 'read' })
    expect(first.left).toBeGreaterThan(0)
    expect(first.read + first.left).toBe(9)
    state.now += 10_000
    expect(await run()).toMatchObject({ kind: 'read', read: first.left, left: 0 })
    expect(state.log.toSorted()).toEqual(Array.from({ length: 9 }, (_, n) => String(n + 1)))
  })
  test('is left alone while another invocation works on it', async () => {
    const { run, rounds, state } = fakeSweep(['wacht/1'])
    await rounds.store.write({ member: 'round', rev: 1, startedAt: 0, until: state.now + 1, scopes: {} })
    expect(await run({ action: 'run' })).toMatchObject({ kind: 'busy' })
    expect(state.log).toEqual([])
  })
  test('is not stored over that of an invocation that took it over', async () => {
    const { run, rounds, state } = fakeSweep(['wacht/1'])
    state.answers.set('1', () => {
      void rounds.store.write({ member: 'round', rev: 2, startedAt: 5, scopes: {} })
      return { ok: true, listed: [] }
    })
    await expect(run()).rejects.toThrow('another invocation took the round over')
    expect(await rounds.store.read('round')).toMatchObject({ startedAt: 5 })
  })
})

test('a round of 5,000 scopes is read in one piece of two hours, and its items are written now and then', async () => {
  const { run, state, world } = fakeSweep(Array.from({ length: 5000 }, (_, n) => `wacht/${n + 10}`))
  const { store, counts } = memoryLedger<RoundItem>()
  Object.assign(world, { rounds: createRounds(store) })
  expect(await run({ action: 'continue' }, 7_200_000)).toMatchObject({ read: 5001, left: 0, unmanaged: 5001 })
  // Six items, at most each thirty seconds: four scopes side by side take a second each.
  expect(counts.writes).toBeLessThan((6 * state.log.length) / 30 + 10)
  expect(await run()).toMatchObject({ kind: 'rest', unmanaged: 5001 })
})

describe('a scope', () => {
  const forbidden = (): PeoplePage => ({ ok: false, effect: effects.refused })

  test('whose list cannot be read is incomplete, keeps its last complete reading, and is tried again after an hour', async () => {
    const { run, state, readings } = fakeSweep(['wacht/1'])
    await run()
    state.now += 86_400_000
    state.answers.set('1', forbidden)
    expect(await run()).toMatchObject({ read: 2, left: 0, incomplete: 1, unmanaged: 2 })
    expect(await readings.store.read('wacht/1')).toMatchObject({
      ...{ last: { unread: { page: 0, cause: 'rejected' } }, complete: { counts: { unmanaged: 1 } } },
    })
    expect((await run()).kind).toBe('rest')
    state.now += 3_600_000
    state.answers.clear()
    expect(await run()).toMatchObject({ kind: 'read', read: 1, incomplete: 0 })
    expect((await run()).kind).toBe('rest')
  })
  test('that only events name, and that the target does not know, has no members; one of the catalogue is incomplete', async () => {
    const { run, state, readings } = fakeSweep(['wacht/1'])
    const notFound = { kind: 'refused', reason: 'not_found', status: 404, detail: '404' } as const
    for (const scope of ['1', '9']) state.answers.set(scope, () => ({ ok: false, effect: notFound }))
    expect(await run()).toMatchObject({ read: 2, incomplete: 1 })
    expect(await readings.store.read('wacht/9')).toMatchObject({ complete: { counts: {} } })
    expect((await readings.store.read('wacht/1'))?.last).toMatchObject({ unread: { cause: 'not_found' } })
  })
  test('is incomplete while the index lacks entries, and the table is read for them no more once it has all', async () => {
    const { run, state, readings } = fakeSweep(['wacht/1'])
    state.isIndexed = false
    expect(await run()).toMatchObject({ read: 2, incomplete: 2 })
    expect((await readings.store.read('wacht/1'))?.last).toMatchObject({
      ...{ counts: { unmanaged: 1 }, unread: { cause: 'not_indexed' } },
    })
    state.isIndexed = true
    state.now += 1
    expect(await run({ action: 'run' })).toMatchObject({ read: 2, incomplete: 0, unmanaged: 2 })
    state.now += 1
    expect(await run({ action: 'run' })).toMatchObject({ read: 2, incomplete: 0 })
    expect(state.scans).toBe(2)
  })
  test('is read again by the next invocation where the ledger does not answer', async () => {
    const { run, state, told } = fakeSweep(['wacht/1'])
    state.ledgerFails = true
    expect(await run()).toMatchObject({ kind: 'read', read: 0, left: 2 })
    expect(told.troubles).toHaveLength(2)
    state.ledgerFails = false
    state.now += 10_000
    expect(await run()).toMatchObject({ kind: 'read', read: 2, left: 0 })
  })
  const slow = (): PeoplePage => ({ ok: false, effect: { ...effects.deferred, delayMs: 900_000 } })

  test('for which the time ends is read again by the next invocation', async () => {
    const { run, state } = fakeSweep(['wacht/1', 'wacht/2', 'wacht/3', 'wacht/4', 'wacht/5'])
    state.answers.set('5', slow)
    expect(await run()).toMatchObject({ kind: 'read', read: 5, left: 1, incomplete: 0 })
  })
  test('that the whole time of an invocation is too short for is incomplete, and keeps no other waiting', async () => {
    const { run, state } = fakeSweep(['wacht/1', 'wacht/2'])
    state.answers.set('1', slow)
    expect(await run()).toMatchObject({ kind: 'read', read: 3, left: 0, incomplete: 1 })
    expect((await run()).kind).toBe('rest')
    state.now += 86_400_000
    expect(await run()).toMatchObject({ kind: 'read', read: 3, left: 0 })
  })
  test('that is never finished keeps no other from the next round', async () => {
    const { run, state, world } = fakeSweep(['wacht/1'])
    const { entries } = world.ledger
    Object.assign(world.ledger, {
      entries: async (members: readonly string[]) => {
        if (members[0] === 'wacht/1/1') throw new Error('no answer')
        return entries(members)
      },
    })
    expect(await run()).toMatchObject({ read: 1, left: 1 })
    state.now += 86_400_000
    expect(await run()).toMatchObject({ read: 1, left: 1 })
    expect(state.log.filter(scope => scope === '9')).toHaveLength(2)
  })
  test('can be read by itself, and leaves the round of the others', async () => {
    const { run, state } = fakeSweep(['wacht/1', 'wacht/2'])
    expect(await run({ action: 'run', scope: 'wacht/1' })).toMatchObject({ kind: 'read', read: 1 })
    expect(state.log).toEqual(['1'])
    state.now += 10_000
    expect(await run()).toMatchObject({ kind: 'read', read: 2 })
    expect((await run()).kind).toBe('rest')
    expect(await run({ action: 'run', scope: 'wacht/2' })).toMatchObject({ read: 1, unmanaged: 3 })
    expect((await run()).kind).toBe('rest')
  })
})
