import { describe, expect, test } from '@jest/globals'
import type { Reason } from '../../functions/core/dead-letter/reason.ts'
import type { Decision } from '../../functions/core/event/version.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { drain } from '../../functions/replay/drain-letters.ts'
import { bodyOf, memberId, parse, personData, projectData, projectId } from '../support/events.ts'
import { apply, buriedAs, bury, type FakeWorld, failing, fakeWorld, memberOf } from './fake-world.ts'

const day = 86_400_000
const renewAfterMs = 10 * day
const run = (world: FakeWorld, signal?: AbortSignal) =>
  drain(world, { renewAfterMs, ...(signal && { signal }) })
const events = ({ letters }: FakeWorld) => letters.stored.map(({ attributes }) => attributes.event)

test('removes only what is superseded or a duplicate, with the evidence', async () => {
  const world = fakeWorld()
  apply(world, 1, 'newer', 30)
  apply(world, 2, 'same', 5)
  const unproven = { member: memberOf(3), rev: 3, failures: 1, unproven: 'other' }
  world.entries.set(memberOf(3), unproven)
  bury(world, 1, 'old', { minute: 5 })
  bury(world, 2, 'same', { minute: 5 })
  bury(world, 3, 'undecided')
  bury(world, 4, 'appliable')
  world.letters.put('not json')

  expect(await run(world)).toEqual({
    ...{
      superseded: 1,
      duplicate: 1,
      renewed: 0,
      kept: 3,
      failed: 0,
      hidden: 0,
      oldestMs: 0,
      exposureMs: 0,
      complete: true,
    },
  })
  expect(events(world)).toEqual(['undecided', 'appliable', undefined])
  expect(world.changes).toEqual([])
  expect(world.logged).toMatchObject([
    { act: 'removed', event: 'old', verdict: 'superseded', by: 'newer', since: world.clock },
    { act: 'removed', event: 'same', verdict: 'duplicate', by: 'same', since: world.clock },
  ])
})

test('of an empty queue has seen the whole', async () => {
  expect(await run(fakeWorld())).toMatchObject({ kept: 0, oldestMs: 0, complete: true })
})

test('keeps a letter that names a person: no entry tells what became of it', async () => {
  const world = fakeWorld()
  const body = bodyOf({ data: personData })
  world.letters.put(body, buriedAs('person_not_found', body))
  expect(await run(world)).toMatchObject({ kept: 1, failed: 0 })
  expect({ reads: world.reads, logged: world.logged }).toEqual({ reads: 0, logged: [] })
})

test('tells how long the oldest withdrawal that stays leaves access open, also of a person', async () => {
  const world = fakeWorld()
  const put = (data: object, minutesAgo: number) => {
    const time = new Date(world.clock - minutesAgo * 60_000).toISOString()
    const body = bodyOf({ data, time })
    world.letters.put(body, buriedAs('rejected', body))
  }
  const { role: _, ...person } = personData
  put({ ...projectData, groupIds: undefined, owner: undefined, role: 'reader' }, 5)
  put({ ...projectData, groupIds: undefined, owner: undefined, role: 'manager' }, 30)
  expect(await run(world)).toMatchObject({ kept: 2, exposureMs: 5 * 60_000 })
  put({ ...person, role: 'reader' }, 7)
  expect(await run(world)).toMatchObject({ kept: 3, exposureMs: 7 * 60_000 })
})

describe('the age of letters', () => {
  test('is that of the oldest which stays, from its latest send', async () => {
    const world = fakeWorld()
    const begin = world.clock
    bury(world, 1, 'oldest')
    world.clock = begin + 4 * day
    bury(world, 2, 'younger')
    apply(world, 3, 'newer', 30)
    bury(world, 3, 'old', {}, { sentAt: begin - day })
    world.clock = begin + 9 * day
    expect(await run(world)).toMatchObject({ superseded: 1, kept: 2, oldestMs: 9 * day })
  })
  test('never comes to eleven days while it is drained every hour, for a quarter of a year', async () => {
    const world = fakeWorld()
    const { body } = bury(world, 1, 'e')
    for (let hour = 0; hour < 90 * 24; hour++) {
      world.clock += 3_600_000
      expect((await run(world)).oldestMs).toBeLessThan(renewAfterMs)
    }
    expect(world.letters.stored).toMatchObject([{ body, reason: 'not_found' }])
    expect(world.letters.stored[0]?.trail).toMatchObject({ renewals: 9, detail: 'so' })
  })
})

