import { describe, expect, test } from '@jest/globals'
import { organization, projectId } from '../support/events.ts'
import {
  again,
  ask,
  detailsOf,
  down,
  fails,
  graceMs,
  inProject,
  inWacht,
  jane,
  janeInProject,
  joe,
  lists,
  listsMore,
  membersIn,
  old,
  readingsOf,
  replay,
  twin,
  worldOf,
} from '../support/people.ts'

const notIn = (...scopes: string[]) => `no member has this e-mail address in ${scopes.join(', ')}`
const inBoth = notIn(`wacht/${organization} (0 listed)`, `project/${projectId} (0 listed)`)

describe('the grace for joiners', () => {
  test('counts from the first complete reading: after an outage of 16 minutes a joiner is looked for anew', async () => {
    const { run, state } = worldOf(
      [fails(down), lists(joe), lists(joe, jane)],
      [fails(down), lists(), lists(janeInProject)],
    )
    await run(ask())
    state.now += 16 * 60_000
    await run(again())
    expect(state.retries.map(({ cause }) => cause)).toEqual(['read_failed', 'person_not_found'])
    state.now += graceMs - 1
    await run(again())
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('is over 15 minutes after that reading, to the millisecond', async () => {
    const { run, state } = worldOf([])
    state.now += 3_600_000
    await run(ask())
    state.now += graceMs - 1
    expect(await run(again())).toEqual(['m1'])
    state.now += 1
    expect(await run(again())).toEqual([])
    expect(detailsOf(state)).toEqual([['person_not_found', inBoth]])
  })

  test('is not that of the message before: each message has its own, also for the same event', async () => {
    const { run, state } = worldOf([])
    await run(ask('m1'))
    state.now += graceMs
    expect(await run(again('m1'), again('m2'))).toEqual(['m2'])
    expect(state.outcomes).toMatchObject([{ messageId: 'm1', reason: 'person_not_found' }])
  })

  test('is that of each scope: one that was read later is waited for longer', async () => {
    const { run, state } = worldOf([], [fails(down), lists(), lists(janeInProject)])
    await run(ask())
    state.now += graceMs - 1
    await run(again())
    expect(state.retries.map(({ cause }) => cause)).toEqual(['read_failed', 'person_not_found'])
    state.now += 1
    await run(again())
    expect(membersIn(state.enqueued)).toEqual([inProject])
    expect(state.outcomes).toMatchObject([
      { outcome: 'resolved', events: 1, detail: `not in wacht/${organization} (0 listed)` },
    ])
  })

  test('does not begin with a reading that stopped early, whatever stopped it', async () => {
    const part = listsMore(1, joe)
    const gone = { kind: 'refused', reason: 'not_found', status: 404, detail: 'gone' } as const
    const noTime = { kind: 'deferred', cause: 'no_time', detail: 'no time' } as const
    const stops = [down, gone, noTime].map(effect => [part, fails(effect)])
    const { run, state } = worldOf([...stops, [part, part]].flat(), [lists(janeInProject)])
    for (let n = 0; n < 4; n++) {
      expect(await run(ask('m1', { receives: n + 1 }))).toEqual(['m1'])
      state.now += graceMs
    }
    await run(again())
    expect(state.retries.map(({ cause }) => cause)).toEqual([
      ...Array.from({ length: 4 }, () => 'read_failed'),
      'person_not_found',
    ])
    expect(membersIn(state.enqueued)).toEqual([inProject])
  })

  test('begins with a scope that is not there: it may come with its members', async () => {
    const gone = fails({ kind: 'refused', reason: 'not_found', status: 404, detail: 'no such organization' })
    const { run, state } = worldOf([gone, gone, lists(jane)], [lists(janeInProject)])
    await run(ask())
    state.now += graceMs - 1
    await run(again())
    expect(state.outcomes).toEqual([])
    await run(again())
    expect(membersIn(state.enqueued)).toEqual([inProject, inWacht])
  })

  test('begins again with the next complete reading where its progress is lost, and the message still ends', async () => {
    const { run, state } = worldOf([])
    await run(ask())
    state.now += graceMs
    state.records.clear()
    expect(await run(again())).toEqual(['m1'])
    state.now += graceMs
    expect(await run(again())).toEqual([])
    expect(detailsOf(state)).toEqual([['person_not_found', inBoth]])
  })

  test('ends with retrying: at the give-up time nobody is waited for any more', async () => {
    const { run, state } = worldOf([lists(jane)])
    expect(await run(again('m1', old))).toEqual([])
    expect(detailsOf(state)).toEqual([
      [
        'gave_up',
        `person_not_found: not yet in project/${projectId} (0 listed); on the queue: the change of ${inWacht}`,
      ],
    ])
  })
})

describe('a replayed dead letter that names a person', () => {
  test('has no grace: whoever is not found is not found', async () => {
    const { run, state } = worldOf([])
    expect(await run(ask('m1', replay))).toEqual([])
    expect(detailsOf(state)).toEqual([['person_not_found', inBoth]])
  })

  test('has none either in a scope that could be read only later', async () => {
    const { run, state } = worldOf([lists()], [fails(down), lists()])
    await run(ask('m1', replay))
    expect(await run(again('m1', replay))).toEqual([])
    expect(state.retries).toMatchObject([{ cause: 'read_failed' }])
    expect(detailsOf(state)).toEqual([['person_not_found', inBoth]])
  })

  test('and is found in one scope is not waited for in the other', async () => {
    const { run, state } = worldOf([lists(jane)])
    expect(await run(ask('m1', replay))).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 1 }])
  })

  test('a message that was renewed or edited, and never replayed, has the grace', async () => {
    const { run } = worldOf([])
    expect(await run(ask('m1', { trail: { replays: 0, renewals: 2, edits: ['x'] } }))).toEqual(['m1'])
  })
})

