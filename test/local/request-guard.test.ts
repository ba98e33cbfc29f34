import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type OutgoingHttpHeaders, request, type Server } from 'node:http'
import { type AddressInfo, connect, Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { listen } from '../../infra/local/loopback/loopback-listener.ts'
import { refusal } from '../../infra/local/loopback/request-guard.ts'
import { run } from '../../infra/local/run/local-run.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import { root } from '../../infra/paths.ts'
import { sqsAt } from '../support/aws.ts'

/** What no page of elsewhere may send, each beside a port; `own` is how a program on this machine names the listener. */
const foreign: [string, (own: string) => OutgoingHttpHeaders][] = [
  ['a name of elsewhere that resolves to loopback', () => ({ host: 'rebound.example' })],
  ['… with the right port', own => ({ host: `rebound.example:${portIn(own)}` })],
  ['… that begins like ours', own => ({ host: `localhost.example:${portIn(own)}` })],
  ['our name with a port of another listener', own => ({ host: `127.0.0.1:${portIn(own) + 1}` })],
  ['our name without its port', () => ({ host: 'localhost' })],
  ['another address', own => ({ host: `10.0.0.1:${portIn(own)}` })],
  ['another site as its origin', own => ({ host: own, origin: 'https://site.example' })],
  ['no origin that it would name (a sandboxed frame)', own => ({ host: own, origin: 'null' })],
  [
    'an origin of this machine on another port',
    own => ({ host: own, origin: `http://127.0.0.1:${portIn(own) + 1}` }),
  ],
  ['an origin of our name over TLS', own => ({ host: own, origin: `https://${own}` })],
  ['an empty origin', own => ({ host: own, origin: '' })],
  ['the mark of another site', own => ({ host: own, 'sec-fetch-site': 'cross-site' })],
  ['the mark of another port of this machine', own => ({ host: own, 'sec-fetch-site': 'same-site' })],
]
/** What programs on this machine, and our own page, send. */
const own: [string, (own: string) => OutgoingHttpHeaders][] = [
  ['the address alone, as SDKs, the aws CLI and curl do', host => ({ host })],
  ['localhost', host => ({ host: `localhost:${portIn(host)}` })],
  ['LOCALHOST', host => ({ host: `LOCALHOST:${portIn(host)}` })],
  ['IPv6', host => ({ host: `[::1]:${portIn(host)}` })],
  ['its own origin', host => ({ host, origin: `http://${host}` })],
  ['the mark of its own page', host => ({ host, 'sec-fetch-site': 'same-origin' })],
  ['the mark of an address that was typed', host => ({ host, 'sec-fetch-site': 'none' })],
]
const portIn = (host: string) => Number(host.split(':').at(-1))

/** Sends a request as a browser does without asking first: a POST of plain text. */
const ask = (url: string, headers: OutgoingHttpHeaders, { method = 'POST', body = '' } = {}) =>
  new Promise<{ status: number; body: string; cors: unknown }>((resolve, reject) => {
    request(
      url,
      { method, headers: { 'content-type': 'text/plain', ...headers }, agent: false },
      response => {
        const cors = response.headers['access-control-allow-origin']
        text(response).then(read => resolve({ status: response.statusCode ?? 0, body: read, cors }), reject)
      },
    )
      .on('error', reject)
      .end(body)
  })

describe('every listener of a run', () => {
  const { listen: original } = NetServer.prototype
  /** All that began to listen during the run, whoever had it listen. */
  const listeners: NetServer[] = []
  const interruption = new AbortController()
  let ended: Promise<number>
  let environment: Record<string, string>

  beforeAll(async () => {
    NetServer.prototype.listen = function (this: NetServer, ...args: unknown[]) {
      listeners.push(this)
      return Reflect.apply(original, this, args)
    } as typeof original
    const read = readOptions(['--serve', '--json', '--events', '/dev/null', '--port', '0'], {})
    if (!read.ok) throw new Error(read.text)
    const [stdout, stderr] = [new PassThrough(), new PassThrough().resume()]
    // No function runs here: none need be bundled.
    const context = { ...read.options.context, 'aws:cdk:bundling-stacks': [] } as never
    ended = run({ ...read.options, context }, { stdout, stderr } as never, interruption.signal)
    const [line] = await Promise.race([
      stdout.take(1).toArray() as Promise<Buffer[]>,
      ended.then(code => Promise.reject(new Error(`the run ended with ${code}`))),
    ])
    environment = (JSON.parse(String(line)) as { env: Record<string, string> }).env
  })
  afterAll(async () => {
    interruption.abort()
    await ended
    NetServer.prototype.listen = original
  })

  const hosts = () =>
    [...new Set(listeners)].map(server => {
      const { address, port } = server.address() as AddressInfo
      return `${address}:${port}`
    })

  test('is known: each address that the run exports is one of them, and all are on loopback', () => {
    const exported = Object.values(environment)
      .filter(value => value.startsWith('http:'))
      .map(value => new URL(value).host)
    expect(new Set(exported)).toEqual(new Set(hosts()))
    expect(hosts().length).toBeGreaterThanOrEqual(8)
    for (const host of hosts()) expect(host).toMatch(/^127\.0\.0\.1:\d+$/)
  })
  test.each(foreign)('refuses a request with %s, whatever its method', async (_, headers) => {
    for (const host of hosts()) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { status, cors } = await ask(`http://${host}/`, headers(host), { method })
        expect([host, method, status]).toEqual([host, method, headers(host).host === host ? 403 : 421])
        expect(cors).toBeUndefined()
      }
    }
  })
  test.each(own)('takes a request with %s', async (_, headers) => {
    for (const host of hosts()) {
      const { status } = await ask(`http://${host}/`, headers(host), { method: 'GET' })
      expect([host, status]).not.toEqual([host, 403])
      expect([host, status]).not.toEqual([host, 421])
    }
  })

  test('makes no queue for a page of elsewhere', async () => {
    const client = sqsAt(environment.AWS_ENDPOINT_URL_SQS!)
    const { host } = new URL(environment.AWS_ENDPOINT_URL_SQS!)
    const create = (headers: OutgoingHttpHeaders, QueueName: string) =>
      ask(
        `http://${host}/`,
        { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.CreateQueue', ...headers },
        { body: JSON.stringify({ QueueName }) },
      )
    await create({ host, origin: 'https://site.example' }, 'foreign')
    await create({ host }, 'ours')
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}))
    const names = QueueUrls.map(url => url.split('/').at(-1))
    expect(names).toContain('ours')
    expect(names).not.toContain('foreign')
    client.destroy()
  })
  test('invokes no function for a page of elsewhere', async () => {
    const { host } = new URL(environment.AWS_ENDPOINT_URL_LAMBDA!)
    const url = `http://${host}/2015-03-31/functions/role-sync-local-replay/invocations`
    const dry = { 'x-amz-invocation-type': 'DryRun' }
    expect(await ask(url, { ...dry, host })).toMatchObject({ status: 204 })
    expect(await ask(url, { ...dry, host, origin: 'https://site.example' })).toMatchObject({ status: 403 })
  })
})

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

test('nothing of the local stack listens but by the two ways that guard it', () => {
  const files = readdirSync(join(root, 'infra'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .filter(file => /\blisten\(\w+, ['"\d]|\.listen\(/.test(readFileSync(join(root, 'infra', file), 'utf8')))
  expect(files).toEqual(['local/loopback/loopback-listener.ts'])
})
