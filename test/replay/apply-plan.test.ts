import { describe, expect, test } from '@jest/globals'
import type { PlannedLetter } from '../../functions/core/dead-letter/planned-letters.ts'
import { readHistory } from '../../functions/core/dead-letter/trail.ts'
import { createLetterApplier } from '../../functions/replay/apply-letter.ts'
import { applyPlan } from '../../functions/replay/apply-plan.ts'
import { makePlan } from '../../functions/replay/make-plan.ts'
import { apply, bodyFor, buriedAs, bury, type Failing, failing, fakeWorld, memberOf } from './fake-world.ts'

describe('a plan that still holds', () => {
  test('is done to the letter: sent and then deleted, removed with evidence, or left alone', async () => {
    const world = fakeWorld()
    apply(world, 2, 'newer', 30)
    apply(world, 3, 'same', 5)
    world.entries.set(memberOf(4), { member: memberOf(4), rev: 3, failures: 1, unproven: 'other' })
    bury(world, 1, 'to-send')
    bury(world, 2, 'old', { minute: 5 })
    bury(world, 3, 'same', { minute: 5 })
    bury(world, 4, 'unclear')
    world.letters.put('not json', buriedAs('invalid_event', 'not json'))

    const plan = await makePlan(world)
    expect(plan.counts).toEqual({ apply: 1, superseded: 1, duplicate: 1, invalid: 1, undecided: 1 })
    expect(await applyPlan(plan, world)).toEqual({
      ...{ sent: 1, removed: 2, refused: 0, failed: 0, dead: 0, stopped: false, missing: 0 },
    })
    expect(world.changes).toMatchObject([
      { body: bodyFor(1, 'to-send'), trail: { replays: 1, plan: plan.hash } },
    ])
    expect(world.letters.stored.map(({ body }) => body)).toEqual([bodyFor(4, 'unclear'), 'not json'])
    expect(world.logged).toMatchObject([
      { act: 'replayed', event: 'to-send', verdict: 'apply', plan: plan.hash },
      { act: 'removed', event: 'old', verdict: 'superseded', by: 'newer', plan: plan.hash },
      { act: 'removed', event: 'same', verdict: 'duplicate', by: 'same', plan: plan.hash },
    ])
    expect(world.letters.hidden.size).toBe(0)
  })
  test('leaves what a guard holds alone, unless it is released: then nothing else is touched', async () => {
    const world = fakeWorld()
    bury(world, 1, 'held', { reason: 'held' }, { sender: 'stranger' })
    bury(world, 2, 'to-send')
    apply(world, 3, 'newer', 30)
    bury(world, 3, 'old', { minute: 5 })
    const plan = await makePlan(world)
    expect(plan.counts).toMatchObject({ held: 1, apply: 1, superseded: 1 })
    expect(await applyPlan(plan, world, { release: true })).toMatchObject({ sent: 1, removed: 0, missing: 0 })
    expect(world.changes.map(({ body }) => body)).toEqual([bodyFor(1, 'held')])
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 1, removed: 1, refused: 0 })
    expect(world.letters.stored).toEqual([])
  })
  test('releases what is held also where another held change moved the entry since', async () => {
    const world = fakeWorld()
    bury(world, 1, 'held', { reason: 'held' })
    const plan = await makePlan(world)
    world.entries.set(memberOf(1), { member: memberOf(1), rev: 1, failures: 0 })
    expect(await applyPlan(plan, world, { release: true })).toMatchObject({ sent: 1, refused: 0 })
  })
  test('does not release what is superseded since', async () => {
    const world = fakeWorld()
    bury(world, 1, 'held', { reason: 'held' })
    const plan = await makePlan(world)
    apply(world, 1, 'newer', 30)
    expect(await applyPlan(plan, world, { release: true })).toMatchObject({ sent: 0, refused: 1 })
  })
  test('replays several letters of one member, though the first of them moves the entry', async () => {
    const world = fakeWorld()
    for (const minute of [1, 2, 3]) bury(world, 1, `e${minute}`, { minute })
    const plan = await makePlan(world)
    let rev = 0
    world.onChange = () => {
      rev += 1
      const lease = { holder: 'h', until: world.clock + 5000, event: 'e', desired: {} }
      world.entries.set(memberOf(1), { member: memberOf(1), rev, failures: 0, lease })
    }
    expect(await applyPlan(plan, world)).toMatchObject({ sent: 3, refused: 0 })
  })
  test('notes a letter before it sends it: its change may be dead again before the send is answered', async () => {
    const world = fakeWorld()
    const letter = bury(world, 1, 'e')
    const { hash, letters } = await makePlan(world)
    const steps: string[] = []
    world.onChange = () => steps.push('sent')
    await createLetterApplier(hash, world, () => steps.push('noted'))(letters[0] as PlannedLetter, letter)
    expect(steps).toEqual(['noted', 'sent'])
  })
  test('keeps to the rate', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 30; n++) bury(world, n, `e${n}`)
    await applyPlan(await makePlan(world), world, { rate: 5 })
    const [first = 0, last = 0] = [world.changes[0]?.at, world.changes.at(-1)?.at]
    expect(last - first).toBeCloseTo((29 * 1000) / 5)
  })
})

