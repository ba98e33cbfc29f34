import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createLedger } from '../../functions/aws/ledger-table.ts'
import { itemsOf } from '../../functions/cli/io/ledger-reader.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { type CheckpointItem, createCheckpoints } from '../../functions/sweep/scope-checkpoint.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { a, appliedOf, b, effects, entryOf } from '../support/entries.ts'
import { fakeSweep } from '../support/fake-sweep.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'

const name = 'wacht/1'
const member = (n: number) => `${name}/${n}`
const applied = (n: number, desired = a, fields: Partial<Entry> = {}) =>
  entryOf({ member: member(n), applied: appliedOf(1, desired), ...fields })

/**
 * One scope of twelve hundred members, all `same` but the 7th, who drifts; the 9000th is gone. A call takes a hundred seconds, so that an
 * invocation reads eight of the twelve pages. `before` runs before each page.
 */
function largeScope() {
  const fake = fakeSweep([])
  const { state, world, readings } = fake
  Object.assign(world, { catalogueScopes: [name], ledgerScopes: async () => new Set() })
  state.callMs = 100_000
  const ids = Array.from({ length: 1200 }, (_, n) => n + 1)
  for (const n of [...ids, 9000]) state.entries.set(member(n), applied(n, n === 7 ? b : a))
  const list = { ids, pages: [] as number[], before: (_page: number): PeoplePage | undefined => undefined }
  state.answers.set('1', page => {
    list.pages.push(page)
    const answer = list.before(page)
    if (answer) return answer
    const part = list.ids.slice(page, page + 100)
    const next = page + part.length
    return {
      ok: true,
      listed: part.map(n => ({ member: member(n), state: a })),
      ...(next < list.ids.length && { next }),
    }
  })
  return { ...fake, list, reading: async () => (await readings.store.read(name))?.complete }
}

const whole = {
  counts: { same: 1199, drift: 1, gone: 1 },
  findings: [{ member: member(7) }, { member: member(9000) }],
}
const throttled: PeoplePage = { ok: false, effect: { ...effects.deferred, delayMs: 100_000 } }

describe('a scope that does not fit into one invocation', () => {
  test('is read on by the next one from its page, with what was found and who was listed before', async () => {
    const { run, list, reading } = largeScope()
    expect(await run()).toMatchObject({ kind: 'read', read: 0, left: 1, incomplete: 0 })
    expect(list.pages).toEqual([0, 99, 198, 297, 396, 495, 594, 693])
    expect(await reading()).toBeUndefined()
    expect(await run()).toMatchObject({ kind: 'read', read: 1, left: 0, drift: 1, gone: 1 })
    expect(list.pages.slice(8)).toEqual([792, 891, 990, 1089, 1188])
    expect(await reading()).toMatchObject({ ...whole, calls: 13, from: 1_000_000 })
    expect((await run()).kind).toBe('rest')
  })
  test('begins anew in the next round', async () => {
    const { run, state, list, reading } = largeScope()
    for (let n = 0; n < 2; n++) await run()
    state.now += 86_400_000
    list.pages = []
    for (let n = 0; n < 2; n++) await run()
    expect(list.pages[0]).toBe(0)
    expect(await reading()).toMatchObject({ counts: whole.counts, calls: 13 })
  })
  test('and that somebody asks for alone is read on by the schedule', async () => {
    const { run, reading } = largeScope()
    for (let n = 0; n < 2; n++) await run()
    const first = await reading()
    expect(await run({ action: 'run', scope: name })).toMatchObject({ read: 0, left: 1 })
    expect(await run()).toMatchObject({ kind: 'read', read: 1, left: 0 })
    expect((await reading())?.at).toBeGreaterThan(first?.at as number)
  })
  test('is read on where it was left before a kill, or before the ledger failed', async () => {
    const { run, state, list, reading } = largeScope()
    await run()
    list.before = page => {
      if (page === 990) throw new Error('killed')
      return undefined
    }
    expect(await run()).toMatchObject({ read: 0, left: 1 })
    list.before = () => undefined
    state.ledgerFails = true
    expect(await run()).toMatchObject({ read: 0, left: 1 })
    state.ledgerFails = false
    list.pages = []
    expect(await run()).toMatchObject({ read: 1, left: 0 })
    expect(list.pages[0]).toBe(792)
    expect(await reading()).toMatchObject(whole)
  })
  test('begins anew after a kill before anything was kept', async () => {
    const { run, list, reading, world } = largeScope()
    const { checkpoints } = world
    const save = async () => Promise.reject(new Error('killed'))
    Object.assign(world, { checkpoints: { ...checkpoints, save } })
    await expect(run()).rejects.toThrow('killed')
    Object.assign(world, { checkpoints })
    world.wait(1_000_000)
    list.pages = []
    for (let n = 0; n < 2; n++) await run()
    expect(list.pages[0]).toBe(0)
    expect(await reading()).toMatchObject(whole)
  })
  test('starts again where its list shifted between two invocations, and nobody is missed or counted twice', async () => {
    const { run, list, reading } = largeScope()
    await run()
    list.ids.splice(0, 5, 2001, 2002)
    for (let n = 0; n < 2; n++) await run()
    expect(list.pages.slice(8, 10)).toEqual([792, 0])
    expect(await reading()).toMatchObject({ counts: { same: 1199, drift: 1, gone: 1, unmanaged: 2 } })
  })
  test('is unread where its list shifts four times, in whatever invocation', async () => {
    const { run, list, readings } = largeScope()
    list.before = page => {
      if (page === 0 || page === 594) list.ids.shift()
      return undefined
    }
    for (let n = 0; n < 4; n++) await run()
    expect((await readings.store.read(name))?.last.unread?.detail).toMatch(
      /shifted while it was read, 4 times/,
    )
  })
  test('is read on where the target throttled it until the time ended', async () => {
    const { run, list, reading } = largeScope()
    list.before = page => (page === 198 ? throttled : undefined)
    expect(await run()).toMatchObject({ read: 0, left: 1, incomplete: 0 })
    list.before = () => undefined
    list.pages = []
    for (let n = 0; n < 2; n++) await run()
    expect(list.pages[0]).toBe(198)
    expect(await reading()).toMatchObject(whole)
  })
  test('looks at a member whose change is in flight again before it is left', async () => {
    const { run, state, list, reading } = largeScope()
    state.entries.set(member(3), applied(3, b, { applied: { ...appliedOf(1, b), at: state.now - 1 } }))
    await run()
    expect(list.pages.slice(8)).toEqual([0])
    await run()
    expect((await reading())?.counts).toEqual({ same: 1198, drift: 2, gone: 1 })
  })
})

