import { describe, expect, test } from '@jest/globals'
import { createEventParser } from '../../functions/core/event/event-parser.ts'
import { kinds } from '../../functions/targets/index.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import { effects } from '../support/entries.ts'
import { bodyOf, organization, personData, projectId } from '../support/events.ts'
import {
  ask,
  down,
  fails,
  graceMs,
  inProject,
  inWacht,
  jane,
  janeInProject,
  joe,
  lists,
  membersIn,
  nameless,
  old,
  replay,
  twin,
  worldOf,
} from '../support/people.ts'
import { messageOf } from '../support/world.ts'

describe('a person who is found', () => {
  test('at every scope: an event for each member is on the queue before the original is finished', async () => {
    const { run, state } = worldOf([lists(joe, jane, nameless)], [lists(janeInProject)])
    expect(await run(ask())).toEqual([])
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
    for (const body of state.enqueued) {
      expect(JSON.parse(body)).toMatchObject({ causationid: 'wd-2026-000123', data: { role: 'manager' } })
    }
    expect(state.outcomes).toMatchObject([
      { outcome: 'resolved', events: 2, target: 'person', member: null, event: 'wd-2026-000123' },
    ])
    expect(state.letters).toEqual([])
  })

  test('gets events that pass on the sender of the original', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    await run({ ...ask(), sender: 'intake/okta' })
    expect(state.senders).toEqual(['intake/okta', 'intake/okta'])
  })

  test('on a later page: the list is read to its end, for there may be another', async () => {
    const { run, state } = worldOf(
      [{ ...lists(jane), next: 100 }, { ...lists(nameless), next: 200 }, lists(joe)] as PeoplePage[],
      [lists(janeInProject)],
    )
    await run(ask())
    expect(state.log.filter(line => line.startsWith(`list ${organization}`))).toEqual([
      `list ${organization} 0`,
      `list ${organization} 100`,
      `list ${organization} 200`,
    ])
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
  })

  test('twice on pages that shifted: it is one member', async () => {
    const { run, state } = worldOf(
      [{ ...lists(jane, joe), next: 2 }, lists(jane, nameless)] as PeoplePage[],
      [lists(janeInProject)],
    )
    await run(ask())
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved' }])
  })

  test('stays where the events cannot be enqueued', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.enqueueFails = true
    expect(await run(ask())).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'enqueue_failed' }])
    expect(state.outcomes).toEqual([])
  })

  test('by a part of the address, or a letter that folds into it, is not that person', async () => {
    const others = [
      'jane.doe@example.com.evil.net',
      'xjane.doe@example.com',
      'jane.doe@example.co\u212a',
    ].map((email, n) => ({ member: `wacht/${organization}/${n + 10}`, email }))
    const { run, state } = worldOf([lists(...others)], [lists(janeInProject)])
    await run(ask('m1', replay))
    expect(membersIn(state.enqueued)).toEqual([inProject])
  })
})

describe('an event that is tried again', () => {
  const second = { receives: 2 }

  test('enqueues nothing a second time: what its members came to is theirs', async () => {
    const { run, state } = worldOf([lists(jane), lists(jane)], [lists(), lists(), lists(janeInProject)])
    expect(await run(ask())).toEqual(['m1'])
    expect(await run(ask('m1', second))).toEqual(['m1'])
    expect(await run(ask('m1', second))).toEqual([])
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
    expect(state.log.filter(line => line.startsWith(`list ${organization}`))).toHaveLength(1)
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('knows nothing of another message with the same event', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(), lists()])
    await run(ask())
    await run(ask('m2', second))
    expect(membersIn(state.enqueued)).toEqual([inWacht, inWacht])
  })

  test('comes to an end also when no invocation has the time for all of its scopes', async () => {
    const noTime = fails({ kind: 'deferred', cause: 'no_time', detail: 'no time' })
    const { run, state, world } = worldOf([])
    const scopes = ['1', '2', '3', '4']
    const roles = { guard: { wacht: Object.fromEntries(scopes.map(scope => [scope, { roleId: '7' }])) } }
    Object.assign(world, { parse: createEventParser(kinds, roles) })
    const body = bodyOf({ data: { ...personData, role: 'guard' } })
    for (const scope of scopes) {
      const own = scope === '4' ? lists({ ...jane, member: 'wacht/4/9' }) : lists(joe)
      state.pages.set(scope, [own])
    }
    for (let receives = 1; receives < 9 && state.outcomes.length === 0; receives++) {
      let read = 0
      Object.assign(world.targets.get('wacht') as object, {
        target: {
          ...world.targets.get('wacht')?.target,
          people: async (scope: string) => (read++ === 0 ? (state.pages.get(scope)?.[0] ?? lists()) : noTime),
        },
      })
      await run(messageOf('m1', body, { ...replay, receives }))
    }
    expect(state.enqueued.map(text => JSON.parse(text).data.membershipId)).toEqual(['9'])
    expect(state.outcomes).toMatchObject([
      {
        ...{ outcome: 'resolved', events: 1, receives: 4 },
        detail: 'not in wacht/1 (1 listed), wacht/2 (1 listed), wacht/3 (1 listed)',
      },
    ])
  })
})