describe('a replay that dies', () => {
  test('between send and delete is repeated by the next, and nothing is lost', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const plan = await makePlan(world)
    const dying = {
      ...world,
      letters: { ...world.letters, remove: () => Promise.reject(new Error('killed')) },
    }
    expect(await applyPlan(plan, dying)).toMatchObject({ sent: 0, failed: 1, missing: 0 })
    expect(world.letters.stored).toHaveLength(1)
    expect(world.letters.hidden.size).toBe(0)

    expect(await applyPlan(plan, world)).toMatchObject({ sent: 1, missing: 0 })
    expect(world.changes.map(({ body }) => body)).toEqual([bodyFor(1, 'e'), bodyFor(1, 'e')])
    expect(world.letters.stored).toEqual([])
  })
  test('after the repeat was applied is told by the next plan that it is a duplicate', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    apply(world, 1, 'e', 0)
    expect((await makePlan(world)).letters).toMatchObject([{ event: 'e', verdict: 'duplicate', by: 'e' }])
  })
})

describe('a letter that fails', () => {
  const isThird = (body: string) => body === bodyFor(3, 'e3')
  test.each<[string, Failing, string]>([
    ['SQS does not take it', { change: isThird }, 'SQS refuses'],
    ['SQS does not delete it', { remove: isThird }, 'SQS refuses'],
    ['its ledger entry cannot be read', { ledger: member => member === memberOf(3) }, 'the ledger is down'],
    ['reading it is a bug', { parse: isThird }, 'a bug'],
  ])('stays and is told of, and the others are dealt with: %s', async (_, at, detail) => {
    const world = fakeWorld()
    for (let n = 1; n <= 5; n++) bury(world, n, `e${n}`)
    const plan = await makePlan(world)
    expect(await applyPlan(plan, failing(world, at))).toEqual({
      ...{ sent: 4, removed: 0, refused: 0, failed: 1, dead: 0, stopped: false, missing: 0 },
    })
    expect(world.letters.stored.map(({ body }) => body)).toEqual([bodyFor(3, 'e3')])
    expect(world.logged.filter(({ act }) => act === 'failed')).toEqual([
      expect.objectContaining({ event: 'e3', member: memberOf(3), detail, plan: plan.hash }),
    ])
  })
  test('that is to be removed stays as well', async () => {
    const world = fakeWorld()
    for (let n = 1; n <= 5; n++) {
      apply(world, n, 'newer', 30)
      bury(world, n, `e${n}`)
    }
    const applied = await applyPlan(await makePlan(world), failing(world, { remove: isThird }))
    expect(applied).toMatchObject({ removed: 4, failed: 1, stopped: false })
    expect(world.letters.stored).toHaveLength(1)
  })
  test('twenty times in a row ends it, and the rest stays as it was', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 200; n++) bury(world, n, `e${n}`)
    let sends = 0
    const applied = await applyPlan(await makePlan(world), failing(world, { change: () => ++sends > 5 }))
    expect(applied).toMatchObject({ sent: 5, stopped: true, why: 'failing' })
    expect(applied.failed).toBeGreaterThanOrEqual(20)
    expect(sends).toBeLessThan(5 + 20 + 2 * 8) // those that were begun are finished
    expect(applied.sent + applied.failed + applied.missing).toBe(200)
    expect(world.letters.stored).toHaveLength(195)
  })
  test('as the last of few says so', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 20; n++) bury(world, n, `e${n}`)
    const applied = await applyPlan(await makePlan(world), failing(world, { ledger: () => true }))
    expect(applied).toMatchObject({ sent: 0, failed: 20, stopped: true, why: 'failing' })
  })
  test('is still watched for when it was sent before it failed', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 40; n++) bury(world, n, `e${n}`)
    world.onChange = (body, { trail = '' }) =>
      void world.letters.put(body, buriedAs('rejected', body, readHistory(trail)))
    let removals = 0
    const broken = failing(world, { remove: () => ++removals % 2 === 0 })
    expect(await applyPlan(await makePlan(world), broken)).toMatchObject({ why: 'came_back_dead' })
  })
  test('does not blind the watch on what comes back: reading letters of others may be a bug', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 40; n++) bury(world, n, `e${n}`)
    const plan = await makePlan(world)
    world.letters.put('odd', buriedAs('rejected', 'odd', { plan: plan.hash }))
    const broken = failing(world, { parse: body => body === 'odd' })
    expect(await applyPlan(plan, broken)).toMatchObject({ sent: 40, failed: 0, stopped: false })
  })
  test('a queue that cannot be looked at ends it at once', async () => {
    const world = fakeWorld()
    bury(world, 1, 'e')
    const plan = await makePlan(world)
    await expect(applyPlan(plan, failing(world, { receive: () => true }))).rejects.toThrow('SQS is down')
  })
})

describe('two operators', () => {
  test('with the same plan at once send every letter, and none twice', async () => {
    const world = fakeWorld()
    for (let n = 0; n < 40; n++) bury(world, n, `e${n}`)
    const plan = await makePlan(world)
    const results = await Promise.all([applyPlan(plan, world), applyPlan(plan, world)])
    expect(results.reduce((sum, { sent }) => sum + sent, 0)).toBe(40)
    expect(new Set(world.changes.map(({ body }) => body)).size).toBe(40)
    expect(world.letters.stored).toEqual([])
  })
})

test('a plan that is told to stop ends between two letters', async () => {
  const world = fakeWorld()
  for (let n = 0; n < 50; n++) bury(world, n, `e${n}`)
  const stop = new AbortController()
  const applied = await applyPlan(await makePlan(world), world, {
    signal: stop.signal,
    onLetter: ({ sent }) => sent === 7 && stop.abort(),
  })
  expect(applied).toMatchObject({ stopped: true, why: 'stop_signal' })
  expect(applied.sent + applied.missing).toBe(50)
  expect(world.letters.stored).toHaveLength(50 - applied.sent)
})
