import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { eventJsonSchema, guardsJsonSchema, upTo } from '../../../functions/cli/commands/schema.ts'
import { kinds, parseGuards } from '../../../functions/targets/index.ts'
import {
  eventOf,
  groupA,
  groupB,
  noon,
  parse,
  personData,
  projectData,
  projectId,
  wachtData,
} from '../../support/events.ts'
import { commandLine } from '../fake-world.ts'

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true })
addFormats.default(ajv)
const schema = eventJsonSchema(kinds)
const validate = ajv.compile(schema)

const fits = (event: unknown): boolean => validate(event)
const isTaken = (event: unknown): boolean => parse(JSON.stringify(event), noon).ok
const withData = (fields: object, data: object = wachtData) => eventOf({ data: { ...data, ...fields } })
const asRole = { role: 'manager', roleId: undefined }

describe('schema and parser agree that an event is valid', () => {
  test.each<[string, object]>([
    ['with a role id', eventOf()],
    ['with a role', withData(asRole)],
    ['with groups and owner', eventOf({ data: projectData })],
    ['with no groups', withData({ groupIds: [] }, projectData)],
    ['with upper-case UUIDs', withData({ projectId: projectId.toUpperCase() }, projectData)],
    ['with a sequence', eventOf({ sequence: '042' })],
    [
      'with extension attributes',
      eventOf({ subject: 'x', traceparent: 1, datacontenttype: 'application/json' }),
    ],
    ['with the largest id', withData({ roleId: '9223372036854775807' })],
    ['with an offset', eventOf({ time: '2026-11-23t09:15:00.123456789+05:30' })],
    ['with a time of 64 characters', eventOf({ time: `2026-11-23T09:15:00.${'1'.repeat(43)}Z` })],
    ['with a leap second', eventOf({ time: '2016-12-31T23:59:60Z' })],
    ['with the longest id', eventOf({ id: 'x'.repeat(256) })],
    ['with a person', eventOf({ data: personData })],
  ])('%s', (_, event) =>
    expect({ fits: fits(plain(event)), taken: isTaken(event) }).toEqual({ fits: true, taken: true }),
  )
})

describe('schema and parser agree that an event is invalid', () => {
  test.each<[string, unknown]>([
    ['as an array', [eventOf()]],
    ...['specversion', 'id', 'source', 'type', 'time', 'data'].map(
      key => [`without ${key}`, eventOf({ [key]: undefined })] as [string, unknown],
    ),
    ['with an empty id', eventOf({ id: '' })],
    ['with a long id', eventOf({ id: 'x'.repeat(257) })],
    ['with a control character in its source', eventOf({ source: 'a\u0085b' })],
    ['with another type', eventOf({ type: 'role.changed.v2' })],
    ['with a time without offset', eventOf({ time: '2026-11-23T09:15:00' })],
    ['with a time of 65 characters', eventOf({ time: `2026-11-23T09:15:00.${'1'.repeat(44)}Z` })],
    ['with a date alone', eventOf({ time: '2026-11-23' })],
    ['with a space in its time', eventOf({ time: '2026-11-23 09:15:00Z' })],
    ['with a date that does not exist', eventOf({ time: '2026-02-30T09:15:00Z' })],
    ['with a numeric sequence', eventOf({ sequence: 42 })],
    ['with a sequence of other digits', eventOf({ sequence: '٤٢' })],
    ['with an unknown target', withData({ target: 'okta' })],
    ['with a numeric id', withData({ organizationId: 17 })],
    ['with an id of 0', withData({ roleId: '0' })],
    ['with a leading zero', withData({ roleId: '07' })],
    ['with an id over the largest', withData({ roleId: '9223372036854775808' })],
    ['with an unknown key', withData({ roleid: '1' })],
    ['with a key of every object', withData({ constructor: '1' })],
    ['with role and id', withData({ role: 'manager' })],
    ['with neither', withData({ roleId: undefined })],
    ['with an empty role', withData({ role: '', roleId: undefined })],
    ['with groups and no owner', withData({ owner: undefined }, projectData)],
    ['with an owner and no groups', withData({ groupIds: undefined }, projectData)],
    ['with a role and groups', withData({ role: 'manager' }, projectData)],
    ['with a role and an owner', withData({ role: 'manager', groupIds: undefined }, projectData)],
    ['with a group twice', withData({ groupIds: [groupA, groupA] }, projectData)],
    ['with a member that is no UUID', withData({ memberId: '1' }, projectData)],
    ['with null for a role', withData({ role: null })],
    ['with a person and a target', withData({ person: personData.person })],
    ['with a person and ids', withData({ roleId: '1' }, personData)],
    ['with a person and no role', withData({ role: undefined }, personData)],
    ['with a person without an address', withData({ person: {} }, personData)],
    [
      'with a person of more than an address',
      withData({ person: { email: 'a@b.c', name: 'x' } }, personData),
    ],
    ['with an address that is none', withData({ person: { email: 'jane' } }, personData)],
  ])('%s', (_, event) =>
    expect({ fits: fits(plain(event)), taken: isTaken(event) }).toEqual({ fits: false, taken: false }),
  )

  test('whatever stands in one of its fields', () => {
    const ids = ['1', '0', '9223372036854775807', '9223372036854775808', projectId, groupB, 'manager']
    const times = [
      '2026-11-23T09:15:00Z',
      '2026-11-23T24:00:00Z',
      '2026-11-31T09:15:00Z',
      '2026-11-23T09:15Z',
      `2026-11-23T09:15:00.${'1'.repeat(43)}Z`,
      `2026-11-23T09:15:00.${'1'.repeat(44)}Z`,
    ]
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        ...ids,
        ...times,
        undefined,
        null,
        true,
        0,
        [],
        [groupA],
        [groupA, groupB],
        {},
      ),
      fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
      fc.integer(),
    )
    const data = fc.constantFrom(wachtData, projectData)
    const outer = fc.constantFrom('specversion', 'id', 'source', 'type', 'time', 'sequence', 'data', 'other')
    const inner = fc.constantFrom(...Object.keys({ ...wachtData, ...projectData }), 'role', 'other')
    fc.assert(
      fc.property(data, outer, inner, value, fc.boolean(), (fields, key, field, set, inside) => {
        const event = inside ? withData({ [field]: set }, fields) : eventOf({ data: fields, [key]: set })
        const parsed = parse(JSON.stringify(event), noon)
        const taken = parsed.ok || parsed.reason !== 'invalid_event' // a role may be unknown, yet well written
        expect(fits(plain(event))).toBe(taken)
      }),
      { numRuns: 2000 },
    )
  })
})

