import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { eventSchema } from '../../functions/core/event/event-contract.ts'
import { kinds } from '../../functions/targets/index.ts'
import {
  bodyOf,
  eventOf,
  groupA,
  projectData,
  projectId,
  refusal,
  wachtData,
  withData,
} from '../support/events.ts'

const without = (key: string) => bodyOf({ [key]: undefined })

describe('bad input is invalid_event, and the detail names the path and the rule', () => {
  test.each<[string, string, string]>([
    ['nothing', '', '(body): must be JSON'],
    ['text', 'hello', '(body): must be JSON'],
    ['half an object', '{"id":', '(body): must be JSON'],
    ['a byte order mark', `\ufeff${bodyOf()}`, '(body): must be JSON'],
    ['null', 'null', '(body): must be a JSON object'],
    ['an array', `[${bodyOf()}]`, '(body): must be a JSON object'],
    ['a string', '"x"', '(body): must be a JSON object'],
    ['a number', '7', '(body): must be a JSON object'],
    ['no specversion', without('specversion'), 'specversion: is missing'],
    ['another specversion', bodyOf({ specversion: '0.3' }), 'specversion: must be "1.0"'],
    ['no id', without('id'), 'id: is missing'],
    ['an empty id', bodyOf({ id: '' }), 'id: must not be empty'],
    ['a long id', bodyOf({ id: 'x'.repeat(257) }), 'id: must be at most 256 characters'],
    ['a numeric id', bodyOf({ id: 7 }), 'id: must be a string'],
    ['control characters in the id', bodyOf({ id: 'a\u0000b' }), 'id: must not hold control characters'],
    ['half a character in the id', bodyOf({ id: 'a\ud800b' }), 'id: must be well-formed Unicode'],
    ['no source', without('source'), 'source: is missing'],
    ['a long source', bodyOf({ source: 'x'.repeat(513) }), 'source: must be at most 512 characters'],
    ['another type', bodyOf({ type: 'role.changed.v2' }), 'type: must be "role.changed.v1"'],
    ['no time', without('time'), 'time: is missing'],
    [
      'a time without offset',
      bodyOf({ time: '2026-11-23T09:15:00' }),
      'time: must be an RFC 3339 timestamp with an offset',
    ],
    ['a time that does not exist', bodyOf({ time: '2026-02-30T09:15:00Z' }), 'time: must be an RFC 3339'],
    ['a numeric time', bodyOf({ time: 1_763_889_300 }), 'time: must be an RFC 3339 timestamp string'],
    ['a numeric sequence', bodyOf({ sequence: 42 }), 'sequence: must be a string of decimal digits'],
    ['a negative sequence', bodyOf({ sequence: '-1' }), 'sequence: must be 1 to 30 decimal digits'],
    ['an empty sequence', bodyOf({ sequence: '' }), 'sequence: must be 1 to 30 decimal digits'],
    ['a long sequence', bodyOf({ sequence: '1'.repeat(31) }), 'sequence: must be 1 to 30 decimal digits'],
    ['digits of another script', bodyOf({ sequence: '٤٢' }), 'sequence: must be 1 to 30 decimal digits'],
    ['no data', without('data'), 'data: is missing'],
    ['data as text', bodyOf({ data: 'x' }), 'data: must be an object'],
    ['data null', bodyOf({ data: null }), 'data: must be an object'],
    ['no target', withData({ target: undefined }), 'data.target: is missing'],
    ['an unknown target', withData({ target: 'okta' }), 'data.target: must be one of wacht, project'],
    [
      'a target of every object',
      withData({ target: 'constructor' }),
      'data.target: must be one of wacht, project',
    ],
    ['no organization', withData({ organizationId: undefined }), 'data.organizationId: is missing'],
    ['a role and an id', withData({ role: 'manager' }), 'data: must hold exactly one of role or roleId'],
    ['neither role nor id', withData({ roleId: undefined }), 'data: must hold exactly one of role or roleId'],
    [
      'groups without owner',
      withData({ owner: undefined }, projectData),
      'data: must hold exactly one of role or groupIds with owner',
    ],
    [
      'owner without groups',
      withData({ groupIds: undefined }, projectData),
      'data: must hold exactly one of role or groupIds with owner',
    ],
    [
      'a role and groups',
      withData({ role: 'manager' }, projectData),
      'data: must hold exactly one of role or groupIds with owner',
    ],
    ['an owner that is text', withData({ owner: 'true' }, projectData), 'data.owner: must be true or false'],
    [
      'a group twice',
      withData({ groupIds: [groupA, groupA.toUpperCase()] }, projectData),
      'data.groupIds: must not name a group twice',
    ],
    [
      'a group that is no UUID',
      withData({ groupIds: [groupA, 'x'] }, projectData),
      'data.groupIds.1: must be a UUID',
    ],
    [
      'groups as text',
      withData({ groupIds: groupA }, projectData),
      'data.groupIds: must be an array of UUIDs',
    ],
    ['a member that is no UUID', withData({ memberId: '42' }, projectData), 'data.memberId: must be a UUID'],
    [
      'a role that is no text',
      withData({ role: 7, roleId: undefined }),
      'data.role: must be the name of a catalogue role',
    ],
    ['an empty role', withData({ role: '', roleId: undefined }), 'data.role: must not be empty'],
    [
      'a long role',
      withData({ role: 'x'.repeat(129), roleId: undefined }),
      'data.role: must be at most 128 characters',
    ],
    ['a role that is null', withData({ role: null }), 'data.role: must be the name of a catalogue role'],
  ])('%s', (_, body, detail) => expect(refusal(body)).toContain(`invalid_event: ${detail}`))
})

