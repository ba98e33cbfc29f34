import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareVersions } from '../../functions/core/event/version.ts'
import { eventOfMember } from '../../functions/core/people/person-event.ts'
import { membership, organization, parse } from '../support/events.ts'
import { startIntake } from './fake-world.ts'
import { routed } from './requests.ts'
import { okta, oktaBody, oktaEvents, strange, token } from './subjects.ts'

const [added, removed, login] = oktaEvents
const [user, group] = added.target

/** What becomes of one event: the answer without its status. */
async function deliver(...events: readonly unknown[]) {
  const { post, world } = startIntake(okta.declared)
  const { status, body } = await post(okta.sign(oktaBody(events), token))
  const [record] = world.records
  return {
    ...{ status, ...(body as object), queue: world.queue.map(text => JSON.parse(text)) },
    ignored: Object.entries(record?.ignored ?? {}).flat(),
  }
}
const refused = (reason: string, detail: string) => ({
  ...{ status: 400, accepted: 0, ignored: [], queue: [] },
  refused: [{ index: 0, reason, detail }],
})
const ignored = (why: string) => ({ status: 202, accepted: 0, refused: [], ignored: [why, 1], queue: [] })

describe('the one-time verification of an event hook', () => {
  const challenge = { 'x-okta-verification-challenge': 'Zk9h_challenge-1' }
  const get = (headers: Record<string, string>) => routed('there', { method: 'GET', headers })

  test('is answered with the value of its header', async () => {
    const { answer } = startIntake(okta.declared)
    expect(await answer(get({ ...challenge, authorization: token }))).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"verification":"Zk9h_challenge-1"}',
    })
  })
  test('has header names in any case, as HTTP says', async () => {
    const { answer } = startIntake(okta.declared)
    const headers = { 'X-Okta-Verification-Challenge': 'Zk9h', Authorization: token }
    expect(await answer(get(headers))).toMatchObject({ statusCode: 200 })
  })
  test('needs the secret as well: a hook with a wrong one is told so before it is used', async () => {
    const { answer } = startIntake(okta.declared)
    expect(await answer(get({ ...challenge, authorization: strange }))).toEqual({ statusCode: 401 })
    expect(await answer(get(challenge))).toEqual({ statusCode: 401 })
  })
  test('without a challenge is no verification', async () => {
    const { answer } = startIntake(okta.declared)
    expect(await answer(get({ authorization: token }))).toMatchObject({
      statusCode: 400,
      body: '{"detail":"(x-okta-verification-challenge): is missing"}',
    })
  })
})

describe('an event', () => {
  test('of another type is none of ours', async () => {
    expect(await deliver(login)).toEqual(ignored('other_event_type'))
    expect(await deliver({ ...added, eventType: 'constructor' })).toEqual(ignored('other_event_type'))
  })
  test('that had no success changed nothing', async () => {
    const failed = { ...added, outcome: { result: 'FAILURE', reason: 'x' } }
    expect(await deliver(failed)).toEqual(ignored('not_successful'))
  })
  test('of a group that is not declared is none of ours, whatever its name', async () => {
    const other = { ...group, id: '00gNotDeclared000000' }
    for (const target of [
      [user, other],
      [user, { ...group, id: '__proto__' }],
    ])
      expect(await deliver({ ...added, target })).toEqual(ignored('group_not_listed'))
  })
  test('is about the user among its targets, in any order, and not about who did it', async () => {
    const { queue } = await deliver({ ...added, target: [group, { id: 'x', type: 'AppInstance' }, user] })
    expect(queue).toMatchObject([{ data: { person: { email: 'jane@example.com' }, role: 'manager' } }])
  })
  test('of a removal means the role that the table names for it', async () => {
    expect(await deliver(removed)).toMatchObject({ accepted: 1, queue: [{ data: { role: 'reader' } }] })
  })
  test('of a removal for which the table names none is refused', async () => {
    const declared = {
      ...okta.declared,
      declaration: { groups: { '00g8mo0l5wuTxmoIC0h7': { added: 'manager' } } } as never,
    }
    const { post, world } = startIntake(declared)
    expect(await post(okta.sign(oktaBody([removed]), token))).toMatchObject({
      status: 400,
      body: {
        refused: [
          {
            index: 0,
            reason: 'no_role_named',
            detail: 'target: no role is declared at groups.00g8mo0l5wuTxmoIC0h7.removed',
          },
        ],
      },
    })
    expect(world.records).toMatchObject([{ refused: { no_role_named: 1 } }])
  })
  test.each<[string, object, string]>([
    ['that is none', 'x' as never, '(event): must be an object'],
    ['without an id', { ...added, uuid: undefined }, 'uuid: is missing'],
    ['with an id that is no text', { ...added, uuid: 7 }, 'uuid: must be a string'],
    [
      'with several problems',
      { ...added, uuid: '', published: 5, outcome: {} },
      'uuid: must not be empty; published: must be a string; outcome.result: is missing',
    ],
    [
      'with a result that is no text',
      { ...added, outcome: { result: 1 } },
      'outcome.result: must be a string',
    ],
    ['with a target that is none', { ...added, target: [user, 'x'] }, 'target.1: must be an object'],
    [
      'of a user whose id is no text',
      { ...added, target: [{ ...user, id: 7 }, group] },
      'target.0.id: must be a string',
    ],
    [
      'with a target of no kind',
      { ...added, target: [{ ...user, type: null }, group] },
      'target.0.type: must be a string',
    ],
    [
      'of a user whose login is no text',
      { ...added, target: [{ ...user, alternateId: 7 }, group] },
      'target.0.alternateId: must be a string',
    ],
    ['with an empty id', { ...added, uuid: '' }, 'uuid: must not be empty'],
    ['without a time', { ...added, published: 5 }, 'published: must be a string'],
    ['without an outcome', { ...added, outcome: null }, 'outcome: must be an object with a result'],
    ['without a type', { ...added, eventType: 7 }, 'eventType: must be a string'],
    ['without targets', { ...added, target: null }, 'target: must be an array'],
    ['of no user', { ...added, target: [group] }, 'target: must hold one User and one UserGroup'],
    [
      'of two users',
      { ...added, target: [user, user, group] },
      'target: must hold one User and one UserGroup',
    ],
    ['of no group', { ...added, target: [user] }, 'target: must hold one User and one UserGroup'],
    [
      'of a user whose login is no e-mail address',
      { ...added, target: [{ ...user, alternateId: 'jane' }, group] },
      'data.person.email: must be an e-mail address',
    ],
    [
      'of a user without a login',
      { ...added, target: [{ ...user, alternateId: null }, group] },
      'data.person.email: must be an e-mail address',
    ],
    [
      'with a time without an offset',
      { ...added, published: '2026-11-23T10:59:58' },
      'time: must be an RFC 3339 timestamp with an offset',
    ],
  ])('%s is refused, by path and rule', async (_, event, detail) => {
    expect(await deliver(event)).toEqual(refused('invalid_event', detail))
  })
  test('from the future is refused: it would block every later change', async () => {
    const detail = 'time: must be at most five minutes ahead of now'
    expect(await deliver({ ...added, published: '2026-11-23T12:05:01Z' })).toEqual(
      refused('time_in_future', detail),
    )
    expect(await deliver({ ...added, published: '2026-11-23T12:04:59Z' })).toMatchObject({ accepted: 1 })
  })
})