describe('what is kept of a reading', () => {
  let table: LedgerTable
  beforeAll(async () => {
    table = await startLedgerTable()
  })
  afterAll(() => table.stop())
  const scope = 'project/3c90c3cc-0d44-4b50-8888-8dd25736052a'
  const memberAt = (n: number) => `${scope}/5d2e8f10-0000-4000-8000-${String(n).padStart(12, '0')}`
  const checkpoint = {
    ...{ from: 5000, calls: 9, counts: { same: 3 }, findings: [], more: 0, parts: [], kept: 0 },
    place: { page: 700, last: memberAt(1), isPastEnd: false, starts: 1, from: 6000 },
  }

  test('fits into the items of the table for 200,000 members, and each is kept once', async () => {
    const items = createLedger<CheckpointItem>(table.name, itemsOf(table.client))
    let now = 5000
    const checkpoints = createCheckpoints(items, () => now++, 86_400_000)
    const seen = new Set(Array.from({ length: 120_000 }, (_, n) => memberAt(n)))
    await checkpoints.save(scope, { ...checkpoint, seen })
    const first = (await checkpoints.load(scope))!
    expect(first).toMatchObject({ place: checkpoint.place, calls: 9, kept: 120_000 })
    for (let n = 0; n < 80_000; n++) first.seen.add(memberAt(120_000 + n))
    await checkpoints.save(scope, first)
    const second = (await checkpoints.load(scope))!
    expect(second.parts).toEqual([...first.parts, ...second.parts.slice(15)])
    expect(second.parts).toHaveLength(25)
    expect([...second.seen]).toEqual([...first.seen])
  })
  test('is not believed where a part of it is not there any more, or a day after its reading began', async () => {
    const items = createLedger<CheckpointItem>(table.name, itemsOf(table.client))
    const time = { now: 5000 }
    const checkpoints = createCheckpoints(items, () => time.now, 1000)
    await checkpoints.save('wacht/2', { ...checkpoint, seen: new Set(['wacht/2/1']) })
    expect((await checkpoints.load('wacht/2'))?.seen).toEqual(new Set(['wacht/2/1']))
    time.now = 6001
    expect(await checkpoints.load('wacht/2')).toBeUndefined()
    time.now = 6000
    await checkpoints.save('wacht/3', { ...checkpoint, parts: ['nobody'], seen: new Set(['wacht/3/1']) })
    expect(await checkpoints.load('wacht/3')).toBeUndefined()
  })
})
