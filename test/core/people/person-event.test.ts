import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { scopesOf } from '../../../functions/core/event/role-catalogue.ts'
import {
  eventOfMember,
  foldEmail,
  isPersonKey,
  type Lookup,
  scopeName,
  scopeOf,
} from '../../../functions/core/people/person-event.ts'
import {
  bodyOf,
  catalogue,
  managerRole,
  membership,
  organization,
  parse,
  personData,
  projectId,
  refusal,
  withData,
} from '../../support/events.ts'
import { anyCharacter } from '../../support/text.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const member = `wacht/${organization}/${membership}`
const names = { target: 'wacht', organizationId: organization, membershipId: membership }
const key = 'k'.repeat(43)
const hash = (text: string) => `hash of ${text.length} characters`

function lookupOf(body: string): Lookup {
  const parsed = parse(body)
  if (!parsed.ok || !parsed.lookup) throw new Error('it names no person')
  return parsed.lookup
}

describe('an event that names a person', () => {
  test('is a lookup in every scope that the catalogue has for the role', () => {
    expect(parse(bodyOf({ data: personData, sequence: '7' }))).toEqual({
      ok: true,
      named: {
        event: 'wd-2026-000123',
        source: '//workday.example.com/role-changes',
        target: 'person',
        member: null,
      },
      lookup: {
        email: 'jane.doe@example.com',
        role: 'manager',
        scopes: [
          { target: 'wacht', scope: organization },
          { target: 'project', scope: projectId },
        ],
        version: {
          time: '2026-11-23T09:15:00.25',
          sequence: '7',
          source: '//workday.example.com/role-changes',
          id: 'wd-2026-000123',
        },
        attributes: {
          specversion: '1.0',
          source: '//workday.example.com/role-changes',
          type: 'role.changed.v1',
          time: '2026-11-23T09:15:00.250Z',
          sequence: '7',
        },
      },
    })
  })

  test.each<[string, object, RegExp]>([
    [
      'an address that is none',
      { person: { email: 'jane' } },
      /^invalid_event: data\.person\.email: must be an/,
    ],
    [
      'one that looks like another',
      { person: { email: '\u212aim@example.com' } },
      /must be an e-mail address$/,
    ],
    ['one with spaces around', { person: { email: ' jane@example.com' } }, /must be an e-mail address$/],
    ['a long one', { person: { email: `${'x'.repeat(250)}@a.de` } }, /must be at most 254 characters$/],
    [
      'an address that is a number',
      { person: { email: 7 } },
      /data\.person\.email: must be an e-mail address$/,
    ],
    ['no object', { person: 'jane@example.com' }, /^invalid_event: data\.person: must be an object$/],
    ['an unknown field', { name: 'Jane' }, /^invalid_event: data\.name: is not a known field$/],
    ['a target, too', { target: 'wacht' }, /^invalid_event: .*data\.person: is not a known field/],
    ['no role', { role: undefined }, /^invalid_event: data\.role: /],
    [
      'an unknown role',
      { role: 'king' },
      /^unknown_role: data\.role: no role of this name; there are manager/,
    ],
    ['a role of every object', { role: 'constructor' }, /^unknown_role: /],
  ])('is refused with %s', (_, fields, expected) => {
    expect(refusal(withData(fields as never, personData))).toMatch(expected)
  })

  test('has nowhere to look for a role that no target has', () => {
    expect(scopesOf({ ghost: {} }, 'ghost')).toEqual({
      unknownRole: 'data.role: this role has no scope at any target',
    })
    expect(scopesOf(catalogue, 'reader')).toEqual([{ target: 'project', scope: projectId }])
  })
})

