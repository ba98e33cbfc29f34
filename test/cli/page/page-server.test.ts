import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startPageServer } from '../../../functions/cli/page/page-server.ts'
import { type PageTest, sourceTest, startPageTest } from './page-world.ts'

describe('the server', () => {
  let page: PageTest
  beforeEach(async () => {
    page = await startPageTest()
  })
  afterEach(() => page.stop())

  const ask = (path: string, { method = 'GET', host }: { method?: string; host?: string } = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = host === undefined ? {} : { host }
      request(page.url + path, { method, headers }, resolve)
        .on('error', reject)
        .end()
    })

  test.each([
    ['/', 'text/html; charset=utf-8', '<title>role-sync</title>'],
    ['/?x=1', 'text/html; charset=utf-8', '<title>role-sync</title>'],
    ['/page.js', 'text/javascript; charset=utf-8', 'showModal'],
    ['/page.css', 'text/css; charset=utf-8', 'prefers-reduced-motion'],
    ['/overview', 'application/json; charset=utf-8', '"stage":"the-changes"'],
    ['/changes?search=x', 'application/json; charset=utf-8', '"count":0'],
  ])(
    'answers %s with its content, which nothing may be loaded into from elsewhere',
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
  test.each([
    ...['/nothing', '/../page.ts', '/%2e%2e/page.ts', '/client/page.tsx', '//page.js', '/page.js/'],
    ...['/story?id=unknown', '/story', '/__proto__', '/constructor'],
  ])('answers 404 to %s', async path => expect((await ask(path)).statusCode).toBe(404))
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('answers 405 to %s', async method => {
    const { statusCode, headers } = await ask('/overview', { method })
    expect({ status: statusCode, allow: headers.allow }).toEqual({ status: 405, allow: 'GET' })
  })
  test.each(['rebound.example', '127.0.0.1.example:80', 'localhost.example', '10.0.0.1', '169.254.169.254'])(
    'answers 421 to the host %s, also for data',
    async host => {
      expect((await ask('/', { host })).statusCode).toBe(421)
      expect((await ask('/overview', { host })).statusCode).toBe(421)
    },
  )
  test('listens on loopback only', () => expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/))
  test('rejects when its port is taken', async () => {
    const taken = Number(new URL(page.url).port)
    await expect(startPageServer(taken, page.source, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

test('a question that fails is answered with 500 and reported, and the next one is answered', async () => {
  const { source } = sourceTest()
  const troubles: string[] = []
  let fails = true
  const overview = () => (fails ? Promise.reject(new Error('no queue')) : source.overview())
  const server = await startPageServer(0, { ...source, overview }, text => troubles.push(text))
  expect((await fetch(`${server.url}/overview`)).status).toBe(500)
  expect(troubles).toEqual(['the live page cannot show /overview: Error: no queue'])
  fails = false
  expect((await fetch(`${server.url}/overview`)).status).toBe(200)
  await server.stop()
})