test('what the schema cannot say, its description does, and the parser refuses it', () => {
  const beyond: [object, string][] = [
    [eventOf({ note: 'x'.repeat(65_536) }), '65536 bytes'],
    [eventOf({ time: '2026-11-23T13:00:00Z' }), 'five minutes ahead'],
    [withData({ ...asRole, role: 'boss' }), 'in the catalogue'],
    [eventOf({ id: '😀'.repeat(200) }), 'UTF-16'],
    [withData({ groupIds: [groupA, groupA.toUpperCase()] }, projectData), 'differ only in case'],
  ]
  for (const [event, words] of beyond) {
    expect({ fits: fits(plain(event)), taken: isTaken(event) }).toEqual({ fits: true, taken: false })
    expect(schema.description).toContain(words)
  }
})

test('the pattern of the largest number ends where the number does', () => {
  const numbers = new RegExp(`^${upTo('2107')}$`)
  const taken = Array.from({ length: 3000 }, (_, number) => number).filter(number =>
    numbers.test(String(number)),
  )
  expect(taken).toEqual(Array.from({ length: 2107 }, (_, index) => index + 1))
  expect(numbers.test('007')).toBe(false)
})

test('its examples are valid, and the command prints it alone', async () => {
  for (const example of schema.examples as unknown[]) expect(fits(example)).toBe(true)
  const { code, out, err } = await commandLine(['schema'])
  expect({ code, schema: JSON.parse(out), err }).toEqual({ code: 0, schema, err: '' })
})

/** As it is after JSON: keys that are undefined are not there. */
const plain = (event: unknown): unknown => JSON.parse(JSON.stringify(event))

describe('schema and parser agree on a file of guards', () => {
  const schemaOfGuards = guardsJsonSchema()
  const validateGuards = ajv.compile(schemaOfGuards)
  const member = 'wacht/7301954381230018561/7301954381230018999'
  test.each<[boolean, unknown]>([
    [true, {}],
    ...(schemaOfGuards.examples as unknown[]).map((each): [boolean, unknown] => [true, each]),
    [true, { protected: [{ member, why: 'owner', senders: ['intake/okta'] }], burst: [{ floor: 1 }] }],
    [false, []],
    [false, { owners: [] }],
    [false, { last_owner: [{ scope: 'wacht/1', role: 'owner', keep: 0 }] }],
    [false, { protected: [{ member }] }],
    [false, { protected: [{ member, why: 'owner', senders: ['a b'] }] }],
    [false, { burst: [{}] }],
    [false, { burst: [{ floor: 501 }] }],
    [false, { burst: [{ floor: 1.5 }] }],
    [false, { burst: [{ floor: 1, windowSeconds: 59 }] }],
    [
      true,
      {
        burst: [
          { floor: 1, share: 0.1 },
          { floor: 1, share: 1, role: 'member' },
        ],
      },
    ],
    [false, { burst: [{ share: 0.1 }] }],
    [false, { burst: [{ floor: 1, share: 0 }] }],
    [false, { burst: [{ floor: 1, share: 1.1 }] }],
  ])('%p: %j', (isRight, content) =>
    expect({ fits: validateGuards(content), taken: parseGuards(content).ok }).toEqual({
      ...{ fits: isRight, taken: isRight },
    }),
  )
})