describe('the detail of a letter', () => {
  test('names every problem, and of each field the first', () => {
    expect(refusal(bodyOf({ id: '\u0000'.repeat(257), time: 'noon' }))).toBe(
      'invalid_event: id: must be at most 256 characters; time: must be an RFC 3339 timestamp with an offset',
    )
  })
  test('says that the time is too far ahead', () => {
    expect(refusal(bodyOf({ time: '2027-01-01T00:00:00Z' }))).toBe(
      'time_in_future: time: must be at most five minutes ahead of now',
    )
  })
})

test('the schema alone says what must be an object, and that a time is a date-time', () => {
  const schema = eventSchema(kinds)
  expect(v.safeParse(schema, 'x').issues?.map(({ message }) => message)).toEqual(['must be a JSON object'])
  expect(v.getMetadata(schema.entries.time)).toEqual({ format: 'date-time' })
})

describe('ids that would name another thing are refused', () => {
  const hostile = [
    '',
    '0',
    '07',
    '1/2',
    '..',
    '%2f',
    '1%2f2',
    ' 1',
    '1 ',
    '1\n',
    '1\u0000',
    '-1',
    '+1',
    '1.0',
    '1e3',
  ]
  const large = ['9223372036854775808', '10000000000000000000', '1'.repeat(40), '١', '0x10']
  test.each([...hostile, ...large])('%j as an i64', id => {
    const rule = 'must be decimal digits without leading zeros, from 1 to 9223372036854775807'
    for (const key of ['organizationId', 'membershipId', 'roleId']) {
      expect(refusal(withData({ [key]: id }))).toBe(`invalid_event: data.${key}: ${rule}`)
    }
  })
  test.each([
    ...hostile,
    `${projectId}/..`,
    `{${projectId}}`,
    projectId.replaceAll('-', ''),
    ` ${projectId}`,
  ])('%j as a UUID', id => {
    for (const key of ['projectId', 'memberId']) {
      expect(refusal(withData({ [key]: id }, projectData))).toContain(
        `invalid_event: data.${key}: must be a UUID`,
      )
    }
  })
  test.each([
    ['a number', 17],
    ['a boolean', true],
    ['an array', ['1']],
    ['a object', {}],
    ['null', null],
  ])('%s, because JSON numbers lose digits', (what, id) => {
    expect(refusal(withData({ membershipId: id }))).toBe(
      `invalid_event: data.membershipId: must be a string of decimal digits, not ${what}: a JSON number loses digits above 2^53`,
    )
  })
})

describe('a key that the target does not know is refused', () => {
  test.each(['roleid', 'owner', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s', key => {
    const body = JSON.stringify(eventOf({ data: wachtData })).replace('"target"', `"${key}":"x","target"`)
    expect(refusal(body)).toBe(`invalid_event: data.${key}: is not a known field`)
  })
})