describe('one batch', () => {
  test('reads each scope once, for all people in it', async () => {
    const { run, state } = worldOf([lists(jane, joe)], [lists(janeInProject)])
    const forJoe = bodyOf({ id: 'joe', data: { ...personData, person: { email: 'joe@example.com' } } })
    await run(ask('m1', replay), messageOf('m2', forJoe, replay))
    expect(state.log.filter(line => line.startsWith('list'))).toHaveLength(2)
    expect(state.searches).toMatchObject([
      { scope: `wacht/${organization}`, people: 2, found: 2, listed: 2 },
      { scope: `project/${projectId}`, people: 2, found: 1, listed: 1 },
    ])
    expect(state.outcomes).toMatchObject([
      { messageId: 'm1', outcome: 'resolved', events: 2 },
      { messageId: 'm2', outcome: 'resolved', events: 1, detail: `not in project/${projectId} (1 listed)` },
    ])
    expect(JSON.stringify([state.searches, state.outcomes, state.retries, state.attempts])).not.toContain('@')
  })
})

describe('where a person was found', () => {
  test('is remembered: the next event reads no list', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    await run(ask())
    await run(ask('m2'))
    expect(state.log.filter(line => line.startsWith('list'))).toHaveLength(2)
    expect(state.enqueued).toHaveLength(4)
    expect(state.enqueued.slice(2)).toEqual(state.enqueued.slice(0, 2))
  })

  test('is forgotten when the target says that this member is not there', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject), lists(janeInProject)])
    await run(ask())
    state.effects.push({ kind: 'refused', reason: 'not_found', status: 404, detail: 'gone' })
    await run(messageOf('m2', state.enqueued[0] as string))
    expect(state.retries).toMatchObject([{ cause: 'not_found' }])
    state.pages.set(organization, [lists({ ...jane, member: `wacht/${organization}/77` })])
    await run(ask('m3'))
    expect(membersIn(state.enqueued.slice(2))).toEqual([`wacht/${organization}/77`, inProject])
  })

  test('is not forgotten for another refusal', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    await run(ask())
    state.effects.push(effects.refused)
    await run(messageOf('m2', state.enqueued[0] as string))
    await run(ask('m3'))
    expect(state.log.filter(line => line.startsWith('list'))).toHaveLength(2)
  })

  test('is only a shortcut: where the memory fails people are looked for, and it is told', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.memoryFaults = { key: 'fails' }
    await run(ask())
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
    expect(JSON.parse(state.enqueued[0] as string)).not.toHaveProperty('personkey')
    expect(state.troubles).toHaveLength(1)
  })
})

