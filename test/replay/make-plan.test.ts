import { describe, expect, test } from '@jest/globals'
import type { DeadLetter } from '../../functions/core/dead-letter/dead-letter.ts'
import { makePlan } from '../../functions/replay/make-plan.ts'
import { rememberEntries } from '../../functions/replay/remember-entries.ts'
import { answer } from '../../functions/replay/replay-action.ts'
import { apply, bodyFor, buriedAs, bury, failing, fakeWorld, memberOf, sha } from './fake-world.ts'

test('a plan says of each letter what a replay would make of it, on which state, and changes nothing', async () => {
  const world = fakeWorld()
  apply(world, 2, 'newer', 30)
  const first = bury(world, 1, 'to-send')
  world.clock += 1000
  const second = bury(world, 2, 'old', { minute: 5, reason: 'gave_up' })
  const plan = await makePlan(world)
  expect(plan).toMatchObject({
    plannedAt: '2026-11-23T12:00:01.000Z',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  const of = { source: '//workday.example.com/role-changes', target: 'wacht' }
  expect(plan.letters).toEqual([
    {
      ...{ ...of, messageId: first.messageId, event: 'to-send', member: memberOf(1), reason: 'not_found' },
      ...{ verdict: 'apply', sentAt: first.sentAt, bodyHash: sha(first.body), rev: 0 },
    },
    {
      ...{ ...of, messageId: second.messageId, event: 'old', member: memberOf(2), reason: 'gave_up' },
      ...{ verdict: 'superseded', by: 'newer', since: world.entries.get(memberOf(2))?.applied?.at },
      ...{ sentAt: second.sentAt, bodyHash: sha(second.body), rev: 2 },
    },
  ])
  expect({
    stored: world.letters.stored.length,
    hidden: world.letters.hidden.size,
    changes: world.changes,
    logged: world.logged,
  }).toEqual({ stored: 2, hidden: 0, changes: [], logged: [] })
})

test('a crashed letter is planned by its body', async () => {
  const world = fakeWorld()
  world.letters.put(bodyFor(1, 'e'))
  expect((await makePlan(world)).letters).toMatchObject([
    { reason: 'crashed', event: 'e', member: memberOf(1), verdict: 'apply' },
  ])
})

test('a letter is planned as unproven by its attribute, and one that SQS moved itself by the entry of its member', async () => {
  const world = fakeWorld()
  for (const n of [1, 2])
    world.entries.set(memberOf(n), { member: memberOf(n), rev: 1, failures: 1, unproven: 'x' })
  world.letters.put(bodyFor(1, 'moved'))
  world.letters.put(bodyFor(2, 'buried'), { reason: 'gave_up' })
  world.letters.put(bodyFor(3, 'marked'), { reason: 'gave_up', unproven: 'true' })
  world.letters.put(bodyFor(4, 'clear'))
  const { letters } = await makePlan(world)
  expect(Object.fromEntries(letters.map(({ event, unproven }) => [event, unproven]))).toEqual({
    ...{ moved: true, buried: undefined, marked: true, clear: undefined },
  })
})

test('one entry is read for all letters of its member', async () => {
  const world = fakeWorld()
  for (let n = 0; n < 60; n++) bury(world, n % 3, `e${n}`)
  await makePlan(world)
  expect(world.reads).toBe(3)
})

test('the hash of a plan covers what is shown beside each letter: what was not shown is not done', async () => {
  const world = fakeWorld()
  for (const n of [1, 2]) bury(world, n, `e${n}`)
  const { messageId } = world.letters.stored[1] as DeadLetter
  const hashOf = async (role: string) => {
    const beside = (id: string) => (id === messageId ? { request: { body: { role } } } : undefined)
    return (await makePlan(world, { beside })).hash
  }
  expect(await hashOf('7')).toBe(await hashOf('7'))
  expect(await hashOf('7')).not.toBe(await hashOf('8'))
  expect(await hashOf('7')).not.toBe((await makePlan(world)).hash)
})

describe('a plan of some letters', () => {
  test('is of those that the filter means, and ends at the limit', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 30; n++) bury(world, n, `e${n}`, { reason: n % 3 === 0 ? 'forbidden' : 'not_found' })
    const all = await makePlan(world, { filter: { reason: 'forbidden' } })
    expect(all.letters).toHaveLength(10)
    const { letters } = await makePlan(world, { filter: { reason: 'forbidden' }, limit: 4 })
    expect(letters.map(({ reason }) => reason)).toEqual(['forbidden', 'forbidden', 'forbidden', 'forbidden'])
    expect((await makePlan(world, { limit: 0 })).letters).toEqual([])
    expect(world.letters.hidden.size).toBe(0)
  })
  test('may be one, by the names that only its attributes still tell', async () => {
    const world = fakeWorld()
    world.letters.put('{', { ...buriedAs('invalid_event', '{'), event: 'torn' })
    bury(world, 1, 'e')
    expect((await makePlan(world, { filter: { event: 'torn' } })).letters).toMatchObject([
      { event: 'torn', verdict: 'invalid' },
    ])
  })
})

test('each letter is told with its body as it is planned', async () => {
  const world = fakeWorld()
  const { body } = bury(world, 1, 'e')
  const told: unknown[] = []
  await makePlan(world, {
    onLetter: async (planned, { letter, parsed }) =>
      void told.push([planned.verdict, letter.body, parsed.ok]),
  })
  expect(told).toEqual([['apply', body, true]])
})

test('a read of an entry that failed is not remembered, and one that did not is', async () => {
  let reads = 0
  const read = rememberEntries({
    read: async () => {
      reads += 1
      if (reads === 1) throw new Error('down')
      return undefined
    },
  })
  await expect(read('m')).rejects.toThrow('down')
  expect(await read('m')).toBeUndefined()
  expect(await read('m')).toBeUndefined()
  expect(reads).toBe(2)
})

describe('letters that somebody else is looking at', () => {
  test('are waited for, and are in the plan when they are let go of', async () => {
    const world = fakeWorld()
    world.letters.elsewhere.add(bury(world, 1, 'theirs').messageId)
    world.letters.onWait = () => world.letters.elsewhere.clear()
    expect(await makePlan(world)).toMatchObject({ hidden: 0, letters: [{ event: 'theirs' }] })
  })
  test('to the end are counted', async () => {
    const world = fakeWorld()
    bury(world, 1, 'mine')
    world.letters.elsewhere.add(bury(world, 2, 'theirs').messageId)
    expect(await makePlan(world)).toMatchObject({ hidden: 1, letters: [{ event: 'mine' }] })
  })
  test('are told of by the function, which does not say that it saw the whole', async () => {
    const world = fakeWorld()
    world.letters.elsewhere.add(bury(world, 1, 'theirs').messageId)
    const ask = (of = world) =>
      answer(
        { action: 'replay', filter: {}, dryRun: true },
        of,
        { catalogue: {}, renewAfterMs: 1000 },
        new AbortController().signal,
      )
    expect(await ask()).toMatchObject({ letters: [], hidden: 1, failed: 0, complete: false })
    for (const n of [2, 3]) bury(world, n, `e${n}`)
    const broken = failing(world, { ledger: member => member === memberOf(2) })
    expect(await ask(broken)).toMatchObject({ hidden: 1, failed: 1, complete: false })
    world.letters.stored.splice(1)
    world.letters.elsewhere.clear()
    expect(await ask()).toMatchObject({
      letters: [{ event: 'theirs' }],
      hidden: 0,
      failed: 0,
      complete: true,
    })
  })
})