describe('the event of one of its members', () => {
  test('is valid, of the same version but for its id, and names its cause', () => {
    const lookup = lookupOf(bodyOf({ data: personData, sequence: '7', traceparent }))
    const body = eventOfMember(lookup, member, names, key, hash)
    expect(JSON.parse(body)).toMatchObject({ causationid: 'wd-2026-000123', traceparent })
    expect(parse(body)).toMatchObject({
      ok: true,
      change: {
        member,
        personKey: key,
        desired: { roleId: managerRole },
        version: { ...lookup.version, id: `wd-2026-000123/${member}` },
      },
    })
  })

  test('is the same each time, and another for another member', () => {
    const lookup = lookupOf(bodyOf({ data: personData }))
    const one = eventOfMember(lookup, member, names, undefined, hash)
    expect(eventOfMember(lookup, member, names, undefined, hash)).toBe(one)
    expect(JSON.parse(one)).not.toHaveProperty('personkey')
    const other = JSON.parse(eventOfMember(lookup, `${member}1`, names, undefined, hash)) as { id: string }
    expect(other.id).not.toBe((JSON.parse(one) as { id: string }).id)
  })

  test('takes over no attribute that was not there, or unset', () => {
    for (const sequence of [null, undefined]) {
      const { attributes } = lookupOf(bodyOf({ data: personData, sequence }))
      expect(Object.keys(attributes)).toEqual(['specversion', 'source', 'type', 'time'])
    }
  })

  test('has its whole id as long as that is no longer than an id may be', () => {
    const id = 'x'.repeat(256 - 1 - member.length)
    const { id: own } = JSON.parse(
      eventOfMember(lookupOf(bodyOf({ data: personData, id })), member, names, undefined, hash),
    ) as { id: string }
    expect(own).toBe(`${id}/${member}`)
  })

  test('has a short id where the whole one would be too long', () => {
    const lookup = lookupOf(bodyOf({ data: personData, id: 'x'.repeat(256) }))
    const { id } = JSON.parse(eventOfMember(lookup, member, names, undefined, hash)) as { id: string }
    expect(id).toBe(`hash of ${257 + member.length} characters`)
  })

  test('holds no character that SQS refuses, whatever the original escapes', () => {
    const lookup = lookupOf(bodyOf({ data: personData, id: 'a\uffffb\ufffec' }))
    const body = eventOfMember(lookup, member, names, key, hash)
    expect(body).not.toMatch(/[\ufffe\uffff]/)
    expect(JSON.parse(body)).toMatchObject({ causationid: 'a\uffffb\ufffec' })
  })

  test('takes over no trace that is not one, and of a long one no more than it is', () => {
    const of = (given: unknown) =>
      JSON.parse(
        eventOfMember(
          lookupOf(bodyOf({ data: personData, traceparent: given })),
          member,
          names,
          undefined,
          hash,
        ),
      ) as { traceparent?: string }
    expect(of('x').traceparent).toBeUndefined()
    expect(of(`01${traceparent.slice(2)}-${'x'.repeat(60_000)}`).traceparent).toBe(
      `01${traceparent.slice(2)}`,
    )
  })
})

test('addresses are folded as far as ASCII goes, and no further', () => {
  expect(foldEmail('Jane.DOE@Example.COM')).toBe('jane.doe@example.com')
  expect(foldEmail('\u212aIM@example.com')).toBe('\u212aim@example.com')
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), text => {
      expect(foldEmail(foldEmail(text))).toBe(foldEmail(text))
      expect(foldEmail(text)).toHaveLength(text.length)
    }),
  )
})

test('the scope of a member is named by the parts before its own', () => {
  expect(scopeOf(member)).toBe(`wacht/${organization}`)
  expect(scopeName({ target: 'wacht', scope: organization })).toBe(scopeOf(member))
})

test.each<[unknown, boolean]>([
  [key, true],
  [`${'k'.repeat(41)}-_`, true],
  [`${key}k`, false],
  [key.slice(1), false],
  [`=${key}`, false],
  [`${key}\n`, false],
  [[key], false],
  ['../'.repeat(14), false],
  [1, false],
  [undefined, false],
])('%j as the key of a person: %j', (given, is) => {
  expect(isPersonKey(given)).toBe(is)
  const parsed = parse(bodyOf({ personkey: given }))
  expect(parsed.ok && parsed.change?.personKey).toBe(is ? given : undefined)
})
