import { describe, expect, test } from '@jest/globals'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { a, appliedOf, b, effects, entryOf } from '../support/entries.ts'
import { fakeSweep } from '../support/fake-sweep.ts'

/** A stage at rest: one scope of two pages with the members 1, 2 and 3, who hold what is applied, and another scope. */
async function rested() {
  const sweep = fakeSweep(['wacht/1', 'wacht/2'])
  const { state } = sweep
  const shown = new Map([1, 2, 3].map(n => [`wacht/1/${n}`, a]))
  for (const member of shown.keys()) state.entries.set(member, entryOf({ member, applied: appliedOf(1) }))
  state.answers.set('1', page => {
    const all = [...shown].map(([member, held]) => ({ member, state: held }))
    const next = page + 2
    return { ok: true, listed: all.slice(page, page + 2), ...(next < all.length && { next }) }
  })
  await sweep.run()
  state.now += 60_000
  state.log.length = 0
  const hint = (...names: string[]) => {
    for (const name of names) state.hints.add(name)
  }
  const findings = async (scope = 'wacht/1') => {
    const { last, complete } = (await sweep.readings.store.read(scope))!
    expect(last.findings).toEqual(complete?.findings)
    return complete!.findings.map(({ member, finding }) => `${member} ${finding}`)
  }
  return { ...sweep, shown, hint, findings }
}

describe('a hint', () => {
  test('has its member looked at now, and no page is read behind the member', async () => {
    const { run, state, shown, hint, findings, told, readings } = await rested()
    shown.set('wacht/1/1', b).set('wacht/1/3', b)
    const before = (await readings.store.read('wacht/1'))!
    hint('wacht/1/1', 'wacht/2/1')
    expect(await run()).toMatchObject({ kind: 'read', looked: 1, read: 0, left: 0, drift: 1 })
    expect(state.log).toEqual(['1'])
    expect(await findings()).toEqual(['wacht/1/1 drift'])
    expect(told.looks).toMatchObject([{ members: 1, calls: 1, counts: { same: 2, drift: 1 } }])
    expect((await readings.store.read('wacht/1'))!.complete).toMatchObject({
      ...{ from: before.complete!.from, at: before.complete!.at, calls: before.complete!.calls },
    })
    expect(state.hints).toEqual(new Set())
    expect((await run()).kind).toBe('rest')
  })
  test('is one of many at the members of a scope: its list is read once for all', async () => {
    const { run, state, shown, hint, findings } = await rested()
    for (const member of shown.keys()) shown.set(member, b)
    hint('wacht/1/1', 'wacht/1/2', 'wacht/1/3')
    expect(await run()).toMatchObject({ looked: 3, drift: 3 })
    expect(state.log).toEqual(['1', '1'])
    expect(await findings()).toHaveLength(3)
  })
  test('at a member who is put right or gone changes what is known of it alone', async () => {
    const { run, shown, hint, findings } = await rested()
    shown.set('wacht/1/1', b).set('wacht/1/2', b)
    hint('wacht/1/1', 'wacht/1/2')
    await run()
    shown.set('wacht/1/1', a).set('wacht/1/2', a).delete('wacht/1/3')
    hint('wacht/1/1', 'wacht/1/3')
    expect(await run()).toMatchObject({ drift: 1, gone: 1 })
    expect(await findings()).toEqual(['wacht/1/2 drift', 'wacht/1/3 gone'])
  })
  test('at a member that nobody knows has it looked for in each scope that may have it', async () => {
    const { run, state, shown, hint, findings } = await rested()
    shown.set('wacht/1/7', a)
    hint('wacht/1/7', 'wacht/2/7')
    expect(await run()).toMatchObject({ looked: 2, read: 0, unmanaged: 3 })
    expect(new Set(state.log)).toEqual(new Set(['1', '2']))
    expect(await findings()).toEqual(['wacht/1/7 unmanaged'])
    shown.delete('wacht/1/7')
    hint('wacht/1/7', 'wacht/2/7')
    expect(await run()).toMatchObject({ unmanaged: 2 })
    expect(await findings()).toEqual([])
  })
  test('at a member with a change in flight looks again a minute later', async () => {
    const { run, state, shown, hint, findings } = await rested()
    shown.set('wacht/1/1', b)
    const applied = { ...appliedOf(2), at: state.now - 1000 }
    state.entries.set('wacht/1/1', entryOf({ member: 'wacht/1/1', applied }))
    hint('wacht/1/1')
    const from = state.now
    expect(await run()).toMatchObject({ drift: 1 })
    expect(state.now - from).toBeGreaterThanOrEqual(60_000)
    expect(await findings()).toEqual(['wacht/1/1 drift'])
  })
  test('that comes while its member is looked at has it looked at again, by the same invocation', async () => {
    const { run, state, shown, hint, findings } = await rested()
    const list = state.answers.get('1')!
    hint('wacht/1/1')
    state.answers.set('1', page => {
      const read = list(page)
      if (state.log.length === 1) hint('wacht/1/1')
      shown.set('wacht/1/1', b)
      return read
    })
    expect(await run()).toMatchObject({ looked: 2, drift: 1 })
    expect(state.log).toEqual(['1', '1'])
    expect(await findings()).toEqual(['wacht/1/1 drift'])
  })
  test('that comes while a round is read is looked at by the same invocation', async () => {
    const { run, state, hint } = await rested()
    state.answers.set('2', () => {
      hint('wacht/1/1')
      state.answers.delete('2')
      return { ok: true, listed: [] }
    })
    state.now += 86_400_000
    expect(await run()).toMatchObject({ read: 3, looked: 1, unmanaged: 1 })
  })
  test('stays while another invocation works', async () => {
    const { run, rounds, state, hint } = await rested()
    const round = (await rounds.store.read('round'))!
    await rounds.store.write({ ...round, rev: round.rev + 1, until: state.now + 1000 })
    hint('wacht/1/1')
    expect((await run()).kind).toBe('busy')
    state.now += 1000
    expect(await run()).toMatchObject({ looked: 1 })
  })
  test('is kept by the round if the sweep is killed before the member is looked at', async () => {
    const { run, world, state, hint, shown, findings } = await rested()
    shown.set('wacht/1/1', b)
    hint('wacht/1/1')
    const { forget } = world.hints
    for (const dies of [async () => {}, forget]) {
      Object.assign(world.hints, {
        forget: async (names: readonly string[]) => {
          await dies(names)
          throw new Error('killed')
        },
      })
      await expect(run()).rejects.toThrow('killed')
      state.now += 900_000
    }
    expect(state.hints).toEqual(new Set())
    Object.assign(world.hints, { forget })
    expect(await run()).toMatchObject({ looked: 1, drift: 1 })
    expect(await findings()).toEqual(['wacht/1/1 drift'])
    expect((await run()).kind).toBe('rest')
  })
  test('stays where the ledger does not answer, and where the time has ended', async () => {
    const { run, state, world, hint, told } = await rested()
    const { entries } = world.ledger
    let reads = 0
    Object.assign(world.ledger, {
      entries: async (members: readonly string[]) => {
        if (reads++ === 1) throw new Error('no answer')
        return entries(members)
      },
    })
    hint('wacht/1/1')
    expect(await run()).toMatchObject({ looked: 0 })
    expect(told.troubles).toEqual(['ledger not available; the members are looked at by the next invocation'])
    expect(await run({ action: 'continue' }, 0)).toMatchObject({ looked: 0 })
    expect(state.hints).toEqual(new Set())
    expect(await run()).toMatchObject({ looked: 1 })
    expect((await run()).kind).toBe('rest')
  })
})