describe('a person who is found', () => {
  test('nowhere may be a joiner: again within the grace, then dead, naming the scopes looked at', async () => {
    const { run, state } = worldOf([lists(joe), lists(joe)])
    expect(await run(ask())).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'person_not_found', target: 'person' }])
    state.now += graceMs
    expect(await run(ask('m1', { receives: 2 }))).toEqual([])
    expect(state.letters).toMatchObject([{ attributes: { reason: 'person_not_found', target: 'person' } }])
    const trail = String(state.letters[0]?.attributes.trail)
    const scopes = `wacht/${organization} (1 listed), project/${projectId} (0 listed)`
    expect(JSON.parse(trail)).toMatchObject({ detail: `no member has this e-mail address in ${scopes}` })
  })

  test('in one scope and not yet in the other: what is found takes effect at once, the other is awaited', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(), lists(janeInProject)])
    expect(await run(ask())).toEqual(['m1'])
    expect(membersIn(state.enqueued)).toEqual([inWacht])
    expect(await run(ask('m1', { receives: 2 }))).toEqual([])
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
  })

  test('twice in one scope is ambiguous: dead, and no event for anybody', async () => {
    const { run, state } = worldOf([lists(jane, twin)], [lists(janeInProject)])
    expect(await run(ask())).toEqual([])
    expect(state.enqueued).toEqual([])
    expect(state.letters).toMatchObject([{ body: ask().body, attributes: { reason: 'person_ambiguous' } }])
    expect(state.letters[0]?.attributes.trail).toContain(`${inWacht}, ${twin.member}`)
    await run(ask('m2'))
    expect(state.log.filter(line => line === `list ${organization} 0`)).toHaveLength(2)
  })
})

