import { describe, expect, test } from '@jest/globals'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { createMemberLists } from '../../functions/sync/search-scope.ts'
import type { TargetLink } from '../../functions/sync/sync-world.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import type { Http } from '../../functions/targets/target.ts'
import { effects } from '../support/entries.ts'
import { noon, organization } from '../support/events.ts'
import { fails, jane, joe, lists, listsMore, nameless } from '../support/people.ts'
import { fakeWorld } from '../support/world.ts'

const email = 'jane.doe@example.com'
const scope = { target: 'wacht', scope: organization }
const name = `wacht/${organization}`
const deadline = noon + 50_000
const gone: Effect = { kind: 'refused', reason: 'not_found', status: 404, detail: 'gone' }
const noTime: Effect = { kind: 'deferred', cause: 'no_time', detail: 'no time' }

/** A scope of these pages, each of which takes two requests of half a second each; and the deadlines of its way over HTTP. */
function listing(...pages: PeoplePage[]) {
  const fake = fakeWorld()
  const { state, world } = fake
  state.pages.set(organization, pages)
  const link = world.targets.get('wacht') as TargetLink
  const { people } = link.target
  const deadlines: number[] = []
  Object.assign(link.target, {
    people: async (of: string, page: number, http: Http) => {
      for (let n = 0; n < 2; n++) {
        state.now += 500
        expect(await http({ method: 'GET', url: 'https://h.example' })).toMatchObject({ status: 500 })
      }
      return people(of, page, http)
    },
  })
  const { http } = link
  Object.assign(link, {
    http: (until: number) => {
      deadlines.push(until)
      return http(until)
    },
  })
  const lists = () => createMemberLists(world, deadline)
  const seek = () => lists().search(scope, new Set([email]))
  const ask = () => lists().confirm(scope, 100, new Map([[email, jane.member]]))
  return { state, seek, ask, deadlines, breaker: link.breaker }
}

const base = { target: 'wacht', scope: name, people: 1 }
const one = { ...base, calls: 2, durationMs: 1000 }

describe('the line of a search has all that is known of it, and no empty field', () => {
  test.each<[string, PeoplePage[], object]>([
    ['that ends', [lists(joe, jane, nameless)], { ...one, found: 1, listed: 3 }],
    [
      'of several pages',
      [listsMore(1, joe), lists(jane)],
      { ...base, calls: 4, durationMs: 2000, found: 1, listed: 2 },
    ],
    [
      'of a scope that is not there',
      [fails(gone)],
      { ...one, found: 0, listed: 0, cause: 'not_found', status: 404 },
    ],
    ['that has no time', [fails(noTime)], { ...one, found: 0, listed: 0, cause: 'no_time' }],
    [
      'of a list that shows nobody new',
      [listsMore(1, joe), listsMore(1, joe)],
      { ...base, calls: 4, durationMs: 2000, found: 0, listed: 1, cause: 'read_failed' },
    ],
  ])('%s', async (_, pages, told) => {
    const { seek, state, deadlines } = listing(...pages)
    await seek()
    expect(state.searches).toStrictEqual([told])
    expect(new Set(deadlines)).toEqual(new Set([deadline]))
  })
})

describe('the line of one page that is looked at again, too', () => {
  test.each<[string, PeoplePage, object]>([
    ['that shows the member', lists(nameless, jane), { ...one, found: 1, listed: 2 }],
    ['that does not', lists(joe), { ...one, found: 0, listed: 1 }],
    ['that is not there', fails(gone), { ...one, found: 0, listed: 0, cause: 'not_found', status: 404 }],
    ['for which there is no time', fails(noTime), { ...one, found: 0, listed: 0, cause: 'no_time' }],
  ])('%s', async (_, page, told) => {
    const { ask, state, deadlines } = listing(page)
    const found = await ask()
    expect(found.size).toBe((told as { found: number }).found)
    expect(state.searches).toStrictEqual([told])
    expect(state.log).toEqual([`list ${organization} 100`])
    expect(deadlines).toEqual([deadline, deadline])
  })
  test('which waits for its turn where the target had too many calls lately', async () => {
    const { ask, state, breaker } = listing(lists(jane), lists(jane))
    await breaker.run(name, async () => ({ ...effects.deferred, delayMs: 0 }))
    state.now += 1000
    for (let n = 0; n < 2; n++) await ask()
    expect(state.log).toEqual([`list ${organization} 100`, `list ${organization} 100`])
    breaker.turnMs(name)
    await ask()
    expect(state.log.slice(2)).toEqual([expect.stringMatching(/^wait \d/), `list ${organization} 100`])
  })
  test('which rests alone where the lists of its scope fail', async () => {
    const { ask, state, breaker } = listing()
    for (let n = 0; n < 5; n++) await breaker.list(name, async () => effects.answered)
    expect((await ask()).size).toBe(0)
    expect({ log: state.log, searches: state.searches }).toMatchObject({
      log: [],
      searches: [{ calls: 0, cause: 'breaker_open' }],
    })
  })
})

describe('a list that is read in part', () => {
  const throttled: Effect = { ...effects.deferred, delayMs: 60_000 }
  const cut = (words: string): Effect => ({
    ...{ kind: 'deferred', cause: 'read_failed', detail: `${name}: ${words}` },
  })
  test.each<[string, PeoplePage, Effect]>([
    ['is gone', fails(gone), cut('the list was not there any more after 1 members')],
    ['has no time', fails(noTime), cut('the time of an invocation ended after 1 members')],
    ['is throttled for longer than there is time', fails(throttled), throttled],
    ['fails', fails(effects.answered), effects.answered],
    [
      'shows nobody new',
      listsMore(1, joe),
      cut('the list is incomplete: it says has-more after 1 members but lists no new one'),
    ],
  ])('and then %s shows nobody, neither there nor absent', async (_, page, effect) => {
    const { seek } = listing(listsMore(1, joe), page)
    expect(await seek()).toStrictEqual({ ok: false, effect })
  })
})

describe('a list that can be read', () => {
  test('begins the row of failed ones anew', async () => {
    const { seek, state, breaker } = listing()
    const fail = async (times: number) => {
      for (let n = 0; n < times; n++) await breaker.list(name, async () => effects.answered)
    }
    await fail(4)
    expect(await seek()).toMatchObject({ ok: true })
    await fail(4)
    expect(await seek()).toMatchObject({ ok: true })
    await fail(5)
    expect(await seek()).toMatchObject({ ok: false, effect: { cause: 'breaker_open' } })
    expect(state.searches).toHaveLength(3)
  })
  test('of a scope that is not there had nobody on it', async () => {
    expect(await listing(fails(gone)).seek()).toEqual({
      ...{ ok: true, at: noon, pages: 1, listed: 0, found: new Map() },
    })
  })
})
