import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createSend } from '../../functions/targets/http-client.ts'
import type { TargetRequest } from '../../functions/targets/target.ts'
import { type Answering, json, startServer, startTcp, type TestServer } from '../support/server.ts'
import { createTimeOut } from '../support/time-out.ts'

const secret = 'tok-Zq7xKp9vWm'
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()))
})

const serve = async (answer: Answering): Promise<TestServer> => {
  const server = await startServer(answer)
  stops.push(server.stop)
  return server
}
const tcp = async (...args: Parameters<typeof startTcp>) => {
  const server = await startTcp(...args)
  stops.push(server.stop)
  return server.port
}
/** A connection is free again a few ticks after its answer. */
const free = async () => {
  for (let tick = 0; tick < 20; tick++) await setImmediate()
}
const put = (url: string): TargetRequest => ({ method: 'PUT', url, body: { x: 1 } })
const methods = ['GET', 'PUT', 'PATCH', 'DELETE'] as const

test('a request bears token, body and what it accepts', async () => {
  const server = await serve(response => json(response, 200, { ok: true }))
  const answer = await createSend(60_000, Date.now)(put(`${server.url}/a`), secret)
  expect(answer).toStrictEqual({ kind: 'answered', status: 200, json: { ok: true } })
  expect(server.seen).toMatchObject([
    {
      ...{ method: 'PUT', url: '/a', body: '{"x":1}' },
      headers: {
        authorization: `Bearer ${secret}`,
        accept: 'application/json',
        'content-type': 'application/json',
      },
    },
  ])
})

test('a request without a body says as well that it takes JSON: a target may answer others with a page', async () => {
  const server = await serve(response => json(response, 200, { ok: true }))
  await createSend(60_000, Date.now)({ method: 'GET', url: server.url }, secret)
  expect(server.seen[0]?.headers).toMatchObject({ accept: 'application/json' })
})

test.each([301, 302, 303, 307, 308])('a %i is an answer: its target sees no request', async status => {
  const elsewhere = await serve(response => json(response, 200, {}))
  const server = await serve(response => json(response, status, {}, { location: `${elsewhere.url}/x` }))
  for (const method of methods) {
    const answer = await createSend(60_000, Date.now)({ method, url: server.url }, secret)
    expect(answer).toMatchObject({ kind: 'answered', status })
  }
  expect({ server: server.seen.length, elsewhere: elsewhere.seen.length }).toEqual({
    server: methods.length,
    elsewhere: 0,
  })
})

test.each([200, 400, 401, 404, 408, 409, 421, 425, 429, 500, 502, 503, 504])(
  'a %i is asked for once',
  async status => {
    const server = await serve(response => json(response, status, {}, { 'retry-after': '0' }))
    for (const method of methods) await createSend(60_000, Date.now)({ method, url: server.url }, secret)
    expect(server.seen).toHaveLength(methods.length)
  },
)

test.each([204, 205, 304])('a %i has no body, and its connection serves the next request', async status => {
  // As much as fills the buffer of a connection: unread it would stop there.
  const body = status === 205 ? 'x'.repeat(100_000) : ''
  const server = await serve(response => response.writeHead(status).end(body))
  const send = createSend(60_000, Date.now)
  for (let n = 0; n < 3; n++) {
    expect(await send(put(server.url), secret)).toEqual({ kind: 'answered', status })
    await free()
  }
  expect(new Set(server.seen.map(({ connection }) => connection)).size).toBe(1)
})

test('no compression is asked for, and what is compressed all the same is no JSON', async () => {
  const server = await serve(response => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
    response.end(gzipSync('{"ok":true}'))
  })
  expect(await createSend(60_000, Date.now)(put(server.url), secret)).toMatchObject({
    ...{ kind: 'answered', status: 200 },
    unreadable: { why: 'not UTF-8', contentType: 'application/json' },
  })
  expect(server.seen[0]?.headers).not.toHaveProperty('accept-encoding')
})

test('no port is out of bounds: a target may be anywhere', async () => {
  const port = 6000 // which browsers, and so fetch, keep to X11
  expect(await createSend(60_000, Date.now)(put(`http://127.0.0.1:${port}`), secret)).toMatchObject({
    failure: 'unreachable',
  })
})

