import { describe, expect, jest, test } from '@jest/globals'
import { timeLeft, within } from '../../functions/intake/answer-request.ts'
import { readRequest } from '../../functions/intake/routed-request.ts'
import { startIntake } from './fake-world.ts'
import { routed } from './requests.ts'
import { okta, token } from './subjects.ts'

describe('the time that is left for an answer', () => {
  test.each<[string, number, number]>([
    ['at once', 0, 2500],
    ['after a start of half a second', 500, 2000],
    ['after a start that took most of it', 1400, 1100],
    ['after a start that left a second', 1500, 1000],
    ['after a start that left a moment', 2499, 1000],
    ['after a start that took all of it', 2500, 1000],
    ['after a start that took much longer', 60_000, 1000],
    ['by a clock of API Gateway that is ahead of ours', -5000, 2500],
    ['where nobody knows when it came', Number.NaN, 1000],
  ])('%s (%d ms) is %d ms', (_, began, left) => {
    expect(timeLeft(1_000_000 - began, 2500, 1_000_000)).toBe(left)
  })
  test('is never more than the deadline, even where that is less than a second', () => {
    expect(timeLeft(1_000_000, 40, 1_000_000)).toBe(40)
  })
})

describe('a work within a time', () => {
  const never = new Promise<string>(() => {})

  test('is what it comes to', async () => {
    const { signal } = new AbortController()
    expect(await within(Promise.resolve('done'), signal, () => 'late')).toBe('done')
    await expect(within(Promise.reject(new Error('no')), signal, () => 'late')).rejects.toThrow('no')
  })
  test('is something else once the time is over, before or after it began', async () => {
    const control = new AbortController()
    const result = within(never, control.signal, () => 'late')
    control.abort()
    expect(await result).toBe('late')
    expect(await within(never, control.signal, () => 'late')).toBe('late')
  })
  test('that fails after its time does so unseen', async () => {
    const control = new AbortController()
    const { promise, reject } = Promise.withResolvers<string>()
    const result = within(promise, control.signal, () => 'late')
    control.abort()
    expect(await result).toBe('late')
    reject(new Error('no'))
    await expect(promise).rejects.toThrow('no')
  })
  test('leaves no listener behind', async () => {
    const { signal } = new AbortController()
    const removed = jest.spyOn(signal, 'removeEventListener')
    await within(Promise.resolve('done'), signal, () => 'late')
    await Promise.resolve()
    expect(removed.mock.calls).toEqual([['abort', expect.any(Function)]])
  })
})

describe('a request', () => {
  const keyed = (routeKey: string) => readRequest({ ...routed('hr', { headers: {} }), routeKey })
  test('is of the source in the key of its route', () => {
    expect(keyed('POST /sources/hr')).toMatchObject({ method: 'POST', source: 'hr' })
    expect(keyed('GET /sources/hr-2')).toMatchObject({ method: 'GET', source: 'hr-2' })
  })
  test.each([
    ...['', '$default', 'POST /sources/', 'POST /sources/hr/', 'POST /sources/hr/x', 'POST /sources/HR'],
    ...[
      'POST /x/sources/hr',
      'POST  /sources/hr',
      'post /sources/hr',
      'POST /sources/hr\n',
      ' POST /sources/hr',
    ],
    ...['POST /sources/../hr', 'POST /sources/h_r', 'ANY /other/hr', 'POST /SOURCES/hr'],
  ])('of the route %p is of none', routeKey => {
    expect(keyed(routeKey)).toMatchObject({ method: '', source: '' })
  })
  test('has its headers by their names in lower case, and none that is not there', () => {
    const headers = { 'X-One': 'a', two: 'B', three: undefined } as never
    const read = readRequest({ ...routed('hr', { headers }) })!.headers
    expect(Object.entries(read)).toEqual(Object.entries({ 'x-one': 'a', two: 'B' }))
  })
  test('has an empty body where API Gateway passes none on, and one of text unless it says otherwise', () => {
    const event = routed('hr', { headers: {} })
    expect(readRequest(event)!.body).toBe('')
    expect(readRequest({ ...event, body: 'text', isBase64Encoded: undefined as never })!.body).toBe('text')
  })
  test('is as old as API Gateway says', () => {
    expect(readRequest(routed('hr', { headers: {} }))!.receivedAt).toBe(
      routed('hr', { headers: {} }).requestContext.timeEpoch,
    )
    expect(readRequest({})!.receivedAt).toBeNaN()
  })
  test.each([
    ['text', 'é'.repeat(512 * 1024), false],
    ['base64', Buffer.alloc(1024 * 1024).toString('base64'), true],
  ])('of exactly one mebibyte as %s is read, and of a byte more is not', (_, body, isBase64Encoded) => {
    const event = { ...routed('hr', { headers: {} }), isBase64Encoded }
    expect(readRequest({ ...event, body })).toBeDefined()
    const more = isBase64Encoded ? Buffer.alloc(1024 * 1024 + 1).toString('base64') : `${body}x`
    expect(readRequest({ ...event, body: more })).toBeUndefined()
  })
})

test('a crash of ours is told, answered with 503, and says nothing of what came', async () => {
  const { post, world } = startIntake({
    ...okta.declared,
    kind: {
      ...okta.declared.kind,
      translate: () => {
        throw new Error('a bug')
      },
    },
  })
  expect(await post(okta.sign(okta.documented, token))).toEqual({ status: 503 })
  expect(world.records).toMatchObject([{ status: 503, unavailable: 'crash', source: null }])
  expect(world.troubles).toEqual(['delivery failed; the source gets 503 and must send it again: a bug'])
})
