import { describe, expect, test } from '@jest/globals'
import {
  bodyOf,
  engineerRole,
  groupA,
  groupB,
  managerRole,
  memberId,
  membership,
  noon,
  organization,
  parse,
  projectData,
  projectId,
  refusal,
  wachtData,
  withData,
} from '../../support/events.ts'

const changeOf = (body: string) => {
  const parsed = parse(body)
  if (!parsed.ok) throw new Error(parsed.detail)
  if (!parsed.change) throw new Error('it names a person')
  return parsed.change
}
const named = { event: 'wd-2026-000123', source: '//workday.example.com/role-changes' }

describe('an event is a change', () => {
  test('with its member, its state and its version', () => {
    expect(parse(bodyOf({ sequence: null }))).toEqual(parse(bodyOf({ sequence: undefined })))
    expect(parse(bodyOf({ sequence: '0042' }))).toEqual({
      ok: true,
      named: { ...named, target: 'wacht', member: `wacht/${organization}/${membership}` },
      change: {
        target: 'wacht',
        member: `wacht/${organization}/${membership}`,
        desired: { roleId: managerRole },
        version: { time: '2026-11-23T09:15:00.25', sequence: '42', source: named.source, id: named.event },
      },
    })
  })
  test('of a project, whose groups have one order', () => {
    expect(changeOf(bodyOf({ data: projectData }))).toMatchObject({
      target: 'project',
      member: `project/${projectId}/${memberId}`,
      desired: { groupIds: [groupA, groupB], owner: false },
    })
  })
  test('by a role of the catalogue', () => {
    const role = { role: 'manager' }
    expect(changeOf(withData({ roleId: undefined, ...role })).desired).toEqual({ roleId: managerRole })
    const project = withData({ groupIds: undefined, owner: undefined, ...role }, projectData)
    expect(changeOf(project).desired).toEqual({ groupIds: [groupA], owner: true })
  })
  test('whose UUIDs name one member however they are spelled', () => {
    const upper = { projectId: projectId.toUpperCase(), memberId: memberId.toUpperCase() }
    const { member } = changeOf(withData(upper, projectData))
    expect(member).toBe(`project/${projectId}/${memberId}`)
  })
  test('that may take groups away altogether', () => {
    expect(changeOf(withData({ groupIds: [] }, projectData)).desired).toEqual({ groupIds: [], owner: false })
  })
  test('whatever extension attributes it bears, a key named __proto__ too', () => {
    const body = bodyOf({ subject: 'x', traceparent: 1 }).replace(
      '{',
      '{"__proto__":{"id":"y"},"constructor":1,',
    )
    expect(changeOf(body).version.id).toBe(named.event)
  })
  test.each(['1', '99', '9223372036854775807', engineerRole])('with the id %s', roleId => {
    expect(changeOf(withData({ roleId })).desired).toEqual({ roleId })
  })
})

test('an event without a sequence comes before all of its time that have one', () => {
  expect(changeOf(bodyOf()).version.sequence).toBe('')
})

describe('a time of', () => {
  const timeOf = (length: number) => `2026-11-23T09:15:00.${'1'.repeat(length - 21)}Z`
  test('64 characters counts to its last digit', () => {
    const { time } = changeOf(bodyOf({ time: timeOf(64) })).version
    expect(time).toBe(timeOf(64).slice(0, -1))
  })
  test.each([65, 1000])('%i characters is refused: it would be kept with each member and letter', length => {
    expect(refusal(bodyOf({ time: timeOf(length) }))).toBe(
      'invalid_event: time: must be at most 64 characters',
    )
  })
})

describe('a time may be five minutes ahead and no more', () => {
  const at = (ms: number) => refusal(bodyOf({ time: new Date(noon + ms).toISOString() }))
  test.each([-1, 0, 299_999, 300_000])('%i ms', ms => expect(at(ms)).toBe('accepted'))
  test('300001 ms', () => expect(at(300_001)).toMatch(/^time_in_future: time: /))
  test('a nanosecond more', () => {
    expect(refusal(bodyOf({ time: '2026-11-23T12:05:00.000000001Z' }))).toMatch(/^time_in_future/)
  })
  test('whatever its offset', () => {
    expect(refusal(bodyOf({ time: '2026-11-23T13:05:00+01:00' }))).toBe('accepted')
    expect(refusal(bodyOf({ time: '2026-11-23T11:05:01-01:00' }))).toMatch(/^time_in_future/)
  })
})

