import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLedger } from '../../../functions/aws/ledger-table.ts'
import { itemsOf } from '../../../functions/cli/io/ledger-reader.ts'
import { createRounds, type RoundItem, readRound } from '../../../functions/core/sweep/stored-round.ts'
import type { Round, ScopeSummary } from '../../../functions/core/sweep/sweep-round.ts'
import { type LedgerTable, startLedgerTable } from '../../support/ledger-table.ts'
import { memoryLedger } from '../../support/memory-ledger.ts'

const now = 1_795_000_000_000
const count = 999_999
const summary: ScopeSummary = {
  ...{ at: now, complete: true, completeAt: now },
  counts: {
    ...{ same: count, drift: count, unmanaged: count, unapplied: count },
    ...{ gone: count, unshown: count, in_flight: count },
  },
}
const scopesOf = (count: number, what = summary): Round['scopes'] =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `project/3c90c3cc-0d44-4b50-8888-${String(n).padStart(12, '0')}`,
      { ...what },
    ]),
  )
const roundOf = (rev: number, scopes: Round['scopes']): Round => ({
  ...{ member: 'round', rev, startedAt: now, until: now + 1, scopes },
})

let table: LedgerTable
beforeAll(async () => {
  table = await startLedgerTable()
})
afterAll(() => table.stop())

test('a round of 5,000 scopes, each with every finding, fits into the items of the table', async () => {
  const items = createLedger<RoundItem>(table.name, itemsOf(table.client))
  const round = roundOf(1, scopesOf(5000))
  expect(await createRounds(items).write(round)).toBe('stored')
  expect(await createRounds(items).read('round')).toEqual(round)
  expect((await readRound(items.read))?.parts).toHaveLength(5)
})

test('a part is written again only where a scope of it has another reading', async () => {
  const { store, counts } = memoryLedger<RoundItem>()
  const rounds = createRounds(store)
  const scopes = scopesOf(3000)
  await rounds.write(roundOf(1, scopes))
  expect(counts.writes).toBe(4)
  const read = (await rounds.read('round')) as Round
  const [first] = Object.keys(scopes) as [string]
  await rounds.write({
    ...read,
    rev: 2,
    scopes: { ...read.scopes, [first]: { at: now + 1, complete: false } },
  })
  expect(counts.writes).toBe(6)
  expect((await rounds.read('round'))?.scopes[first]).toEqual({ at: now + 1, complete: false })
})

test('a round with fewer scopes than before has them alone, and can grow again', async () => {
  const rounds = () => createRounds(store)
  const { store } = memoryLedger<RoundItem>()
  for (const [rev, many] of [1500, 10, 1500].entries()) {
    const writer = rounds()
    await writer.read('round')
    expect(await writer.write(roundOf(rev + 1, scopesOf(many)))).toBe('stored')
    expect(Object.keys((await rounds().read('round'))?.scopes ?? {})).toHaveLength(many)
  }
})

test('who comes second changes nothing', async () => {
  const { store } = memoryLedger<RoundItem>()
  const [one, other] = [createRounds(store), createRounds(store)]
  await one.write(roundOf(1, scopesOf(2)))
  expect(await other.write(roundOf(1, scopesOf(1)))).not.toBe('stored')
  expect(Object.keys((await one.read('round'))?.scopes ?? {})).toHaveLength(2)
})

test('scopes of a part that was not written are read again', async () => {
  const { store } = memoryLedger<RoundItem>()
  const failing = createRounds({
    ...store,
    write: async item => {
      if (item.member === 'round 1') throw new Error('no answer')
      return store.write(item)
    },
  })
  await expect(failing.write(roundOf(1, scopesOf(1500)))).rejects.toThrow('no answer')
  const rounds = createRounds(store)
  expect(Object.keys((await rounds.read('round'))?.scopes ?? {})).toHaveLength(1000)
  expect(await rounds.write(roundOf(2, scopesOf(1500)))).toBe('stored')
})