describe('a delay that was asked for is heard', () => {
  test.each([
    ['3', 3000],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['soon', undefined],
  ])('%s', async (header, retryAfterMs) => {
    const now = Date.parse('2026-11-23T12:00:00Z')
    const server = await serve(response =>
      json(response, 429, { message: 'later' }, { 'retry-after': header }),
    )
    const answer = await createSend(60_000, () => now)(put(server.url), secret)
    expect(answer).toEqual({
      ...{ kind: 'answered', status: 429, json: { message: 'later' } },
      ...(retryAfterMs && { retryAfterMs }),
    })
  })
})

describe('no request is ever sent twice by itself', () => {
  const time = createTimeOut()
  const broken: readonly (readonly [string, Answering])[] = [
    ['reset', response => response.socket?.resetAndDestroy()],
    ['closed', response => response.socket?.end()],
    ['never answered', () => time.end()],
    [
      'answered in half',
      response =>
        response.writeHead(200, { 'content-length': '9' }).write('{}', () => response.socket?.destroy()),
    ],
  ]
  test.each(broken)('on a connection that was used before, when it is %s', async (_, breaking) => {
    const server = await serve((response, _, index) =>
      index % 2 === 0 ? json(response, 200, {}) : breaking(response, _, index),
    )
    for (const method of methods) {
      const send = createSend(60_000, Date.now, time.timeUp)
      const before = server.seen.length
      expect(await send({ method, url: server.url }, secret)).toMatchObject({ kind: 'answered' })
      await free()
      const answer = await send({ method, url: server.url }, secret)
      expect(answer).toMatchObject({ kind: 'failed', failure: expect.stringMatching(/^(reset|timeout)$/) })
      const [first, second, ...more] = server.seen.slice(before)
      expect(more).toEqual([])
      expect(first?.connection).toBe(second?.connection)
    }
  })
})

test('a connection that has been idle for more than a second is left behind', async () => {
  const server = await serve(response => json(response, 200, {}))
  let now = 0
  const send = createSend(60_000, () => now)
  for (const at of [0, 600, 1600, 2600, 3601, 3700, 90_000]) {
    now = at
    await send(put(server.url), secret)
    await free()
  }
  expect(server.seen.map(({ connection }) => connection)).toEqual([0, 0, 0, 0, 1, 1, 2])
})

describe('where nothing was sent the target is unreachable', () => {
  test('a refused connection', async () => {
    const server = await startServer(response => json(response, 200, {}))
    await server.stop()
    expect(await createSend(60_000, Date.now)(put(server.url), secret)).toMatchObject({
      failure: 'unreachable',
    })
  })
  test('a name that does not exist', async () => {
    expect(await createSend(60_000, Date.now)(put('http://nowhere.invalid'), secret)).toMatchObject({
      failure: 'unreachable',
    })
  })
  test('TLS against a port that does not speak it', async () => {
    const server = await serve(response => json(response, 200, {}))
    const url = server.url.replace('http:', 'https:')
    expect(await createSend(60_000, Date.now)(put(url), secret)).toMatchObject({ failure: 'unreachable' })
    expect(server.seen).toEqual([])
  })
  test.each<[string, Parameters<typeof startTcp>[0]]>([
    ['a handshake that is closed', socket => socket.end()],
    ['a handshake that is reset', socket => socket.once('data', () => socket.resetAndDestroy())],
    ['a handshake that is answered with nonsense', socket => socket.end('nonsense\r\n\r\n')],
  ])('%s', async (_, connected) => {
    const url = `https://127.0.0.1:${await tcp(connected)}`
    expect(await createSend(60_000, Date.now)(put(url), secret)).toMatchObject({ failure: 'unreachable' })
  })
})

describe('where it may have been sent it is not', () => {
  test.each<[string, Parameters<typeof startTcp>[0], string]>([
    ['a connection that is closed', socket => socket.end(), 'reset'],
    ['an answer that is no HTTP', socket => socket.end('nonsense\r\n\r\n'), 'reset'],
  ])('%s', async (_, connected, failure) => {
    const url = `http://127.0.0.1:${await tcp(connected)}`
    const answer = await createSend(60_000, Date.now)(put(url), secret)
    expect(answer).toMatchObject({ kind: 'failed', failure })
    expect(JSON.stringify(answer)).not.toContain(secret)
  })
  test('silence, when its time is up', async () => {
    const url = `http://127.0.0.1:${await tcp(() => undefined)}`
    const answer = await createSend(400, Date.now)(put(url), secret)
    expect(answer).toMatchObject({ kind: 'failed', failure: 'timeout' })
    expect(JSON.stringify(answer)).not.toContain(secret)
  })
})

