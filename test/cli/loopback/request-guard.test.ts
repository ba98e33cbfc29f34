import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from '@jest/globals'
import { listen } from '../../../functions/cli/loopback/loopback-listener.ts'
import { refusal } from '../../../functions/cli/loopback/request-guard.ts'
import { ask, foreign, portIn } from '../../support/foreign-requests.ts'
import { filesIn, sourceOf } from '../../support/imports.ts'

describe('a listener of ours', () => {
  const started: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const stop of started) await stop()
  })
  async function start(server: Server = createServer()) {
    const events: string[] = []
    const { url, stop } = await listen(server, 0)
    started.push(stop)
    // Added only after it listens: none can be too late to be guarded.
    server.on('request', (_, response) => {
      events.push('request')
      response.end()
    })
    for (const name of ['checkContinue', 'upgrade', 'connect']) server.on(name, () => events.push(name))
    return { url, host: new URL(url).host, events }
  }

  test.each(foreign)('learns nothing of a request with %s', async (_, headers) => {
    const { url, host, events } = await start()
    await ask(url, headers(host), { body: 'x'.repeat(100_000) })
    await ask(url, { ...headers(host), expect: '100-continue' })
    expect(events).toEqual([])
  })
  test.each(['upgrade', 'connect'])(
    'learns nothing of a foreign %s, whose connection is closed',
    async what => {
      const { host, events } = await start()
      const socket = connect(portIn(host), '127.0.0.1')
      const head = `Host: ${host}\r\nOrigin: https://site.example\r\n`
      const line = what === 'connect' ? `CONNECT ${host}` : 'GET /'
      socket.write(`${line} HTTP/1.1\r\n${head}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`)
      expect(await text(socket)).toBe('')
      expect(events).toEqual([])
    },
  )
  test('says to whom it refuses a request what to do', async () => {
    const { url, host } = await start()
    expect((await ask(url, { host: 'rebound.example' })).body).toBe(
      `this address is for this machine only: use http://${host}\n`,
    )
  })
  test('refuses a request without a Host, which only HTTP/1.0 may leave out', async () => {
    const { host } = await start()
    const socket = connect(portIn(host), '127.0.0.1')
    socket.write('GET / HTTP/1.0\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /)
  })
})

test('on port 80 a Host needs no port, for no client sends one', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]', 'localhost:80'])
    expect(refusal({ host }, 80)).toBeUndefined()
  for (const host of ['localhost:8080', 'rebound.example'])
    expect(refusal({ host }, 80)).toMatchObject({ status: 421 })
})

test('nothing of the local stack or the command line listens but by the two ways that guard it', () => {
  const files = ['functions', 'infra']
    .flatMap(filesIn)
    .filter(file => /\blisten\(\w+, ['"\d]|\.listen\(/.test(sourceOf(file)))
  expect(files).toEqual(['functions/cli/loopback/loopback-listener.ts'])
})