describe('a letter that is ten days old', () => {
  test('is sent again as it is, then deleted', async () => {
    const world = fakeWorld()
    const before = bury(world, 1, 'e')
    world.clock += renewAfterMs
    expect(await run(world)).toMatchObject({ renewed: 1, kept: 1, oldestMs: 0 })
    const [after] = world.letters.stored
    expect(world.letters.stored).toHaveLength(1)
    expect(after).toMatchObject({ body: before.body, reason: 'not_found', sentAt: world.clock })
    expect({ ...after?.attributes, trail: '' }).toEqual({ ...before.attributes, trail: '' })
    expect(after?.trail).toEqual({ ...before.trail, renewals: 1 })
    expect(world.logged).toMatchObject([{ act: 'renewed', event: 'e', verdict: 'apply' }])
  })
  test('is told without a verdict where none could be found', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    world.clock += renewAfterMs
    await run(failing(world, { ledger: () => true }))
    const [failed, renewed] = world.logged
    expect({ failed: failed?.act, renewed: renewed?.act }).toEqual({ failed: 'failed', renewed: 'renewed' })
    expect(renewed).not.toHaveProperty('verdict')
    expect(failed).not.toHaveProperty('plan')
  })
  test('and could not be removed is not sent again: it does not matter any more', async () => {
    const world = fakeWorld()
    bury(world, 1, 'old')
    apply(world, 1, 'newer', 30)
    world.clock += renewAfterMs
    expect(await run(failing(world, { remove: () => true }))).toMatchObject({
      renewed: 0,
      kept: 1,
      failed: 1,
    })
    expect(events(world)).toEqual(['old'])
  })
  test('that crashed still reads as crashed', async () => {
    const world = fakeWorld()
    world.letters.put('whatever', { 'of the producer': 'x' })
    world.clock += renewAfterMs
    await run(world)
    expect(world.letters.stored).toMatchObject([
      { reason: 'crashed', attributes: { trail: '{"renewals":1}' } },
    ])
  })
  test('is there twice, not lost, when the renewal dies in between; the next drain goes on', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    world.clock += renewAfterMs
    const dying = {
      ...world,
      letters: { ...world.letters, remove: () => Promise.reject(new Error('killed')) },
    }
    expect(await drain(dying, { renewAfterMs })).toMatchObject({
      renewed: 0,
      kept: 1,
      failed: 1,
      complete: true,
    })
    expect(events(world)).toEqual(['e', 'e'])
    expect(world.letters.hidden.size).toBe(0)
    expect(await run(world)).toMatchObject({ renewed: 1, complete: true })
  })
})

describe('letters that somebody else is looking at', () => {
  test('are waited for, and dealt with when they are let go of', async () => {
    const world = fakeWorld()
    bury(world, 1, 'mine')
    world.letters.elsewhere.add(bury(world, 2, 'theirs').messageId)
    world.letters.onWait = () => world.letters.elsewhere.clear()
    expect(await run(world)).toMatchObject({ kept: 2, hidden: 0, complete: true })
  })
  test('to the end are counted, and the drain says that it did not see the whole', async () => {
    const world = fakeWorld()
    bury(world, 1, 'mine')
    world.letters.elsewhere.add(bury(world, 2, 'theirs').messageId)
    expect(await run(world)).toMatchObject({ kept: 1, hidden: 1, complete: false })
  })
})

test('a drain that is told to end says that it did not see everything', async () => {
  const world = fakeWorld()
  for (let n = 0; n < 9; n++) bury(world, n, `e${n}`)
  expect(await run(world, AbortSignal.abort())).toMatchObject({ kept: 0, complete: false })
  expect(world.letters.stored).toHaveLength(9)
})

test('hides a letter for a minute, longer than it takes for a hundred: it would be received twice, and waits so long if the drain dies', async () => {
  const world = fakeWorld()
  bury(world, 1, 'e')
  await run(world)
  expect(world.letters.asked).toMatchObject([{ hideSeconds: 60, patienceSeconds: 10 }])
})

describe('a letter of a withdrawal that is superseded', () => {
  const time = '2026-11-23T09:05:00Z'
  const body = bodyOf({ id: 'left', time, data: { target: 'project', projectId, memberId, role: 'reader' } })
  const parsed = parse(body)
  const member = (parsed.ok && parsed.change?.member) as string
  const newer = (fence?: Decision): Entry => {
    const version = { time: '2026-11-23T10:00:00', sequence: '', source: 's', id: 'newer' }
    const applied = { version, event: 'newer', message: 'm', desired: { groupIds: [], owner: true }, at: 1 }
    return { member, rev: 4, failures: 0, applied, ...(fence && { fence }) }
  }
  const drained = async (entry: Entry, reason: Reason = 'rejected') => {
    const world = fakeWorld()
    world.entries.set(member, entry)
    world.letters.put(body, buriedAs(reason, body))
    expect(await run(world)).toMatchObject({ superseded: 1, kept: 0 })
    return world.changes.map(change => change.body)
  }
  test('goes to the changes queue before it is removed: the sync function raises its fence', async () => {
    expect(await drained(newer())).toEqual([body])
  })
  test('is only removed if the fence is there, or if a guard held it', async () => {
    const fence = { time: '2026-11-23T09:05:00', sequence: '', source: 's', id: 'x' }
    expect(await drained(newer({ ...fence, time: '2026-11-23T09:30:00' }))).toEqual([])
    expect(await drained(newer(), 'held')).toEqual([])
  })
})
