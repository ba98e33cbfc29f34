import type { OutgoingHttpHeaders } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { PassThrough } from 'node:stream'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { run } from '../../infra/local/run/local-run.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import { sqsAt } from '../support/aws.ts'
import { ask, foreign, own } from '../support/foreign-requests.ts'

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
        expect({ host, method, status }).toEqual({
          host,
          method,
          status: headers(host).host === host ? 403 : 421,
        })
        expect(cors).toBeUndefined()
      }
    }
  })
  test.each(own)('takes a request with %s', async (_, headers) => {
    for (const host of hosts()) {
      const { status } = await ask(`http://${host}/`, headers(host), { method: 'GET' })
      expect({ host, status }).not.toEqual({ host, status: 403 })
      expect({ host, status }).not.toEqual({ host, status: 421 })
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
