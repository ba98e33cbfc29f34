import { describe, expect, test } from '@jest/globals'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import { createGuardModes, peopleIn } from '../../functions/core/guard/guard-trial.ts'
import type { Guards, ProtectedMember } from '../../functions/core/guard/guards.ts'
import type { GuardMode } from '../../functions/core/guard/shadow.ts'
import type { Roster, RosterMemory } from '../../functions/core/ports.ts'
import type { ProtectedPeople, TargetLink } from '../../functions/sync/sync-world.ts'
import type { Target } from '../../functions/targets/target.ts'
import { bodyOf, engineerRole, memberId, organization, projectId, wachtData } from '../support/events.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { down, fails, lists, listsMore } from '../support/people.ts'
import { change, fakeFingerprint, fakeWorld, memberName, messageOf } from '../support/world.ts'

const day = 86_400_000
const janesAddress = 'jane@example.com'
const jane = { member: memberName('2'), email: 'JANE@example.com' }
const joe = { member: memberName('3'), email: 'joe@example.com' }
const notFound = { kind: 'refused', reason: 'not_found', status: 404, detail: 'no list' } as const
const forbidden = { kind: 'refused', reason: 'forbidden', status: 403, detail: 'no' } as const

/** The table of rosters: `down` says that it does not answer. */
function rosterTable(now: () => number) {
  const table = new Map<string, Roster>()
  const state = { down: false }
  const answer = <T>(act: () => T): Promise<T> =>
    state.down ? Promise.reject(new Error('the table is down')) : Promise.resolve(act())
  const memory: RosterMemory = {
    recall: scope =>
      answer(() => {
        const roster = table.get(scope)
        return roster && roster.until > now() ? roster : undefined
      }),
    remember: (scope, members) =>
      answer(() => {
        table.set(scope, { members, until: now() + day })
        return { members, until: now() + day }
      }),
  }
  return { memory, state }
}

type Table = ReturnType<typeof rosterTable>

/** A world in which Jane is protected, and okta named for her. `table` is that of another instance, if one is given. */
async function worldOf(
  wacht: Parameters<typeof lists>[0][] | ReturnType<typeof lists>[],
  table?: Table,
  others: readonly ProtectedMember[] = [],
  mode: GuardMode = 'enforce',
  fingerprint = fakeFingerprint,
) {
  const { key } = fakeWorld().world.people
  const entry = {
    person: `${fingerprint}.${await key(janesAddress)}`,
    why: 'owner',
    senders: ['intake/okta'],
    mode,
  }
  const guards: Guards = { protected: [entry, ...others] }
  const clock = { now: () => 0 }
  const rosters = table ?? rosterTable(() => clock.now())
  const scopes = [
    { target: 'wacht', scope: organization },
    { target: 'project', scope: projectId },
  ]
  const people: ProtectedPeople = { ...peopleIn(guards)!, scopes, rosters: rosters.memory }
  const fake = fakeWorld({
    guards: {
      ...{ ...createGuardModes(guards), approvals: { read: async () => [] }, needed: 1 },
      ...{ bursts: memoryLedger<BurstItem>().store, people },
    },
  })
  clock.now = () => fake.state.now
  fake.state.pages.set(organization, [...(wacht as ReturnType<typeof lists>[])])
  const readings = (scope: string = organization) =>
    fake.state.log.filter(each => each === `list ${scope} 0`).length
  return { ...fake, rosters, readings }
}

let messages = 0
const about = (member: string, sender = 'stranger', fields: object = {}) =>
  messageOf(`m${++messages}`, change(messages % 50, { member }), { sender, ...fields })
const ends = ({ state }: Pick<ReturnType<typeof fakeWorld>, 'state'>) =>
  state.outcomes.map(({ outcome, member }) => `${member?.split('/').at(-1)} ${outcome}`)

describe('a change of a protected person', () => {
  test('is held if it names the member alone; others are applied, and the list is read once', async () => {
    const world = await worldOf([lists(jane, joe)])
    await world.run(about('2'), about('3'))
    expect(ends(world)).toEqual(expect.arrayContaining(['2 held', '3 applied']))
    expect(world.state.letters.map(({ attributes: { reason, guard } }) => [reason, guard])).toEqual([
      ['held', 'protected'],
    ])
    world.state.now += day - 1000
    await world.run(about('2'), about('3'))
    expect(world.readings()).toBe(1)
    expect(ends(world).sort()).toEqual(['2 held', '2 held', '3 applied', '3 applied'])
  })
  test('is applied if its sender is named', async () => {
    const world = await worldOf([lists(jane)])
    await world.run(about('2', 'intake/okta'))
    expect(ends(world)).toEqual(['2 applied'])
  })
  test('is held if the event has the key of the person, whatever the list shows', async () => {
    const world = await worldOf([lists(joe)])
    const personkey = await world.world.people.key(janesAddress)
    const body = bodyOf({
      id: 'made',
      personkey,
      data: { ...wachtData, membershipId: '9', roleId: engineerRole },
    })
    await world.run(messageOf('made', body, { sender: 'stranger' }))
    expect(ends(world)).toEqual(['9 held'])
  })
  test('is held for each of several members with the address', async () => {
    const world = await worldOf([lists(jane, { ...jane, member: memberName('7') })])
    await world.run(about('2'), about('7'))
    expect(ends(world).sort()).toEqual(['2 held', '7 held'])
  })
  test('is held if it names the member in another scope, which the target may not look at', async () => {
    const world = await worldOf([lists(jane)])
    const data = { ...wachtData, organizationId: '5', membershipId: '2', roleId: engineerRole }
    world.state.pages.set('5', [lists(joe)])
    await world.run(messageOf('elsewhere', bodyOf({ id: 'elsewhere', data }), { sender: 'stranger' }))
    expect(ends(world)).toEqual(['2 held'])
  })
})

