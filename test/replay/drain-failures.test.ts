import { describe, expect, test } from '@jest/globals'
import { drain } from '../../functions/replay/drain-letters.ts'
import {
  apply,
  bodyFor,
  bury,
  type Failing,
  type FakeWorld,
  failing,
  fakeWorld,
  memberOf,
} from './fake-world.ts'

const renewAfterMs = 864_000_000
const run = (world: FakeWorld) => drain(world, { renewAfterMs })
const events = ({ letters }: FakeWorld) => letters.stored.map(({ attributes }) => attributes.event)

const isThird = (body: string) => body === bodyFor(3, 'e3')

describe('a letter that fails', () => {
  test.each<[string, Failing, string]>([
    ['SQS does not delete it', { remove: isThird }, 'SQS refuses'],
    ['its ledger entry cannot be read', { ledger: member => member === memberOf(3) }, 'the ledger is down'],
    ['reading it is a bug', { parse: isThird }, 'a bug'],
  ])('stays and is told of, and the drain goes on: %s', async (_, at, detail) => {
    const world = fakeWorld()
    for (let n = 1; n <= 5; n++) {
      bury(world, n, `e${n}`)
      apply(world, n, 'newer', 30)
    }
    expect(await run(failing(world, at))).toEqual({
      ...{
        superseded: 4,
        duplicate: 0,
        renewed: 0,
        kept: 1,
        failed: 1,
        hidden: 0,
        oldestMs: 0,
        exposureMs: 0,
        complete: true,
      },
    })
    expect(events(world)).toEqual(['e3'])
    const failed = world.logged.filter(({ act }) => act === 'failed')
    expect(failed).toEqual([
      expect.objectContaining({ event: 'e3', member: memberOf(3), messageId: 'letter-00003', detail }),
    ])
    expect(await run(world)).toMatchObject({ superseded: 1, failed: 0 })
  })
  test.each<[string, Failing]>([
    ['sent again', { send: isThird }],
    ['deleted after it was', { remove: isThird }],
  ])('is as old as it was when it could not be %s', async (_, at) => {
    const world = fakeWorld()
    for (let n = 1; n <= 5; n++) bury(world, n, `e${n}`)
    world.clock += renewAfterMs
    expect(await run(failing(world, at))).toMatchObject({
      ...{ renewed: 4, kept: 5, failed: 1, oldestMs: renewAfterMs, complete: true },
    })
    expect(events(world).filter(event => event === 'e3').length).toBeGreaterThan(0)
  })
  test.each<[string, Failing]>([
    ['its ledger entry cannot be read', { ledger: member => member === memberOf(3) }],
    ['reading it is a bug', { parse: isThird }],
  ])('is renewed all the same when it is time, for else it would be lost: %s', async (_, at) => {
    const world = fakeWorld()
    for (let n = 1; n <= 5; n++) bury(world, n, `e${n}`)
    world.clock += renewAfterMs
    expect(await run(failing(world, at))).toMatchObject({ renewed: 5, kept: 5, failed: 1, oldestMs: 0 })
    expect(world.letters.stored.every(({ sentAt }) => sentAt === world.clock)).toBe(true)
  })
  test('counts once, however much of it fails', async () => {
    const world = fakeWorld()
    for (let n = 1; n <= 5; n++) bury(world, n, `e${n}`)
    world.clock += renewAfterMs
    const at = { send: isThird, ledger: (member: string) => member === memberOf(3) }
    expect(await run(failing(world, at))).toMatchObject({ renewed: 4, kept: 5, failed: 1 })
  })
})

describe('when everything fails', () => {
  test('a drain ends after twenty letters in a row, and says that it did not see the whole', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 200; n++) bury(world, n, `e${n}`)
    let reads = 0
    const drained = await run(failing(world, { ledger: () => ++reads > 0 }))
    expect(drained.complete).toBe(false)
    expect(drained.failed).toBeGreaterThanOrEqual(20)
    expect(reads).toBeLessThan(20 + 2 * 16) // those that were begun are finished
    expect(world.letters.stored).toHaveLength(200)
    expect(world.letters.hidden.size).toBe(0)
  })
  test('a letter that fails twice stands in the row once', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 19; n++) bury(world, n, `e${n}`)
    world.clock += renewAfterMs
    const drained = await run(failing(world, { ledger: () => true, send: () => true }))
    expect(drained).toMatchObject({ failed: 19, kept: 19, complete: true })
  })
  test('also where each is read before its removal fails', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 200; n++) {
      bury(world, n, `e${n}`)
      apply(world, n, 'newer', 30)
    }
    const drained = await run(failing(world, { remove: () => true }))
    expect(drained).toMatchObject({ superseded: 0, complete: false })
    expect(drained.failed).toBeLessThan(20 + 2 * 16)
  })
  test('but not while some succeed in between, however many fail in all', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 200; n++) bury(world, n, `e${n}`)
    const isOdd = (member: string) => Number(member.at(-1)) % 2 === 1
    expect(await run(failing(world, { ledger: isOdd }))).toMatchObject({
      failed: 100,
      kept: 200,
      complete: true,
    })
  })
  test('a queue that cannot be looked at ends it at once', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    await expect(run(failing(world, { receive: () => true }))).rejects.toThrow('SQS is down')
  })
})