describe('events of one millisecond in one delivery', () => {
  const published = '2026-11-23T10:59:58.770Z'
  /** The versions, in the order of the delivery, as each stands at the person's member. */
  async function versionsAtMember(events: readonly unknown[]) {
    const { queue } = await deliver(...events)
    return queue.map(event => {
      const asked = parse(JSON.stringify(event))
      if (!asked.ok || !asked.lookup) throw new Error('the event names no person')
      const names = { target: 'wacht', organizationId: organization, membershipId: membership }
      const member = `wacht/${organization}/${membership}`
      const told = parse(eventOfMember(asked.lookup, member, names, undefined, text => text))
      if (!told.ok || !told.change) throw new Error('the event names no member')
      return told.change.version
    })
  }

  test('are ordered by their place, whatever their ids: the last one wins at the member', async () => {
    const uuids = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(uuids, fc.array(fc.boolean(), { maxLength: 12 }), async (ids, logins) => {
        const events = ids.flatMap((uuid, n) => [
          ...(logins[n] ? [login] : []), // what is no role change may stand between them
          { ...added, uuid, published },
        ])
        const versions = await versionsAtMember(events)
        expect(versions).toHaveLength(ids.length)
        expect(versions.toSorted(compareVersions)).toEqual(versions)
        expect(new Set(versions.map(({ id }) => id)).size).toBe(ids.length)
      }),
      { numRuns: 30 },
    )
  })
  test('are the same versions when the delivery is repeated', async () => {
    const events = ['b', 'a'].map(uuid => ({ ...added, uuid, published }))
    expect(await versionsAtMember(events)).toEqual(await versionsAtMember(events))
  })
  test('do not overtake an event of a later millisecond that stands before them', async () => {
    const later = { ...added, uuid: 'a', published: '2026-11-23T10:59:58.771Z' }
    const [first, second] = await versionsAtMember([later, { ...added, uuid: 'b', published }])
    expect(first && second && compareVersions(first, second)).toBeGreaterThan(0)
  })
})

test.each([
  ['events', { data: { events: {} }, source: 's' }, 'data.events: must be an array of events'],
  ['data', { source: 's' }, 'data: is missing'],
  ['source', { data: { events: [] } }, 'source: is missing'],
  ['source as text', { data: { events: [] }, source: 7 }, 'source: must be a string'],
  ['data as an object', { data: 7, source: 's' }, 'data: must be an object with events'],
  ['object', null, '(body): must be an object'],
  ['source and events', { data: {}, source: '' }, 'source: must not be empty; data.events: is missing'],
])('a delivery without its %s is malformed', async (_, body, detail) => {
  const { post } = startIntake(okta.declared)
  expect(await post(okta.sign(JSON.stringify(body), token))).toEqual({ status: 400, body: { detail } })
})

test('a delivery of more than 5000 events is refused also where none is a role change', async () => {
  const short = { eventType: login.eventType }
  const logins = (count: number) => deliver(...Array.from({ length: count }, () => short))
  expect(await logins(5000)).toMatchObject({ status: 202, ignored: ['other_event_type', 5000] })
  expect(await logins(5001)).toMatchObject({ status: 400, detail: '(body): must hold at most 5000 events' })
})

test('an Authorization header may hold a scheme and a space', async () => {
  const { post, world } = startIntake(okta.declared)
  const value = 'Basic YWRtaW46c3VwZXJzZWNyZXQ='
  world.secret = JSON.stringify({ token: value })
  expect(await post(okta.sign(okta.documented, value))).toMatchObject({ status: 202 })
  expect(await post(okta.sign(okta.documented, 'YWRtaW46c3VwZXJzZWNyZXQ='))).toEqual({ status: 401 })
})
