import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { createMemberLists } from '../../functions/sync/search-scope.ts'
import type { TargetLink } from '../../functions/sync/sync-world.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { effects } from '../support/entries.ts'
import { organization } from '../support/events.ts'
import { fakeWorld, productionRules } from '../support/world.ts'

const email = 'jane.doe@example.com'
const jane = `wacht/${organization}/2`
const scope = { target: 'wacht', scope: organization }
const requestMs = productionRules.requestTimeoutMs

const throttled = (delayMs?: number): PeoplePage => ({
  ok: false,
  effect: { ...effects.deferred, ...(delayMs !== undefined && { delayMs }) },
})
/** A page with one member, and where the next one begins. */
const page = (n: number, next?: number): PeoplePage => ({
  ok: true,
  listed: [{ member: `wacht/${organization}/${n}`, ...(n === 2 && { email }) }],
  ...(next !== undefined && { next }),
})

/** Searches an organization that shows these pages, with so many milliseconds to go; what was done is in the log. */
async function searched(pages: readonly PeoplePage[], leftMs = 50_000) {
  const { world, state } = fakeWorld()
  state.pages.set(organization, [...pages])
  const began = state.now
  const found = await createMemberLists(world, began + leftMs).search(scope, new Set([email]))
  const steps = state.log.map(line => line.replace(`list ${organization}`, 'page'))
  return { found, steps, tookMs: state.now - began, state, world }
}

describe('a search that is told to slow down', () => {
  test('waits for as long as it is asked, then reads the same page again and goes on to the next', async () => {
    const { found, steps } = await searched([page(3, 100), throttled(7000), page(4, 200), page(2)])
    expect(steps).toEqual(['page 0', 'page 100', 'wait 7000', 'page 100', 'wait 100', 'page 200'])
    expect(found).toMatchObject({
      ok: true,
      listed: 3,
      pages: 3,
      found: new Map([[email, [{ member: jane, page: 200 }]]]),
    })
  })
  test('began when it was asked for, however long it waited: who joins meanwhile may not be on its first pages', async () => {
    const { found, state, tookMs } = await searched([page(3, 100), throttled(7000), page(2)])
    expect(tookMs).toBeGreaterThanOrEqual(7000)
    expect(found).toMatchObject({ ok: true, at: state.now - tookMs })
  })
  test('keeps the pause each time it is told so, and forgets no page that was read', async () => {
    const { found, steps } = await searched([
      ...[throttled(2000), page(3, 1), throttled(3000), throttled(4000), page(2)],
    ])
    const pauses = steps.filter(step => /^wait \d{4,}$/.test(step))
    expect(pauses).toEqual(['wait 2000', 'wait 3000', 'wait 4000'])
    expect(steps.filter(step => step.startsWith('page'))).toEqual([
      ...['page 0', 'page 0', 'page 1', 'page 1', 'page 1'],
    ])
    expect(found).toMatchObject({ ok: true, listed: 2 })
  })
  test('asks for nothing while it waits, neither for a pause nor for its turn', async () => {
    const { world, state } = fakeWorld()
    const waits: string[] = []
    const pages = [page(3, 1), throttled(2000), page(4, 2), page(2)]
    let waiting = false
    const { target } = world.targets.get('wacht') as TargetLink
    Object.assign(target, {
      people: async () => {
        expect(waiting).toBe(false)
        return pages.shift() as PeoplePage
      },
    })
    const wait = async (ms: number) => {
      waiting = true
      waits.push(ms === 2000 ? 'pause' : 'turn')
      state.now += ms
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      waiting = false
    }
    expect(
      await createMemberLists({ ...world, wait }, state.now + 50_000).search(scope, new Set([email])),
    ).toMatchObject({
      ok: true,
    })
    expect(waits).toEqual(['pause', 'turn'])
  })
  test('waits for a second at the least, whatever it is asked', async () => {
    for (const asked of [0, 1, 999]) {
      expect((await searched([page(3, 1), throttled(asked), page(2)])).steps).toContain('wait 1000')
    }
  })
  test('waits as its instance rests where it is not told for how long', async () => {
    const { steps } = await searched([page(3, 1), throttled(), throttled(), page(2)])
    expect(steps.slice(0, 4)).toEqual([
      'page 0',
      'page 1',
      'wait 1000',
      expect.stringMatching(/^(wait|page)/),
    ])
    expect(steps.at(-1)).toBe('page 1')
  })
  test.each([
    ['and a request', 7000 + requestMs, true],
    ['but not a request', 7000 + requestMs - 1, false],
  ])('gives up at once where there is time for the pause %s', async (_, leftMs, reads) => {
    const { found, steps, tookMs } = await searched([throttled(7000), page(2)], leftMs)
    expect(found.ok).toBe(reads)
    expect(steps).toEqual(reads ? ['page 0', 'wait 7000', 'page 0'] : ['page 0'])
    expect(tookMs).toBe(reads ? 7000 : 0)
    if (!found.ok) expect(found.effect).toMatchObject({ cause: 'throttled', delayMs: 7000 })
  })
  test('never waits past its deadline, however often it is told so', async () => {
    const { found, tookMs } = await searched(Array(60).fill(throttled(3000)), 30_000)
    expect(found).toMatchObject({ ok: false, effect: { cause: expect.stringMatching(/throttled|resting/) } })
    expect(tookMs).toBeLessThanOrEqual(30_000 - requestMs)
  })
  test.each<[string, Effect]>([
    ['that the list fails', effects.answered],
    ['that it may not read it', effects.refused],
    ['that there is no time', { kind: 'deferred', cause: 'no_time', detail: 'no time' }],
  ])('gives up at once where it is told %s', async (_, effect) => {
    const { found, steps } = await searched([{ ok: false, effect }, page(2)])
    expect({ found, steps }).toEqual({ found: { ok: false, effect }, steps: ['page 0'] })
  })
})