test('the body of a success is read up to a mebibyte, that of an error may be anything', async () => {
  const sizes = [1_048_576, 1_048_577]
  const server = await serve((response, { url }) =>
    json(response, Number(url.slice(1)), 'x'.repeat(sizes[0]! - 2)),
  )
  const larger = await serve((response, { url }) =>
    json(response, Number(url.slice(1)), 'x'.repeat(sizes[1]! - 2)),
  )
  const send = createSend(60_000, Date.now)
  expect(await send(put(`${server.url}/200`), secret)).toHaveProperty('json')
  for (const status of [200, 422]) {
    expect(await send(put(`${larger.url}/${status}`), secret)).toEqual({
      ...{ kind: 'answered', status },
      unreadable: {
        why: 'over 1 MiB',
        contentType: 'application/json',
        bytes: expect.any(Number),
      },
    })
  }
})

test.each<[what: string, body: Buffer | string, content: object]>([
  ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), { unreadable: { why: 'not UTF-8', bytes: 3 } }],
  ['not JSON', '{"a":', { unreadable: { why: 'not JSON', bytes: 5 } }],
  ['empty', '', {}],
  ['white space', ' \r\n', {}],
  ['a byte order mark before JSON', '\ufeff{}', { json: {} }],
  ['null', 'null', { json: null }],
])('a body that is %s is told apart', async (_, body, content) => {
  const server = await serve(response => response.writeHead(200).end(body))
  expect(await createSend(60_000, Date.now)(put(server.url), secret)).toEqual({
    ...{ kind: 'answered', status: 200, ...content },
  })
})

test.each([
  ['text/html; charset=utf-8', 'text/html'],
  ['Application/Problem+JSON', 'application/problem+json'],
  [`text/${'x'.repeat(61)}`, undefined],
  ['text/html<script>', undefined],
  ['nonsense', undefined],
  ['nonsense text/html', undefined],
  ['', undefined],
])('of the content type %j no more is kept than a media type', async (header, contentType) => {
  const server = await serve(response => response.writeHead(200, { 'content-type': header }).end('?'))
  const answer = await createSend(60_000, Date.now)(put(server.url), secret)
  expect(answer).toMatchObject({ unreadable: { why: 'not JSON', bytes: 1 } })
  expect(answer.kind === 'answered' && answer.unreadable?.contentType).toBe(contentType)
})

test.each([300, 503])('the body of a %i that breaks off takes nothing from its status', async status => {
  const server = await serve(response =>
    response
      .writeHead(status, { 'content-length': '99', 'content-type': 'text/html', 'retry-after': '2' })
      .write('<h1>', () => response.socket?.destroy()),
  )
  expect(await createSend(60_000, Date.now)(put(server.url), secret)).toEqual({
    ...{ kind: 'answered', status, retryAfterMs: 2000 },
    unreadable: { why: 'cut off', contentType: 'text/html' },
  })
})

describe('a length that lies', () => {
  const time = createTimeOut()
  const raw = (head: string) => (socket: Socket) =>
    socket.once('data', () =>
      socket.write(`HTTP/1.1 ${head}\r\n\r\n{"ok":true}`, () => head.endsWith(' 90') && time.end()),
    )

  test.each<[what: string, head: string, seen: object]>([
    ['more than there is', '200 OK\r\ncontent-length: 90', { kind: 'failed', failure: 'timeout' }],
    ['less than there is', '200 OK\r\ncontent-length: 4', { unreadable: { why: 'not JSON', bytes: 4 } }],
    ['none', '200 OK\r\ncontent-length: 0', { kind: 'answered', status: 200 }],
    ['a 204 with a body', '204 No Content', { kind: 'answered', status: 204 }],
  ])('%s: nothing is taken for what it is not', async (_, head, seen) => {
    const url = `http://127.0.0.1:${await tcp(raw(head))}`
    const send = createSend(60_000, Date.now, time.timeUp)
    for (let n = 0; n < 2; n++) {
      const answer = await send(put(url), secret)
      expect(answer).toMatchObject(seen)
      expect(answer).not.toHaveProperty('json')
      await free()
    }
  })
})