describe('a list that cannot be read', () => {
  test('keeps the event, and what is found elsewhere takes effect', async () => {
    const { run, state } = worldOf([fails(down)], [lists(janeInProject)])
    expect(await run(ask())).toEqual(['m1'])
    expect(membersIn(state.enqueued)).toEqual([inProject])
    expect(state.retries).toMatchObject([{ cause: 'read_failed' }])
    expect(state.searches[0]).toMatchObject({ cause: 'read_failed', status: 500 })
  })

  test('gives up in the end, after an attempt of its own', async () => {
    const { run, state } = worldOf([fails(down)])
    expect(await run(ask('m1', old))).toEqual([])
    expect(state.letters).toMatchObject([{ attributes: { reason: 'gave_up' } }])
  })

  test('because the scope is not there has nobody in it', async () => {
    const gone = {
      kind: 'refused',
      reason: 'not_found',
      status: 404,
      detail: 'no such organization',
    } as const
    const { run, state } = worldOf([fails(gone)], [lists(janeInProject)])
    expect(await run(ask('m1', replay))).toEqual([])
    expect(membersIn(state.enqueued)).toEqual([inProject])
  })

  test('while it throttles is read on when the target allows it, from the page where it stopped', async () => {
    const slow = { kind: 'deferred', cause: 'throttled', status: 429, detail: '', delayMs: 7000 } as const
    const { run, state } = worldOf(
      [{ ...lists(joe), next: 100 } as PeoplePage, fails(slow), lists(jane)],
      [lists(janeInProject)],
    )
    await run(ask())
    const ofWacht = state.log.filter(line => line.includes(organization) || line.startsWith('wait'))
    expect(ofWacht).toEqual([
      `list ${organization} 0`,
      `list ${organization} 100`,
      'wait 7000',
      `list ${organization} 100`,
    ])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('for longer than the invocation lasts keeps the event for as long as the target asks', async () => {
    const slow = { kind: 'deferred', cause: 'throttled', status: 429, detail: '', delayMs: 60_000 } as const
    const { run, state } = worldOf([fails(slow)], [lists(janeInProject)])
    await run(ask())
    expect(state.retries).toMatchObject([{ cause: 'throttled', seconds: 60 }])
  })

  test('to its end in the time of an invocation counts as tried, so that it is not retried for ever', async () => {
    const noTime = { kind: 'deferred', cause: 'no_time', detail: 'no time' } as const
    const { run, state } = worldOf([{ ...lists(joe), next: 1 } as PeoplePage, fails(noTime)])
    expect(await run(ask('m1', old))).toEqual([])
    expect(state.letters[0]?.attributes.trail).toContain('after 1 members')

    const nothing = worldOf([fails(noTime)])
    expect(await nothing.run(ask('m1', old))).toEqual(['m1'])
  })

  test('whole, as it says that there are more and repeats itself, keeps the event: whom it leaves out is not known', async () => {
    const same = { ...lists(joe), next: 0 } as PeoplePage
    const { run, state } = worldOf([same, same, same, same], [lists(janeInProject)])
    expect(await run(ask('m1', replay))).toEqual(['m1'])
    expect(state.log.filter(line => line.startsWith(`list ${organization}`))).toHaveLength(2)
    expect(state.retries).toMatchObject([{ cause: 'read_failed' }])

    const end = worldOf([same, same])
    await end.run(ask('m1', old))
    expect(state.letters).toEqual([])
    expect(end.state.letters).toMatchObject([{ attributes: { reason: 'gave_up' } }])
    expect(end.state.letters[0]?.attributes.trail).toContain(
      'it says has-more after 1 members but lists no new one',
    )
  })

  test.each([
    [
      'ends before the number of members that it tells',
      [
        { ...lists(joe), total: 2 },
        { ...lists(), total: 2 },
      ],
    ],
    [
      'says that there are more and shows nobody',
      [
        { ...lists(joe), next: 1 },
        { ...lists(), next: 1 },
      ],
    ],
    ['tells a number of members and shows nobody', [{ ...lists(), total: 2 }]],
    [
      'shows the same members on every page',
      [
        { ...lists(joe), next: 1, odd: 1, total: 9 },
        { ...lists(joe), next: 2, odd: 1, total: 9 },
      ],
    ],
  ] as [string, PeoplePage[]][])('whole, as it %s, is not there for anybody', async (_, pages) => {
    const { run, state } = worldOf(pages, [lists(janeInProject)])
    expect(await run(ask('m1', replay))).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'read_failed' }])
    expect(state.letters).toEqual([])
  })

  test('is whole where the members and the entries without an id make up the number that it tells', async () => {
    const { run, state } = worldOf(
      [{ ...lists(joe), odd: 2, total: 3, next: 1 } as PeoplePage],
      [lists(janeInProject)],
    )
    await run(ask('m1', replay))
    expect(state.log.filter(line => line.startsWith(`list ${organization}`))).toHaveLength(1)
    expect(state.retries).toEqual([])
  })

  test('while it throttles and asks for no time at all is not asked in a rush', async () => {
    const slow = { kind: 'deferred', cause: 'throttled', status: 429, detail: '', delayMs: 0 } as const
    const { run, state } = worldOf([fails(slow), lists(jane)], [lists(janeInProject)])
    await run(ask())
    expect(state.log.filter(line => line.startsWith('wait'))[0]).toBe('wait 1000')
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('after a 429 is read on at the pace that the target takes', async () => {
    const slow = { kind: 'deferred', cause: 'throttled', status: 429, detail: '', delayMs: 2000 } as const
    const { run, state } = worldOf(
      [fails(slow), { ...lists(joe), next: 1 }, { ...lists(nameless), next: 2 }, lists(jane)] as PeoplePage[],
      [lists(janeInProject)],
    )
    await run(ask())
    const waits = state.log.flatMap(line => (line.startsWith('wait') ? [Number(line.slice(5))] : []))
    expect(waits[0]).toBe(2000)
    expect(waits.slice(1).filter(ms => ms > 80 && ms <= 100)).toHaveLength(2)
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('rests with the breaker of its target', async () => {
    const { run, state } = worldOf(Array.from({ length: 9 }, () => fails(down)))
    for (let n = 0; n < 6; n++) await run(ask(`m${n}`))
    expect(state.log.filter(line => line === `list ${organization} 0`)).toHaveLength(5)
    expect(state.retries.at(-1)).toMatchObject({ cause: 'breaker_open' })
  })
})

test('a target that throws keeps the event', async () => {
  const { run, state, world } = worldOf([])
  const link = world.targets.get('wacht') as { target: object }
  link.target = { ...link.target, people: () => Promise.reject(new Error('a mistake')) }
  expect(await run(ask())).toEqual(['m1'])
  expect(state.retries).toMatchObject([{ cause: 'internal_error' }])
  expect(state.troubles).toHaveLength(1)
})
