import { describe, expect, test } from '@jest/globals'
import { applyPlan } from '../../functions/replay/apply-plan.ts'
import { makePlan } from '../../functions/replay/make-plan.ts'
import { bodyOf, personData } from '../support/events.ts'
import { apply, bodyFor, buriedAs, bury, type FakeWorld, fakeWorld } from './fake-world.ts'

/** What is logged of each letter, shortly. */
const told = (world: FakeWorld) => world.logged.map(({ act, event, detail }) => [act, event, detail])

describe('a plan that went stale', () => {
  test('is refused where a newer change was applied in between', async () => {
    const world = fakeWorld()
    bury(world, 1, 'grant', { minute: 1 })
    bury(world, 2, 'other')
    const plan = await makePlan(world)
    apply(world, 1, 'revocation', 2)
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 1, removed: 0, refused: 1 })
    expect(told(world)).toEqual([
      ['refused', 'grant', 'its ledger entry changed from revision 0 to 2; plan again'],
      ['replayed', 'other', undefined],
    ])
    expect(world.letters.stored).toHaveLength(1)
  })
  test('is refused where what this very run sent has overtaken the letter', async () => {
    const world = fakeWorld()
    bury(world, 1, 'newer', { minute: 9 })
    bury(world, 1, 'older', { minute: 1 })
    const plan = await makePlan(world)
    world.onChange = () => apply(world, 1, 'newer', 9)
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 1, refused: 1 })
    expect(told(world).at(-1)).toEqual(['refused', 'older', 'it is superseded now; plan again'])
  })
  test('is refused where the body is another one', async () => {
    const world = fakeWorld()
    const { messageId } = bury(world, 1, 'e')
    const plan = await makePlan(world)
    world.letters.stored.splice(0)
    world.letters.put(bodyFor(1, 'another'), {}, { messageId })
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 0, refused: 1 })
    expect(told(world)).toEqual([['refused', 'another', 'its body changed after the plan; plan again']])
  })
  test('is refused where its body is not valid any more, for the catalogue is another one', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const plan = await makePlan(world)
    const { named } = world.parse(bodyFor(1, 'e'), world.clock)
    const parse = () =>
      ({ ok: false, named, reason: 'unknown_role', detail: 'data.role: is unknown' }) as const
    expect(await applyPlan(plan, { ...world, parse })).toMatchObject({ sent: 0, refused: 1 })
    expect(told(world)).toEqual([['refused', 'e', 'it is no longer valid: data.role: is unknown']])
    expect(world.letters.stored).toHaveLength(1)
  })
  test.each<['superseded' | 'duplicate']>([['superseded'], ['duplicate']])(
    'is refused where it says that a letter is %s, and none is',
    async verdict => {
      const world = fakeWorld()
      bury(world, 1, 'member')
      const body = bodyOf({ id: 'person', data: personData })
      world.letters.put(body, buriedAs('person_not_found', body))
      const plan = await makePlan(world)
      const forged = { ...plan, letters: plan.letters.map(letter => ({ ...letter, verdict })) }
      expect(await applyPlan(forged, world)).toMatchObject({ sent: 0, removed: 0, refused: 2 })
      expect(told(world)).toEqual([
        ['refused', 'member', `it is not ${verdict} any more; plan again`],
        ['refused', 'person', `it is not ${verdict} any more; plan again`],
      ])
      expect(world.letters.stored).toHaveLength(2)
    },
  )
  test('is refused where a letter is a duplicate and not superseded, as it says', async () => {
    const world = fakeWorld()
    apply(world, 1, 'e', 0)
    bury(world, 1, 'e')
    const plan = await makePlan(world)
    const letters = plan.letters.map(letter => ({ ...letter, verdict: 'superseded' as const }))
    expect(await applyPlan({ ...plan, letters }, world)).toMatchObject({ removed: 0, refused: 1 })
    expect(told(world)).toEqual([['refused', 'e', 'it is not superseded any more; plan again']])
  })
  test('counts as missing what somebody else dealt with', async () => {
    const world = fakeWorld()
    bury(world, 1, 'mine')
    const gone = bury(world, 2, 'gone')
    const plan = await makePlan(world)
    await world.letters.remove(gone)
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 1, missing: 1, stopped: false })
  })
})
