import { get, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type PageServer, startPageServer } from '../../infra/local/page/page-server.ts'
import { portOf } from '../../infra/local/page/stack-page.ts'
import { framesOf } from './page-world.ts'

describe('the server', () => {
  let server: PageServer
  beforeEach(async () => {
    server = await startPageServer(0)
  })
  afterEach(() => server.stop())

  const ask = (path: string, { method = 'GET', host }: { method?: string; host?: string } = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = host === undefined ? {} : { host }
      request(server.url + path, { method, headers }, resolve)
        .on('error', reject)
        .end()
    })

  test.each([
    ['/', 'text/html; charset=utf-8', '<title>role-sync</title>'],
    ['/?x=1', 'text/html; charset=utf-8', '<title>role-sync</title>'],
    ['/page.js', 'text/javascript; charset=utf-8', 'EventSource'],
    ['/charts.js', 'text/javascript; charset=utf-8', "from './uplot.js'"],
    ['/page.css', 'text/css; charset=utf-8', '.tile'],
    ['/theme.css', 'text/css; charset=utf-8', 'prefers-color-scheme: dark'],
    ['/uplot.js', 'text/javascript; charset=utf-8', 'export { uPlot as default }'],
    ['/uplot.css', 'text/css; charset=utf-8', '.u-legend'],
  ])(
    'answers %s with its file, which nothing may be loaded into from elsewhere',
    async (path, type, part) => {
      const response = await ask(path)
      expect({ status: response.statusCode, type: response.headers['content-type'] }).toEqual({
        status: 200,
        type,
      })
      expect(await text(response)).toContain(part)
      const policy = response.headers['content-security-policy']
      expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
      expect(policy).toContain("require-trusted-types-for 'script'")
      expect(policy).not.toContain('unsafe')
      expect(response.headers['x-content-type-options']).toBe('nosniff')
      expect(response.headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(response.headers).not.toHaveProperty('access-control-allow-origin')
    },
  )
  test.each(['/nothing', '/../page.ts', '/%2e%2e/page.ts', '/browser/page.js', '//page.js', '/page.js/'])(
    'answers 404 to %s',
    async path => expect((await ask(path)).statusCode).toBe(404),
  )
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('answers 405 to %s', async method => {
    const { statusCode, headers } = await ask('/events', { method })
    expect({ status: statusCode, allow: headers.allow }).toEqual({ status: 405, allow: 'GET' })
  })
  test.each(['rebound.example', '127.0.0.1.example:80', 'localhost.example', '10.0.0.1', '169.254.169.254'])(
    'answers 421 to the host %s, also for events',
    async host => {
      expect((await ask('/', { host })).statusCode).toBe(421)
      expect((await ask('/events', { host })).statusCode).toBe(421)
    },
  )
  test('listens on loopback only', () => expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/))
  test('rejects when its port is taken', async () => {
    await expect(startPageServer(Number(new URL(server.url).port))).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  test('sends what is told to every open page, and what was last told to a new one', async () => {
    const one = await framesOf(server.url)
    expect(server.isWatched).toBe(true)
    server.send({ n: 1, text: 'line\n\ndata: {"n":2}' })
    expect(await one()).toEqual({ n: 1, text: 'line\n\ndata: {"n":2}' })
    const other = await framesOf(server.url)
    expect(await other()).toMatchObject({ n: 1 })
  })
  test('refuses a seventeenth page, and forgets the last one', async () => {
    const open = () =>
      new Promise<IncomingMessage>((resolve, reject) =>
        get(`${server.url}/events`, { agent: false }, resolve).on('error', reject),
      )
    const pages = await Promise.all(Array.from({ length: 17 }, open))
    expect(pages.filter(({ statusCode }) => statusCode === 503)).toHaveLength(1)
    for (const page of pages) page.destroy()
    while (server.isWatched) await new Promise(resolve => setImmediate(resolve))
  })
  test('closes a page that does not read', async () => {
    const { host, port } = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /events HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
    socket.pause()
    while (!server.isWatched) await new Promise(resolve => setImmediate(resolve))
    for (let n = 0; server.isWatched && n < 100; n++) {
      server.send('x'.repeat(1_000_000))
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(server.isWatched).toBe(false)
    socket.destroy()
  })
})

test('the port is the sixth after the first, and any free one where there is none', () => {
  expect(portOf(4566)).toBe(4572)
  expect(portOf(0)).toBe(0)
  expect(portOf(65_529)).toBe(65_535)
  expect(portOf(65_530)).toBe(0)
})