describe('what is known of a list', () => {
  test('is forgotten after a day: then a member who came later is found', async () => {
    const world = await worldOf([lists(joe), lists(joe, jane)])
    await world.run(about('2'))
    world.state.now += day
    await world.run(about('2'))
    expect(ends(world)).toEqual(['2 applied', '2 held'])
    expect(world.readings()).toBe(2)
  })
  test('is shared by the instances', async () => {
    const one = await worldOf([lists(jane)])
    await one.run(about('3'))
    const other = await worldOf([], one.rosters)
    await other.run(about('2'))
    expect({ ends: ends(other), readings: other.readings() }).toEqual({ ends: ['2 held'], readings: 0 })
  })
  test('needs no table: the list is read, and the change is held', async () => {
    const world = await worldOf([lists(jane)])
    world.rosters.state.down = true
    await world.run(about('2'))
    expect(ends(world)).toEqual(['2 held'])
    expect(world.state.troubles).toContain(
      'memory of people not available; people are searched in the lists: the table is down',
    )
  })
  test('of several pages without the person is read a second time: it may have shifted', async () => {
    const world = await worldOf([listsMore(1, joe), lists(), listsMore(1, joe), lists(jane)])
    await world.run(about('2'))
    expect({ ends: ends(world), readings: world.readings() }).toEqual({ ends: ['2 held'], readings: 2 })
  })
  test('of several pages with the person is read a second time too: another membership may have been passed over', async () => {
    const second = { ...jane, member: memberName('7') }
    const world = await worldOf([listsMore(1, jane), lists(joe), listsMore(1, jane), lists(second)])
    await world.run(about('7'))
    expect({ ends: ends(world), readings: world.readings() }).toEqual({ ends: ['7 held'], readings: 2 })
  })
  test('is not asked for a target without changes', async () => {
    const world = await worldOf([])
    await world.run(about('3'))
    expect(world.readings(projectId)).toBe(0)
  })
})

describe('where it is not known whose member it is, the change is retried and nothing is sent', () => {
  const retried = async (world: Awaited<ReturnType<typeof worldOf>>, cause: string) => {
    const message = about('3')
    expect(await world.run(message)).toEqual([message.id])
    expect(world.state.sent).toEqual([])
    expect(world.state.retries).toMatchObject([{ cause, messageId: message.id }])
    expect(world.state.retries[0]!.seconds).toBeGreaterThan(0)
  }
  test('as the list is not readable', async () => retried(await worldOf([fails(down)]), 'read_failed'))
  test('as the target refuses the list', async () =>
    retried(await worldOf([fails(forbidden)]), 'read_failed'))
  test('as the secret of people is not readable', async () => {
    const world = await worldOf([lists(jane)])
    world.state.memoryFaults.key = 'fails'
    await retried(world, 'read_failed')
  })
  test('and once the list is readable, it is applied', async () => {
    const world = await worldOf([fails(down), lists(jane)])
    await retried(world, 'read_failed')
    world.state.now += 60_000
    await world.run(about('3'))
    expect(ends(world)).toEqual(['3 applied'])
  })
  test('as the scope that an event names refuses its list; a scope that does not exist has no members', async () => {
    const world = await worldOf([lists(joe)])
    const data = { ...wachtData, organizationId: '5', membershipId: '3', roleId: engineerRole }
    const elsewhere = (id: string) => messageOf(id, bodyOf({ id, data }), { sender: 'stranger' })
    world.state.pages.set('5', [fails(forbidden), fails(notFound)])
    const other = about('3')
    expect(await world.run(elsewhere('refused'), other)).toEqual(['refused'])
    expect(ends(world)).toEqual(['3 applied'])
    await world.run(elsewhere('none'))
    expect(ends(world)).toEqual(['3 applied', '3 applied'])
  })
})