describe('a search in a scope whose calls rest already', () => {
  const throttle = (
    { world, state }: Awaited<ReturnType<typeof searched>>,
    name: string,
    delayMs: number,
  ) => {
    const { breaker } = world.targets.get('wacht') as TargetLink
    state.now += 1
    return breaker.run(name, async () => ({ ...effects.deferred, delayMs }))
  }
  const again = async ({ world, state }: Awaited<ReturnType<typeof searched>>) => {
    state.log.length = 0
    state.pages.set(organization, [page(2)])
    const began = state.now
    const found = await createMemberLists(world, began + 50_000).search(scope, new Set([email]))
    return { found, tookMs: state.now - began }
  }

  test('waits until the rest of the target is over', async () => {
    const before = await searched([page(2)])
    await throttle(before, 'wacht/9', 7000)
    expect(await again(before)).toMatchObject({ found: { ok: true }, tookMs: 7000 })
  })
  test('is given up at once where the scope is throttled alone: the searches after it have the time', async () => {
    const before = await searched([page(2)])
    const name = `wacht/${organization}`
    await throttle(before, name, 1000)
    before.state.now += 1000
    await (before.world.targets.get('wacht') as TargetLink).breaker.run('wacht/9', async () => effects.proven)
    await throttle(before, name, 7000)
    expect(await again(before)).toMatchObject({
      found: { ok: false, effect: { cause: 'resting', delayMs: 7000 } },
      tookMs: 0,
    })
  })
  test('between two of its pages waits and goes on, also where the scope is throttled alone', async () => {
    const { world, state } = fakeWorld()
    const { breaker } = world.targets.get('wacht') as TargetLink
    state.pages.set(organization, [page(3, 1), throttled(1000), throttled(2000), page(2)])
    const wait = world.wait
    const others = async (ms: number) => {
      await wait(ms)
      await breaker.run('wacht/9', async () => effects.proven)
    }
    const found = await createMemberLists({ ...world, wait: others }, state.now + 50_000).search(
      scope,
      new Set([email]),
    )
    expect(found).toMatchObject({ ok: true, listed: 2 })
  })
})
