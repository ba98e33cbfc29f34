import { describe, expect, test } from '@jest/globals'
import { readHistory } from '../../functions/core/dead-letter/trail.ts'
import { applyPlan } from '../../functions/replay/apply-plan.ts'
import { makePlan } from '../../functions/replay/make-plan.ts'
import { bodyOf, personData } from '../support/events.ts'
import { apply, bodyFor, buriedAs, bury, type FakeWorld, fakeWorld } from './fake-world.ts'

describe('a plan whose letters come back dead', () => {
  const refuse = (world: FakeWorld, isRefused: (n: number) => boolean) => {
    let n = 0
    world.onChange = (body, { trail = '' }) => {
      n += 1
      if (isRefused(n)) world.letters.put(body, buriedAs('rejected', body, readHistory(trail)))
      else {
        const { data, id } = JSON.parse(body)
        apply(world, Number(data.membershipId) - 7_000_000, id, 0)
      }
    }
  }
  test('stops once five did, and more than half of those that came back', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 100; n++) bury(world, n, `e${n}`)
    refuse(world, () => true)
    const applied = await applyPlan(await makePlan(world), world)
    expect(applied).toMatchObject({ stopped: true, why: 'came_back_dead' })
    expect(applied.dead).toBeGreaterThanOrEqual(5)
    expect(applied.sent).toBeLessThan(15)
    expect(applied.missing).toBe(100 - applied.sent)
  })
  test('goes on while at least half of them are applied', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 100; n++) bury(world, n, `e${n}`)
    refuse(world, n => n % 2 === 0)
    const applied = await applyPlan(await makePlan(world), world)
    expect(applied).toMatchObject({ sent: 100, stopped: false })
  })
  test('goes on while fewer than five did', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 50; n++) bury(world, n, `e${n}`)
    refuse(world, n => n <= 4)
    expect(await applyPlan(await makePlan(world), world)).toMatchObject({ sent: 50, stopped: false })
  })
  test.each([
    ['stops', 'whose letters that name people all come back', () => true, true],
    ['goes on', 'of whose letters that name people few come back', (n: number) => n % 4 === 0, false],
  ])('%s: one %s', async (_, __, isRefused, stopped) => {
    const world = fakeWorld()
    for (let n = 0; n < 100; n++) {
      const body = bodyOf({ id: `e${n}`, data: personData })
      world.letters.put(body, buriedAs('person_not_found', body))
    }
    let sent = 0
    world.onChange = (body, { trail = '' }) => {
      sent += 1
      if (isRefused(sent)) world.letters.put(body, buriedAs('person_not_found', body, readHistory(trail)))
    }
    const applied = await applyPlan(await makePlan(world), world)
    expect(applied.stopped).toBe(stopped)
    expect(applied.sent < 100).toBe(stopped)
  })
  test.each([
    ['of events that it never sent', (n: number) => bodyFor(100 + n, `forged${n}`)],
    ['of one event that it did send, many times', () => bodyFor(0, 'e0')],
    ['that hold no event', () => 'not json'],
  ])('is not stopped by letters that claim its hash: %s', async (_, forgedBody) => {
    const world = fakeWorld()
    for (let n = 0; n < 50; n++) bury(world, n, `e${n}`)
    const plan = await makePlan(world)
    let sent = 0
    world.onChange = () => {
      const forged = { plan: plan.hash, replays: 1 }
      if (sent++ > 0) world.letters.put(forgedBody(sent), buriedAs('rejected', forgedBody(sent), forged))
    }
    const applied = await applyPlan(plan, world)
    expect(applied).toMatchObject({ sent: 50, stopped: false })
    expect(applied.dead).toBeLessThanOrEqual(1)
  })
  test('is not stopped by letters of another plan', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 50; n++) bury(world, n, `e${n}`)
    const plan = await makePlan(world)
    for (let n = 100; n < 120; n++) {
      const body = bodyFor(n, `other${n}`)
      world.letters.put(body, buriedAs('rejected', body, { plan: 'another', replays: 1 }))
    }
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 50, dead: 0, stopped: false })
  })
})
