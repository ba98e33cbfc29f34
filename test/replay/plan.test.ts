import { describe, expect, test } from '@jest/globals'
import { makePlan } from '../../functions/replay/plan.ts'
import { apply, bodyFor, buriedAs, bury, fakeWorld, memberOf, sha } from './fake-world.ts'

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
  expect([world.letters.stored.length, world.letters.hidden.size, world.changes, world.logged]).toEqual([
    2,
    0,
    [],
    [],
  ])
})

test('a crashed letter is planned by its body', async () => {
  const world = fakeWorld()
  world.letters.put(bodyFor(1, 'e'))
  expect((await makePlan(world)).letters).toMatchObject([
    { reason: 'crashed', event: 'e', member: memberOf(1), verdict: 'apply' },
  ])
})

test('one entry is read for all letters of its member', async () => {
  const world = fakeWorld()
  for (let n = 0; n < 60; n++) bury(world, n % 3, `e${n}`)
  await makePlan(world)
  expect(world.reads).toBe(3)
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

test('when the ledger fails there is no plan, and no letter stays hidden', async () => {
  const world = fakeWorld()
  for (let n = 0; n < 50; n++) bury(world, n, `e${n}`)
  const broken = { ...world, ledger: { read: () => Promise.reject(new Error('down')) } }
  await expect(makePlan(broken)).rejects.toThrow('down')
  expect(world.letters.hidden.size).toBe(0)
})
