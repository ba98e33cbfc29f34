import { describe, expect, test } from '@jest/globals'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { a, appliedOf, b, effects, entryOf, leaseOf } from '../support/entries.ts'
import { all, heavy, type Roster, wayTo } from '../support/rosters.ts'
import { subjects } from '../support/subjects.ts'
import { fakeScope, findingsOf, holding, named, rowsOf } from '../support/sweeps.ts'

const five = [
  [1, a],
  [2, a],
  [3, a],
  [4, a],
  [5, a],
] as const

describe('a reading of a scope', () => {
  test('finds of each member whether it shows what is applied', async () => {
    const { world, apply } = fakeScope([[1, a], [2, b], [3, a], [4]])
    apply(holding(1, a), holding(2, a), holding(4, a), holding(6, a), entryOf({ member: named(7) }))
    const rows = await rowsOf(world)
    expect(findingsOf(rows)).toEqual(['1 same', '2 drift', '3 unmanaged', '4 unshown', '6 gone'])
    expect(rows[1]).toMatchObject({ shown: b, entry: { applied: appliedOf(1, a) }, at: 10_000_000 })
  })
  test('takes a member whom only a pending change names for one with nothing applied, and asks for these once', async () => {
    const { world, state, apply } = fakeScope(five)
    apply(holding(2, a))
    for (const n of [1, 2, 5, 6]) state.pending.add(named(n))
    const findings = ['1 unapplied', '2 same', '3 unmanaged', '4 unmanaged', '5 unapplied']
    expect(findingsOf(await rowsOf(world))).toEqual(findings)
    expect(state.asked).toEqual([named(1).slice(0, -2)])
  })
  test('asks for no pending change where each member has an entry', async () => {
    const { world, state, apply } = fakeScope(five)
    apply(...five.map(([id, shown]) => holding(id, shown)))
    await rowsOf(world)
    expect(state.asked).toEqual([])
  })
  test('makes one call a page, each from the last member of the page before, and reads the entries of a page at once', async () => {
    const { world, state } = fakeScope(five)
    expect(findingsOf(await rowsOf(world))).toHaveLength(5)
    expect(state.log).toEqual(['page 0', 'entries 3', 'page 2', 'entries 2'])
  })
  test.each([true, false])(
    'ends where the list does, whether it states its total or not (%s)',
    async total => {
      for (let count = 0; count <= 9; count++) {
        const { world, state } = fakeScope(
          five
            .concat([
              [6, a],
              [7, a],
              [8, a],
              [9, a],
            ] as never)
            .slice(0, count),
        )
        state.says = { total }
        expect(findingsOf(await rowsOf(world))).toHaveLength(count)
      }
    },
  )
  test('asks for the members that are gone a hundred at a time', async () => {
    const { world, state, apply } = fakeScope([])
    for (let n = 0; n < 201; n++) apply(holding(n, a))
    expect(findingsOf(await rowsOf(world))).toHaveLength(201)
    expect(state.log).toEqual(['page 0', 'entries 100', 'entries 100', 'entries 1'])
  })
})

test('an index that lacks a listed member with an entry of long ago may lack others: the reading is not complete', async () => {
  const { world, state, apply } = fakeScope(five)
  apply(
    holding(1, a),
    holding(2, a, { applied: { ...appliedOf(1, a), at: state.now - 60_000 } }),
    holding(9, a),
  )
  const lacking = (n: number) => ({
    membersOf: async function* () {
      for (const member of state.entries.keys()) if (member !== named(n)) yield member
    },
  })
  const rows = await rowsOf({ ...world, ...lacking(1) })
  expect(rows.at(-1)).toMatchObject({ kind: 'unread', cause: 'not_indexed' })
  expect(findingsOf(await rowsOf({ ...world, ...lacking(2) })).at(-1)).toBe('9 gone')
  expect(findingsOf(await rowsOf(world))).not.toContain('unread')
})

test('a list that names a member twice on one page has it once: no key is asked for twice', async () => {
  const { world, state } = fakeScope([
    [1, a],
    [1, a],
    [2, a],
  ])
  expect(findingsOf(await rowsOf(world))).toEqual(['1 unmanaged', '2 unmanaged'])
  expect(state.log).toEqual(['page 0', 'entries 2'])
})

