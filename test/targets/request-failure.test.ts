import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { failureOf, neverSent } from '../../functions/targets/http-client.ts'

const error = (fields: object) => Object.assign(new Error('x'), fields)
/** As `fetch` throws it: a TypeError around the cause. */
const fetched = (cause: unknown) => error({ name: 'TypeError', message: 'fetch failed', cause })

describe('what broke while connecting was never sent', () => {
  test.each([
    ['DNS', error({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })],
    ['a refused connection', error({ code: 'ECONNREFUSED', syscall: 'connect' })],
    ['a TLS alert', error({ code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR' })],
    ['a reset within the handshake', error({ code: 'ECONNRESET' })],
    ['several addresses', error({ code: 'ETIMEDOUT', errors: [error({ code: 'EHOSTUNREACH' })] })],
    ['no code at all', error({})],
  ])('%s', (_, cause) => {
    const { code = 'no connection' } = cause as { code?: string }
    expect(failureOf(fetched(neverSent(cause)))).toEqual({ failure: 'unreachable', detail: code })
  })
})

describe('what broke later may have been sent, however much its code looks like connecting', () => {
  test.each([
    ['a TLS alert', error({ code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR' })],
    ['a reset', error({ code: 'ECONNRESET', syscall: 'read' })],
    ['a route that went away', error({ code: 'EHOSTUNREACH', syscall: 'read' })],
    ['a socket that closed', error({ code: 'UND_ERR_SOCKET' })],
    ['no code at all', error({})],
  ])('%s', (_, cause) => expect(failureOf(fetched(cause)).failure).toBe('reset'))
  test.each([
    ['the signal', error({ name: 'TimeoutError', code: 23 })],
    ['the body', error({ code: 'UND_ERR_BODY_TIMEOUT' })],
  ])('%s that ran out of time', (_, cause) => {
    expect(failureOf(cause)).toEqual({ failure: 'timeout', detail: 'no answer in time' })
    expect(failureOf(fetched(cause)).failure).toBe('timeout')
  })
})

describe('the detail', () => {
  test('of what broke is its code, or that it broke', () => {
    expect(failureOf(fetched(error({ code: 'ECONNRESET' }))).detail).toBe('ECONNRESET')
    expect(failureOf(fetched(error({}))).detail).toBe('the connection broke')
    expect(failureOf(fetched(error({ code: 7 }))).detail).toBe('the connection broke')
    expect(failureOf('tok-1')).toEqual({ failure: 'reset', detail: 'the connection broke' })
  })
  test('of several addresses that could not be reached is the first code', () => {
    const cause = error({ errors: [error({}), error({ code: 'EHOSTUNREACH' }), error({ code: 'ENETDOWN' })] })
    expect(failureOf(neverSent(cause))).toEqual({ failure: 'unreachable', detail: 'EHOSTUNREACH' })
  })
  test.each([
    [8, 'EPIPE'],
    [9, 'the connection broke'],
  ])('is sought %i causes deep', (depth, detail) => {
    let cause: unknown = error({ code: 'EPIPE' })
    for (let n = 0; n < depth; n++) cause = error({ cause })
    expect(failureOf(cause)).toEqual({ failure: 'reset', detail })
  })
})

test.each([
  [{ name: 'AbortError' }, 'timeout'],
  [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, 'timeout'],
  [{ code: 'UND_ERR_HEADERS_TIMEOUT_' }, 'reset'],
  [{ code: 'X_UND_ERR_BODY_TIMEOUT' }, 'reset'],
  [{ code: '' }, 'reset'],
  [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'reset'],
])('%j is a %s', (fields, failure) => expect(failureOf(error(fields)).failure).toBe(failure))

test('the mark of what was never sent keeps what went wrong', () => {
  const cause = error({})
  expect(neverSent(cause)).toMatchObject({ message: 'no connection', cause })
})

test('anything thrown has one failure, and the words of the error are not shown', () => {
  const loop: { cause?: unknown } = {}
  loop.cause = loop
  expect(failureOf(loop).failure).toBe('reset')
  fc.assert(
    fc.property(fc.anything(), thing => {
      expect(['timeout', 'reset']).toContain(failureOf(thing).failure)
    }),
  )
  expect(JSON.stringify(failureOf(fetched(error({ message: 'tok-1' }))))).not.toContain('tok-1')
})
