import { describe, expect, test } from '@jest/globals'
import { createEntryUpdater } from '../../functions/sync/conditional-write.ts'
import { entryOf } from '../support/entries.ts'
import { fakeWorld } from '../support/world.ts'

const most = 2000

/** Moves of an instance that puts an entry of a member, or only looks at it; and what it asks of the ledger for that. */
function instance() {
  const { state, world } = fakeWorld()
  const move = createEntryUpdater(world.ledger, () => 0)
  const asked = async (act: () => Promise<unknown>) => {
    state.log.length = 0
    await act()
    return [...state.log]
  }
  const put = (n: number) =>
    asked(() =>
      move(
        `m${n}`,
        entry => ({ kind: 'x', entry: entryOf({ member: `m${n}`, rev: (entry?.rev ?? 0) + 1 }) }),
        1,
      ),
    )
  const look = (n: number) => asked(() => move(`m${n}`, () => ({ kind: 'x' }), 1))
  const lose = (n: number) => void state.entries.delete(`m${n}`)
  return { put, look, lose }
}
/** Of a member whose entry is not remembered, the guess that there is none is wrong. */
const remembered = ['write']
const forgotten = ['write', 'write']

describe(`an instance remembers the entries of ${most} members`, () => {
  test('and of one more the tenth that is oldest is forgotten, and no other', async () => {
    const { put } = instance()
    const tenth = most / 10
    for (let n = 0; n <= most; n++) await put(n)
    for (const n of [most, tenth, most / 2]) expect(await put(n)).toEqual(remembered)
    for (const n of [0, tenth - 1]) expect(await put(n)).toEqual(forgotten)
  })
  test('those used last: one that is used again is not the first to be forgotten', async () => {
    const { put, look } = instance()
    for (let n = 0; n < most; n++) await put(n)
    await put(0)
    await look(1)
    for (const n of [most, most + 1]) await put(n)
    for (const n of [0, 1]) expect(await put(n)).toEqual(remembered)
    for (const n of [2, 3]) expect(await put(n)).toEqual(forgotten)
  })
  test('and that a member has none takes no place of another', async () => {
    const { put, look } = instance()
    await put(0)
    for (let n = 1; n <= most; n++) expect(await look(n)).toEqual(['read'])
    expect(await put(0)).toEqual(remembered)
  })
  test('and what was read last, also that there is none any more', async () => {
    const { put, look, lose } = instance()
    await put(0)
    lose(0)
    expect(await look(0)).toEqual(['read'])
    expect(await put(0)).toEqual(remembered)
  })
})

test('what finishes a change is believed of a remembered entry only in the batch that read or wrote it', async () => {
  const { state, world } = fakeWorld()
  const current = new Set<string>()
  const move = createEntryUpdater(world.ledger, () => 0, undefined, current)
  const finished = async () => {
    state.log.length = 0
    await move('m1', () => ({ kind: 'finished' }), 1)
    return [...state.log]
  }
  await move('m1', () => ({ kind: 'x', entry: entryOf({ member: 'm1', rev: 1 }) }), 1)
  expect(await finished()).toEqual([])
  current.clear() // the next batch
  expect(await finished()).toEqual(['read'])
  expect(await finished()).toEqual([])
})