describe('a list of several pages', () => {
  const pages = [listsMore(1, joe), lists({ member: `wacht/${organization}/9` })]

  test('shows that somebody is not there when it was read twice after the grace', async () => {
    const { run, state } = worldOf([...pages, ...pages, ...pages, ...pages], [lists(janeInProject)])
    await run(ask())
    state.now += graceMs
    expect(await run(again())).toEqual(['m1'])
    expect(await run(again())).toEqual([])
    expect(readingsOf(state, organization)).toBe(3)
    expect(state.outcomes).toMatchObject([{ detail: `not in wacht/${organization} (2 listed)` }])
  })

  test('may leave out in one reading who is there, and shows the person in the next', async () => {
    const { run, state } = worldOf(
      [...pages, ...pages, listsMore(1, joe), lists(jane)],
      [lists(janeInProject)],
    )
    await run(ask())
    state.now += graceMs
    await run(again())
    await run(again())
    expect(membersIn(state.enqueued)).toEqual([inProject, inWacht])
  })

  test('is read twice for a replay as well', async () => {
    const { run, state } = worldOf([...pages, ...pages], [lists(janeInProject)])
    expect(await run(ask('m1', replay))).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'person_not_found' }])
    expect(await run(again('m1', replay))).toEqual([])
    expect(readingsOf(state, organization)).toBe(2)
  })

  test('of one page now, which cannot shift while it is read, shows it by itself', async () => {
    const { run, state } = worldOf([...pages, lists(joe)], [lists(janeInProject)])
    await run(ask())
    state.now += graceMs
    expect(await run(again())).toEqual([])
    expect(readingsOf(state, organization)).toBe(2)
  })

  test('may show the old and the new of a membership that is made anew: only a second reading makes it ambiguous', async () => {
    const both = [listsMore(1, jane), lists(twin)]
    const moved = worldOf([...both, listsMore(1, joe), lists(twin)], [lists(janeInProject)])
    expect(await moved.run(ask())).toEqual(['m1'])
    expect(moved.state.retries).toMatchObject([{ cause: 'person_ambiguous' }])
    expect(moved.state.enqueued).toEqual([])
    await moved.run(again())
    expect(membersIn(moved.state.enqueued)).toEqual([twin.member, inProject])

    const { run, state } = worldOf([...both, ...both], [lists(janeInProject)])
    await run(ask())
    expect(await run(again())).toEqual([])
    expect(state.letters).toMatchObject([{ attributes: { reason: 'person_ambiguous' } }])
    expect(state.enqueued).toEqual([])
  })
})