describe('64 KiB are counted in bytes', () => {
  const sized = (bytes: number, filler: string) => {
    const empty = Buffer.byteLength(bodyOf({ note: '' }))
    const count = Math.floor((bytes - empty) / Buffer.byteLength(filler))
    const rest = (bytes - empty) % Buffer.byteLength(filler)
    return bodyOf({ note: filler.repeat(count) + 'a'.repeat(rest) })
  }
  test.each(['a', 'é', '漢'])('of %s', filler => {
    expect(refusal(sized(65_536, filler))).toBe('accepted')
    expect(refusal(sized(65_537, filler))).toBe(
      'invalid_event: (body): must be at most 65536 bytes, is 65537',
    )
  })
})

describe('a change takes access away', () => {
  const reader = { groupIds: [], owner: false }
  const scope = `project/${projectId}`
  const withdraws = (data: object) => {
    const parsed = parse(bodyOf({ data }))
    return parsed.ok ? (parsed.change ?? parsed.lookup)?.withdraws : undefined
  }
  const { target, ...ids } = { target: 'project', projectId, memberId }
  test('if its role is marked so in the catalogue', () => {
    expect(withdraws({ target, ...ids, role: 'reader' })).toEqual({ role: 'reader', scope })
    expect(withdraws({ target, ...ids, role: 'manager' })).toBeUndefined()
  })
  test('if it names the ids of such a role', () => {
    expect(withdraws({ target, ...ids, ...reader })).toEqual({ role: 'reader', scope })
    expect(withdraws({ target, ...ids, ...reader, owner: true })).toBeUndefined()
  })
  test('also in an address with another scope: a target may find the member by its id alone', () =>
    expect(withdraws({ target, memberId, projectId: memberId, ...reader })).toEqual({
      role: 'reader',
      scope,
    }))
  test('also if it names a person', () => {
    const person = { email: 'jane@example.com' }
    expect(withdraws({ person, role: 'reader' })).toBe(true)
    expect(withdraws({ person, role: 'manager' })).toBeUndefined()
  })
})

describe('a role that the catalogue does not have', () => {
  const role = (name: string, data = wachtData) =>
    refusal(withData({ roleId: undefined, groupIds: undefined, owner: undefined, role: name }, data))
  test('is unknown_role, and the detail names those there are', () => {
    expect(role('boss')).toBe('unknown_role: data.role: no role of this name; there are manager, reader')
  })
  test('for this target is unknown_role', () => {
    expect(role('reader')).toBe(
      `unknown_role: data.role: this role has no wacht scope ${organization}; it has none`,
    )
  })
  test('for this scope is unknown_role, and the detail names its scopes', () => {
    const elsewhere = { ...wachtData, organizationId: '5' }
    expect(role('manager', elsewhere)).toBe(
      `unknown_role: data.role: this role has no wacht scope 5; it has ${organization}`,
    )
  })
  test.each(['constructor', '__proto__', 'toString'])('is not found on every object: %s', name => {
    expect(role(name)).toMatch(/^unknown_role: data.role: no role of this name/)
  })
})

describe('what can be read of a bad event is named', () => {
  test.each<[string, string, object]>([
    ['nothing of what is not JSON', 'x', { event: null, source: null, target: null, member: null }],
    [
      'its member, where data is sound',
      bodyOf({ time: undefined }),
      { ...named, target: 'wacht', member: `wacht/${organization}/${membership}` },
    ],
    ['its target, where data is not', withData({ roleId: 1 }), { ...named, target: 'wacht', member: null }],
    ['not a target that is unknown', withData({ target: 'okta' }), { ...named, target: null, member: null }],
    [
      'not an id that is no text',
      bodyOf({ id: 7, source: '', data: 1 }),
      { event: null, source: null, target: null, member: null },
    ],
    [
      'no more than 512 characters of what is too long',
      bodyOf({ id: 'i'.repeat(513), data: null }),
      { ...named, event: 'i'.repeat(512), target: null, member: null },
    ],
    [
      'all of an event that is refused for its time',
      bodyOf({ time: '2027-01-01T00:00:00Z' }),
      { ...named, target: 'wacht', member: `wacht/${organization}/${membership}` },
    ],
  ])('%s', (_, body, expected) => expect(parse(body).named).toEqual(expected))
})
