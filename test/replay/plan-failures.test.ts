import { describe, expect, test } from '@jest/globals'
import { makePlan } from '../../functions/replay/make-plan.ts'
import { bodyFor, bury, type Failing, failing, fakeWorld, memberOf } from './fake-world.ts'

describe('a letter that fails', () => {
  test.each<[string, Failing, string]>([
    ['its ledger entry cannot be read', { ledger: member => member === memberOf(3) }, 'the ledger is down'],
    ['reading it is a bug', { parse: body => body === bodyFor(3, 'e3') }, 'a bug'],
  ])('is not in the plan and is told of, and the others are: %s', async (_, at, detail) => {
    const world = fakeWorld()
    for (let n = 1; n <= 5; n++) bury(world, n, `e${n}`)
    const plan = await makePlan(failing(world, at))
    expect(plan.letters.map(({ event }) => event)).toEqual(['e1', 'e2', 'e4', 'e5'])
    expect(plan).toMatchObject({ failed: 1, counts: { apply: 4 } })
    expect(world.logged).toMatchObject([{ act: 'failed', event: 'e3', member: memberOf(3), detail }])
    expect({ stored: world.letters.stored.length, hidden: world.letters.hidden.size }).toEqual({
      stored: 5,
      hidden: 0,
    })
  })
  test('is not in the plan when what is to be told of it fails', async () => {
    const world = fakeWorld()
    for (const n of [1, 2]) bury(world, n, `e${n}`)
    const onLetter = async ({ event }: { event: string | null }) => {
      if (event === 'e1') throw new Error('the target is not to be asked')
    }
    expect(await makePlan(world, { onLetter })).toMatchObject({ failed: 1, letters: [{ event: 'e2' }] })
  })
  test('makes no plan where all fail', async () => {
    const world = fakeWorld()
    for (const n of [1, 2]) bury(world, n, `e${n}`)
    await expect(makePlan(failing(world, { ledger: () => true }))).rejects.toThrow('the ledger is down')
  })
  test('makes a plan all the same while some succeed in between, however many fail in all', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 100; n++) bury(world, n, `e${n}`)
    const isOdd = (member: string) => Number(member.at(-1)) % 2 === 1
    expect(await makePlan(failing(world, { ledger: isOdd }))).toMatchObject({
      failed: 50,
      counts: { apply: 50 },
    })
  })
  test('is told of in 500 characters at the most', async () => {
    const world = fakeWorld()
    for (const n of [1, 2]) bury(world, n, `e${n}`)
    const onLetter = async ({ event }: { event: string | null }) => {
      if (event === 'e1') throw new Error('x'.repeat(501))
    }
    await makePlan(world, { onLetter })
    expect(world.logged.map(({ detail }) => detail)).toEqual(['x'.repeat(500)])
  })
  test('makes no plan where twenty in a row fail, and no letter stays hidden', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 200; n++) bury(world, n, `e${n}`)
    let reads = 0
    await expect(makePlan(failing(world, { ledger: () => ++reads > 1 }))).rejects.toThrow(
      'the ledger is down',
    )
    expect(reads).toBeLessThan(20 + 2 * 16) // those that were begun are finished
    expect(world.letters.hidden.size).toBe(0)
  })
})
