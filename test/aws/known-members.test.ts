import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createKnownMembers } from '../../functions/aws/known-members.ts'
import { createLedger } from '../../functions/aws/ledger-table.ts'
import { itemsOf } from '../../functions/cli/io/ledger-reader.ts'
import type { FindingCounts, ScopeReading, StoredReadings } from '../../functions/core/sweep/sweep-reading.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'

const minute = 60_000
let table: LedgerTable
beforeAll(async () => {
  table = await startLedgerTable()
})
afterAll(() => table.stop())

/** What an instance knows, with a count of its reads and what it told. */
function instance() {
  const items = itemsOf(table.client)
  const state = { now: 1_000_000, reads: 0, isDown: false, troubles: [] as string[] }
  const known = createKnownMembers(
    'ledger',
    () => state.now,
    what => void state.troubles.push(what),
    {
      get: input => {
        state.reads += 1
        return state.isDown ? Promise.reject(new Error('no answer')) : items.get(input)
      },
    },
  )
  return { state, known }
}

const reading = (counts: FindingCounts, fields: Partial<ScopeReading> = {}): ScopeReading => ({
  ...{ from: 1, at: 2, calls: 3, findings: [], more: 0, counts },
  ...fields,
})
const store = (scope: string, rev: number, readings: Pick<StoredReadings, 'last' | 'complete'>) =>
  createLedger<StoredReadings>('ledger', itemsOf(table.client)).write({
    ...{ member: scope, rev, expires: 9_999_999_999 },
    ...readings,
  })

test('the last complete reading counts, whatever one that was broken off says', async () => {
  const last = reading({ same: 1 }, { unread: { page: 2, cause: 'no_time', detail: '' } })
  await store('wacht/1', 1, { last, complete: reading({ same: 70, drift: 5 }) })
  expect(await instance().known('wacht/1')).toBe(75)
})
test('members count that the target surely listed: nobody who is gone or in flight', async () => {
  const listed = { same: 1, drift: 2, unmanaged: 4, unapplied: 8, unshown: 16 }
  const complete = reading({ ...listed, gone: 100, in_flight: 100 })
  await store('wacht/2', 1, { last: complete, complete })
  expect(await instance().known('wacht/2')).toBe(31)
})
test('a scope that nobody was listed in has no members', async () => {
  await store('wacht/3', 1, { last: reading({}), complete: reading({}) })
  expect(await instance().known('wacht/3')).toBe(0)
})
test('nothing is known of a scope that was never read, or never to its end', async () => {
  await store('wacht/4', 1, { last: reading({ same: 9 }, { unread: { page: 1, cause: 'x', detail: '' } }) })
  const { known, state } = instance()
  expect([await known('wacht/4'), await known('wacht/none'), state.troubles]).toEqual([
    undefined,
    undefined,
    [],
  ])
})
test('an instance asks once for all who ask at once, and again after ten minutes', async () => {
  await store('wacht/5', 1, { last: reading({ same: 5 }), complete: reading({ same: 5 }) })
  const { known, state } = instance()
  expect([await Promise.all([known('wacht/5'), known('wacht/5')]), state.reads]).toEqual([[5, 5], 1])
  await store('wacht/5', 2, { last: reading({ same: 6 }), complete: reading({ same: 6 }) })
  state.now += 10 * minute - 1
  expect([await known('wacht/5'), state.reads]).toEqual([5, 1])
  state.now += 1
  expect([await known('wacht/5'), state.reads]).toEqual([6, 2])
})
test('where the table does not answer nothing is known, which is told, and it is asked again after a minute', async () => {
  await store('wacht/6', 1, { last: reading({ same: 5 }), complete: reading({ same: 5 }) })
  const { known, state } = instance()
  state.isDown = true
  expect(await known('wacht/6')).toBeUndefined()
  state.isDown = false
  state.now += minute - 1
  expect([await known('wacht/6'), state.reads]).toEqual([undefined, 1])
  expect(state.troubles).toEqual(['sweep not readable; bursts with a share have their floor until it is'])
  state.now += 1
  expect([await known('wacht/6'), state.reads]).toEqual([5, 2])
})