describe('a scope is read as a whole for a hint', () => {
  const refused = (): PeoplePage => ({ ok: false, effect: effects.refused })

  test('that names no member', async () => {
    const { run, hint, state } = await rested()
    hint('wacht/2')
    expect(await run()).toMatchObject({ kind: 'read', looked: 0, read: 1 })
    expect(state.log).toEqual(['2'])
    expect((await run()).kind).toBe('rest')
  })
  test('if it has more findings than are kept', async () => {
    const { run, hint, readings } = await rested()
    const stored = (await readings.store.read('wacht/1'))!
    await readings.store.write({
      ...{ ...stored, rev: stored.rev + 1 },
      complete: { ...stored.complete!, more: 1 },
    })
    hint('wacht/1/1')
    expect(await run()).toMatchObject({ looked: 0, read: 1 })
  })
  test('if a page fails: then it is incomplete, and keeps its findings', async () => {
    const { run, state, hint, readings, shown } = await rested()
    shown.set('wacht/1/1', b)
    hint('wacht/1/1')
    await run()
    state.answers.set('1', refused)
    hint('wacht/1/1')
    expect(await run()).toMatchObject({ looked: 0, read: 1, incomplete: 1, drift: 1 })
    const { last, complete } = (await readings.store.read('wacht/1'))!
    expect([last.unread?.cause, complete?.findings.length]).toEqual(['rejected', 1])
  })
  test('unless neither the catalogue nor the ledger names it: then the hint is forgotten', async () => {
    const { run, hint, state, rounds } = await rested()
    hint('wacht/77/1', 'gone/1/1')
    expect(await run()).toMatchObject({ kind: 'read', looked: 0, read: 0, incomplete: 0 })
    expect(state.log).toEqual([])
    expect((await run()).kind).toBe('rest')
    const { scopes } = (await rounds.store.read('round'))!
    expect(Object.keys(scopes).toSorted()).toEqual(['wacht/1', 'wacht/2', 'wacht/9'])
  })
})

describe('a member whose finding is older than a later proof', () => {
  test('is looked at by the next invocation, without a hint, and once', async () => {
    const { run, state, shown, hint, findings } = await rested()
    shown.set('wacht/1/1', b).set('wacht/1/2', b)
    hint('wacht/1/1', 'wacht/1/2')
    expect(await run()).toMatchObject({ drift: 2 })
    expect((await run()).kind).toBe('rest')

    state.now += 60_000
    shown.set('wacht/1/1', a).set('wacht/1/2', a)
    const reasserted = [{ at: state.now }] as never
    state.entries.set('wacht/1/1', { ...state.entries.get('wacht/1/1')!, reasserted })
    state.now += 900_000
    expect(await run()).toMatchObject({ kind: 'read', looked: 1, read: 0, drift: 1 })
    expect(await findings()).toEqual(['wacht/1/2 drift'])
    expect((await run()).kind).toBe('rest')
  })
  test('is looked at after an event that is applied over it, and stays where it still differs', async () => {
    const { run, state, shown, hint, findings } = await rested()
    shown.delete('wacht/1/3')
    shown.set('wacht/1/1', b)
    hint('wacht/1/1', 'wacht/1/3')
    expect(await run()).toMatchObject({ drift: 1, gone: 1 })
    state.now += 60_000
    for (const member of ['wacht/1/1', 'wacht/1/3'])
      state.entries.set(member, entryOf({ member, applied: { ...appliedOf(2, a), at: state.now } }))
    shown.set('wacht/1/3', a)
    state.now += 900_000
    expect(await run()).toMatchObject({ looked: 2, drift: 1, gone: 0 })
    expect(await findings()).toEqual(['wacht/1/1 drift'])
    expect((await run()).kind).toBe('rest')
  })
})