describe('a protected person in shadow mode', () => {
  const trialOf = (pages: ReturnType<typeof lists>[], others: readonly ProtectedMember[] = []) =>
    worldOf(pages, undefined, others, 'shadow')
  const told = ({ state }: Pick<ReturnType<typeof fakeWorld>, 'state'>) =>
    state.outcomes.map(({ outcome, wouldHold }) => `${outcome} ${wouldHold}`)

  test('is changed by anybody, and the proof says that the change would be held', async () => {
    const world = await trialOf([lists(jane)])
    await world.run(about('2'))
    await world.run(about('3'))
    await world.run(about('2', 'intake/okta'))
    expect(told(world)).toEqual(['applied protected', 'applied undefined', 'applied undefined'])
  })
  test.each<[string, (world: Awaited<ReturnType<typeof worldOf>>) => void]>([
    ['the list', world => void world.state.pages.set(organization, [fails(down)])],
    ['the refused list', world => void world.state.pages.set(organization, [fails(forbidden)])],
    [
      'the secret of people',
      world => {
        world.state.memoryFaults.key = 'fails'
      },
    ],
  ])('delays no change while %s is not readable, and it is read again a minute later', async (_, break_) => {
    const world = await trialOf([lists(jane)])
    break_(world)
    expect(await world.run(about('2'))).toEqual([])
    const before = world.readings()
    world.state.now += 59_999
    world.state.pages.set(organization, [lists(jane)])
    world.state.memoryFaults = {}
    expect(await world.run(about('2'))).toEqual([])
    expect(world.readings()).toBe(before)
    world.state.now += 1
    await world.run(about('2'))
    expect(told(world)).toEqual(['applied undefined', 'applied undefined', 'applied protected'])
  })
  test('waits with those who are protected where the list is not readable', async () => {
    const { key } = fakeWorld().world.people
    const world = await trialOf(
      [fails(down)],
      [{ person: `${fakeFingerprint}.${await key('joe@example.com')}`, why: 'owner' }],
    )
    const message = about('2')
    expect(await world.run(message)).toEqual([message.id])
    world.state.pages.set(organization, [lists(jane, joe)])
    await world.run(about('2'))
    await world.run(about('3'))
    expect(told(world)).toEqual(['applied protected', 'held undefined'])
  })
  test('has half of the time that is left for the lists', async () => {
    const world = await trialOf([])
    const ends: number[] = []
    const link = world.world.targets.get('wacht') as TargetLink
    const http = (deadline: number) => async () => {
      ends.push(deadline)
      return { kind: 'answered', status: 500 } as const
    }
    const people: Target['people'] = async (_, __, send) => {
      await send({ method: 'GET', url: 'https://h.example' })
      return { ok: false, effect: down }
    }
    Object.assign(link, { http, target: { ...link.target, people } })
    await world.run(about('2'))
    const left = (ends[0] as number) - world.state.now
    expect(ends.length).toBeGreaterThan(0)
    expect(left).toBe((60_000 - world.world.rules.closingMs) / 2)
  })
})

describe('a key that was made under another secret of people', () => {
  const trouble =
    /^keys of protected people are of another secret; changes are retried until .* made under the secret replaced, which is the-same now$/
  test('lets no change through: each is retried, and the log says why', async () => {
    const world = await worldOf([lists(jane)], undefined, [], 'enforce', 'replaced')
    const [one, other] = [about('2'), about('3', 'intake/okta')]
    expect(await world.run(one, other)).toEqual([one.id, other.id])
    expect([world.state.sent, world.readings()]).toEqual([[], 0])
    expect(world.state.retries.map(({ cause }) => cause)).toEqual(['read_failed', 'read_failed'])
    expect(world.state.troubles).toEqual([expect.stringMatching(trouble)])
  })
  test('in shadow mode delays nothing and says nothing of a change, but the log tells it', async () => {
    const world = await worldOf([lists(jane)], undefined, [], 'shadow', 'replaced')
    await world.run(about('2'))
    expect(ends(world)).toEqual(['2 applied'])
    expect(world.state.troubles).toEqual([expect.stringMatching(trouble)])
  })
  test('is not looked for without a change', async () => {
    const world = await worldOf([lists(jane)], undefined, [], 'enforce', 'replaced')
    await world.run(messageOf('no event', '{}'))
    expect(world.state.troubles).toEqual([])
  })
  test('cannot be told while the secret is not readable: the change is retried', async () => {
    const world = await worldOf([lists(jane)])
    world.state.memoryFaults.fingerprint = 'fails'
    const message = about('3')
    expect(await world.run(message)).toEqual([message.id])
    expect(world.state.retries).toMatchObject([{ cause: 'read_failed' }])
  })
})

test('where no person is protected no list is read', async () => {
  const world = fakeWorld()
  await world.run(
    messageOf('m', change(1)),
    messageOf('p', bodyOf({ data: { target: 'project', projectId, memberId, groupIds: [], owner: false } })),
  )
  expect(world.state.log.filter(each => each.startsWith('list'))).toEqual([])
})