describe('a list that shifts', () => {
  test('hides nobody: where the last member of a page is not on the next one, the reading starts again', async () => {
    const { world, state } = fakeScope(five)
    state.before = (_, calls) => {
      if (calls === 2) state.members.shift()
      return undefined
    }
    expect(findingsOf(await rowsOf(world)).map(row => row[0])).toEqual(['1', '2', '3', '4', '5'])
    expect(state.log.filter(line => line.startsWith('page'))).toEqual([
      'page 0',
      'page 2',
      'page 0',
      'page 2',
    ])
  })
  test('goes on where members came in front: the last one is still there', async () => {
    const { world, state } = fakeScope(five)
    state.before = (_, calls) => {
      if (calls === 2) state.members.unshift([9, a])
      return undefined
    }
    expect(findingsOf(await rowsOf(world)).map(row => row[0])).toEqual(['1', '2', '3', '4', '5'])
  })
  test('is unread where it shifts each time, after three new starts', async () => {
    const { world, state } = fakeScope(five.concat(five.map(([n]) => [n + 10, a]) as never))
    state.before = page => {
      if (page > 0) state.members.shift()
      return undefined
    }
    const rows = await rowsOf(world)
    expect(rows.at(-1)).toMatchObject({ kind: 'unread', detail: expect.stringMatching(/shifted .* 4 times/) })
    expect(state.log.filter(line => line === 'page 0')).toHaveLength(4)
  })
  test('is unread where it says that there are more, and lists none', async () => {
    const { world, state } = fakeScope(five)
    state.before = page => (page > 0 ? { ok: true, listed: [], next: page } : undefined)
    expect(findingsOf(await rowsOf(world)).at(-1)).toBe('unread')
  })
  test('is unread where its total is more than it lists', async () => {
    const { world, state } = fakeScope([])
    state.before = () => ({ ok: true, listed: [], total: 1 })
    expect(findingsOf(await rowsOf(world))).toEqual(['unread'])
  })
  test('is read on behind members with invalid ids: the page after them begins with the last one that has a name', async () => {
    const { world, state } = fakeScope([])
    const members = [1, 2, undefined, 3, 4, undefined, 5].map(n => n && { member: named(n) })
    state.before = page => {
      const part = members.slice(page, page + 3)
      const listed = part.filter(each => each !== undefined && each !== 0)
      const next = page + part.length
      return {
        ...{ ok: true, listed, odd: part.length - listed.length },
        ...(next < members.length && { next }),
      }
    }
    expect(findingsOf(await rowsOf(world))).toEqual([1, 2, 3, 4, 5].map(n => `${n} unmanaged`))
    expect(state.log.filter(line => line.startsWith('page'))).toEqual([
      'page 0',
      'page 1',
      'page 2',
      'page 3',
      'page 4',
    ])
  })
  test('is unread where a page has few names among many invalid ids', async () => {
    const { world, state } = fakeScope([])
    state.before = page => ({
      ok: true,
      listed: page === 0 ? [{ member: named(1) }] : [],
      odd: 2,
      next: page + 3,
    })
    expect(findingsOf(await rowsOf(world))).toEqual(['1 unmanaged', 'unread'])
  })
})

describe('a page that cannot be read', () => {
  test('is read again after the wait that the target asks for', async () => {
    const { world, state } = fakeScope(five)
    state.before = (_, calls) => (calls === 2 ? { ...effects.deferred, delayMs: 7000 } : undefined)
    expect(findingsOf(await rowsOf(world))).toHaveLength(5)
    expect(state.log).toContain('wait 7000')
  })
  test.each<[string, Effect, number]>([
    ['throttles', effects.deferred, 10],
    ['fails', { kind: 'deferred', cause: 'read_failed', status: 500, detail: 'x' }, 3],
    ['refuses', effects.refused, 1],
    ['rejects the token', { kind: 'deferred', cause: 'credentials_rejected', detail: 'x' }, 1],
  ])('ends the reading as unread where the target %s', async (_, effect, tries) => {
    const { world, state, apply } = fakeScope(five)
    apply(holding(1, b), holding(4, a), holding(8, a), holding(2, b, { lease: leaseOf(0) }))
    state.before = page => (page > 0 ? effect : undefined)
    const rows = await rowsOf(world)
    expect(findingsOf(rows)).toEqual(['1 drift', '3 unmanaged', '2 in_flight', 'unread'])
    expect(rows.at(-1)).toMatchObject({
      kind: 'unread',
      page: 2,
      detail: expect.stringContaining(effect.kind === 'proven' ? '' : effect.detail),
    })
    expect(state.log.filter(line => line === 'page 2')).toHaveLength(tries)
  })
  test('is not waited for beyond the time that is given', async () => {
    const { world, state } = fakeScope(five)
    state.before = () => ({ ...effects.deferred, delayMs: 7000 })
    const rows = await rowsOf({ ...world, until: state.now + 6999 })
    expect([findingsOf(rows), state.log]).toEqual([['unread'], ['page 0']])
  })
})

