import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { asObject } from '../../../functions/core/json.ts'
import { idOf, isAnsweredWell, messageOf, retryAfterMs } from '../../../functions/core/outcome/http-answer.ts'

const now = Date.parse('2026-11-23T12:00:00Z')

describe('Retry-After is seconds or a date', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['999999999', 999_999_999_000],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['Monday, 23-Nov-26 12:00:30 GMT', 30_000],
  ])('%s', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms))
  test.each([null, undefined, '', ' ', 'soon', '-5', '1.5', '1e9', '0x10', '9999999999'])(
    '%j is neither',
    header => expect(retryAfterMs(header, now)).toBeUndefined(),
  )
  test('whatever it is, never before now', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date().map(String), fc.nat().map(String)), header => {
        expect(retryAfterMs(header, now) ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('the words of an error body are found in every published shape', () => {
  test.each<[string, unknown]>([
    ['the server’s', { errors: [{ message: 'gone', code: 404 }] }],
    ['the docs’', { error: { code: 'http_404', message: 'gone', status: 404 } }],
    ['an older one', { error: 'gone' }],
    ['a plain one', { message: 'gone', statusCode: 404 }],
  ])('%s', (_, body) => expect(messageOf(body)).toBe('gone'))
  test.each([
    undefined,
    null,
    [],
    'gone',
    404,
    {},
    { errors: [] },
    { errors: ['gone'] },
    { error: { message: 7 } },
  ])('there are none in %j', body => expect(messageOf(body)).toBe(''))
  test('of any JSON there is text', () => {
    const keys = fc.constantFrom('errors', 'error', 'message', 'toString', '__proto__')
    const value = fc.jsonValue({ maxDepth: 1 })
    const body = fc.dictionary(keys, fc.oneof(value, fc.array(fc.dictionary(keys, value))))
    fc.assert(fc.property(body, json => typeof messageOf(json) === 'string'))
  })
})

test('a JSON object is neither null nor an array nor text', () => {
  const values = [{}, null, [], '', 0, undefined, true]
  expect(values.filter(value => asObject(value) !== undefined)).toStrictEqual([{}])
})

test.each([
  [{ id: 'a' }, 'a'],
  [{ id: 7 }, undefined],
  [{}, undefined],
  [null, undefined],
  ['a', undefined],
])('the id of %j is %j', (value, id) => expect(idOf(value)).toBe(id))

test('an answer is a good one from 200 to 299, and no failure is', () => {
  const statuses = [199, 200, 204, 299, 300, 404, 500]
  const good = statuses.filter(status => isAnsweredWell({ kind: 'answered', status }))
  expect(good).toEqual([200, 204, 299])
  expect(isAnsweredWell({ kind: 'failed', failure: 'timeout', detail: 'no answer in time' })).toBe(false)
})