describe('a scope that the target does not know', () => {
  const notFound: Effect = { kind: 'refused', reason: 'not_found', status: 404, detail: '404' }

  test('has no members where only events name it: what was applied there is gone', async () => {
    const { world, state, apply } = fakeScope([])
    apply(holding(1, a), entryOf({ member: named(2) }))
    state.before = () => notFound
    expect(findingsOf(await rowsOf({ ...world, mayBeAbsent: true }))).toEqual(['1 gone'])
  })
  test('is unread where it must be there, or where its list was there before', async () => {
    const { world, state } = fakeScope(five)
    state.before = () => notFound
    expect(findingsOf(await rowsOf(world))).toEqual(['unread'])
    state.before = page => (page > 0 ? notFound : undefined)
    expect(findingsOf(await rowsOf({ ...world, mayBeAbsent: true })).at(-1)).toBe('unread')
    const nameless = fakeScope(five)
    nameless.state.before = page => (page > 0 ? notFound : { ok: true, listed: [], odd: 2, next: 2 })
    expect(findingsOf(await rowsOf({ ...nameless.world, mayBeAbsent: true })).at(-1)).toBe('unread')
    const shifting = fakeScope(five)
    shifting.state.before = (_, calls) => {
      if (calls === 2) shifting.state.members.shift()
      return calls === 3 ? notFound : undefined
    }
    expect(findingsOf(await rowsOf({ ...shifting.world, mayBeAbsent: true })).at(-1)).toBe('unread')
  })
})

describe('a change in flight', () => {
  const recent = (now: number) => ({ ...appliedOf(2, b), at: now - 1000 })

  test('is no drift: its page is read again a minute later', async () => {
    const { world, state, apply } = fakeScope(five)
    apply(holding(1, a, { applied: recent(state.now) }), holding(2, a))
    state.before = (_, calls) => {
      if (calls === 3) state.members[0] = [1, b]
      return undefined
    }
    expect(findingsOf(await rowsOf(world))).toEqual([
      '2 same',
      '3 unmanaged',
      '4 unmanaged',
      '5 unmanaged',
      '1 same',
    ])
    expect(state.log.slice(-3)).toEqual(['wait 60000', 'page 0', 'entries 1'])
  })
  test('is drift where the target still shows something else', async () => {
    const { world, state, apply } = fakeScope(five)
    apply(holding(1, a, { applied: recent(state.now) }))
    expect(findingsOf(await rowsOf(world)).at(-1)).toBe('1 drift')
  })
  test('stays in flight where its attempt still runs, it is not on its page any more, or the page is not read', async () => {
    const { world, state, apply } = fakeScope(five)
    apply(holding(1, b, { lease: leaseOf(0) }))
    expect(findingsOf(await rowsOf(world)).at(-1)).toBe('1 in_flight')
    state.before = (_, calls) => {
      if (calls === 5) state.members.shift()
      return undefined
    }
    expect(findingsOf(await rowsOf(world)).at(-1)).toBe('1 in_flight')
    const refusing = fakeScope(five)
    refusing.apply(holding(1, b, { lease: leaseOf(0) }))
    refusing.state.before = (_, calls) => (calls === 3 ? effects.refused : undefined)
    expect(findingsOf(await rowsOf(refusing.world)).at(-1)).toBe('1 in_flight')
  })
  test('is not looked at again where the time does not reach', async () => {
    const { world, state, apply } = fakeScope(five)
    apply(holding(1, b, { lease: leaseOf(0) }))
    expect(findingsOf(await rowsOf({ ...world, until: state.now + 59_999 })).at(-1)).toBe('1 in_flight')
    expect(state.log.filter(line => line.startsWith('wait'))).toEqual([])
  })
  test('is not gone where it was applied while the list was read', async () => {
    const { world, state, apply } = fakeScope(five)
    apply(holding(8, a, { applied: recent(state.now) }))
    expect(findingsOf(await rowsOf(world)).at(-1)).toBe('8 in_flight')
  })
})

describe.each(subjects)('a list of $name', subject => {
  const reading = async (roster: Roster) => {
    const { http, sizes } = wayTo(subject, roster)
    const scope = subject.member.split('/')[1] as string
    const { world } = fakeScope([])
    const target = subject.connect('http://target.example')
    return { rows: await rowsOf({ ...world, target, scope, http }), calls: sizes.length }
  }

  test.each([0, 1, 99, 100, 101, 199, 250, 1000, 10_000])(
    'of %d members is read whole, at most a fifth and one more calls than it has hundreds of members',
    async count => {
      const { rows, calls } = await reading({ weights: new Array(count).fill(100) })
      const names = rows.map(row => (row.kind === 'member' ? row.member : row.detail))
      expect(names.toSorted()).toEqual(all(subject, count).toSorted())
      expect(calls).toBeLessThanOrEqual(Math.ceil(count / 83) + 1)
    },
  )
  test('is read whole where the target gives small pages, or pages that are too large', async () => {
    for (const roster of [
      { weights: new Array(95).fill(100), most: 10 },
      { weights: new Array(95).fill(100), most: 10, says: false },
      { weights: heavy(250) },
    ]) {
      const { rows } = await reading(roster)
      expect(rows.filter(({ kind }) => kind === 'unread')).toEqual([])
      expect(rows).toHaveLength(roster.weights.length)
    }
  })
})
