import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { type LocalSynthesis, synthesizeLocal } from '../../infra/local/run/local-synthesis.ts'
import { readOptions } from '../../infra/local/run/run-options.ts'
import { startWachtSandbox, type WachtSandbox } from '../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import type { StackOptions } from '../../infra/local/stack/local-stack.ts'
import { wachtEvent } from './sample-events.ts'
import { startTinyStack, type TinyStack } from './tiny-stack.ts'

const names = { wacht: 'role-sync/local/wacht', project: 'role-sync/local/project' }
/** Nothing is tried again while a test looks, and what closes an invocation has time on a slow machine. */
const settings = [
  ...['functionTimeoutSeconds=12', 'closingSeconds=6'],
  ...['retryFromSeconds=100', 'retryCapSeconds=100'],
].flatMap(setting => ['-c', setting])
const body = JSON.stringify(wachtEvent('wd-1'))

let synthesis: LocalSynthesis
let wacht: WachtSandbox
let stack: TinyStack | undefined
let server: Server | undefined

beforeAll(async () => {
  wacht = await startWachtSandbox({ token: 't', dialect: 'role_id', open: true, organizations: {} })
  const read = readOptions(settings, {})
  if (!read.ok) throw new Error(read.text)
  synthesis = await synthesizeLocal(read.options, { wacht: wacht.url, project: 'http://127.0.0.1:1' })
})
afterAll(async () => {
  await wacht.stop()
  synthesis.remove()
})
afterEach(async () => {
  await stack?.stop()
  server?.close()
  server?.closeAllConnections()
  server = undefined
})

/** The real stack of this machine in a world that is not as it should be. */
async function start(options: Partial<StackOptions>): Promise<TinyStack> {
  const { template, assetOf } = synthesis
  const secrets = new Map([[names.wacht, '{"token":"t"}']])
  stack = await startTinyStack({ template, assetOf, secrets, ...options })
  return stack
}

/** A server in place of one of AWS's. */
async function serve(
  answer: (target: string, body: string) => Promise<Response> | Response,
): Promise<string> {
  server = createServer(async (request, response) => {
    const answered = await answer(String(request.headers['x-amz-target']), await text(request))
    response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(await answered.text())
  })
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const lines = (of: TinyStack, word: string) => of.lines.filter(line => line.includes(word))

test.each([
  ['missing', new Map<string, string>()],
  ['not JSON', new Map([[names.wacht, 'sesame']])],
  ['empty', new Map([[names.wacht, '{"token":""}']])],
])(
  'with a secret that is %s every message goes again, told by one error line an attempt, none is dead',
  async (_, secrets) => {
    const calls = wacht.calls()
    const { send, poll, until, messages, deadLetters } = await start({ secrets })
    await send(body)
    poll()
    await until(() => lines(stack!, '"message":"retry"').length > 0)
    expect(lines(stack!, '"level":"ERROR"')).toEqual([expect.stringContaining('the credentials of wacht')])
    expect(stack!.lines.join()).not.toContain('sesame')
    expect(messages(deadLetters)).toEqual([])
    expect(wacht.calls()).toBe(calls)
  },
)

test('when DynamoDB fails the messages go again and nothing is written to a target', async () => {
  const calls = wacht.calls()
  const down = await serve(() => new Response('{"__type":"InternalServerError"}', { status: 500 }))
  const { send, poll, until, messages, deadLetters } = await start({
    overrides: { AWS_ENDPOINT_URL_DYNAMODB: down },
  })
  await send(body)
  poll()
  await until(() => lines(stack!, '"message":"retry"').length > 0)
  expect(lines(stack!, '"level":"ERROR"').length).toBeGreaterThan(0)
  expect(messages(deadLetters)).toEqual([])
  expect(wacht.calls()).toBe(calls)
})

test.each(['DYNAMODB', 'SECRETS_MANAGER'])(
  'when %s is too slow to be waited for the messages go again, none is dead and no target is written to',
  async service => {
    const calls = wacht.calls()
    const silent = await serve(() => new Promise<Response>(() => {}))
    const { send, poll, until, messages, deadLetters } = await start({
      overrides: { [`AWS_ENDPOINT_URL_${service}`]: silent },
    })
    await send(body)
    poll()
    await until(() => lines(stack!, '"message":"retry"').length > 0)
    expect(stack!.troubles).toEqual([])
    expect(messages(deadLetters)).toEqual([])
    expect(wacht.calls()).toBe(calls)
  },
)

test('when SQS refuses the dead letter its message stays and is tried again', async () => {
  let refused = 0
  let engine = ''
  const proxy = await serve((target, body) => {
    if (target === 'AmazonSQS.SendMessage' && refused === 0) {
      refused += 1
      return new Response('{"__type":"com.amazonaws.sqs#InvalidMessageContents"}', { status: 400 })
    }
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target }
    return fetch(engine, { method: 'POST', headers, body })
  })
  const queue = (name: string) => `${proxy}/000000000000/role-sync-local-${name}`
  const { send, poll, until, messages, deadLetters, environment } = await start({
    overrides: {
      ...{ AWS_ENDPOINT_URL_SQS: proxy, RETRY_FROM_MS: '1000' },
      CHANGES_QUEUE_URL: queue('changes'),
      DEAD_LETTER_QUEUE_URL: queue('dead-letters'),
    },
  })
  engine = environment.AWS_ENDPOINT_URL_SQS!
  await send('not json')
  poll()
  await until(() => stack!.settled.length === 1)
  expect(refused).toBe(1)
  expect(stack!.settled).toMatchObject([{ outcome: 'dead', reason: 'invalid_event', receives: 2 }])
  expect(messages(deadLetters).map(letter => letter.body)).toEqual(['not json'])
})

test('with wrong settings the function fails at start, naming every one and printing none', async () => {
  const { send, poll, until, messages, changes } = await start({
    overrides: { LEDGER_TABLE: '', RETRY_FROM_MS: 'hush', WACHT_URL: 'ftp://hush' },
  })
  await send(body)
  poll()
  await until(() => stack!.troubles.length > 0)
  for (const name of ['LEDGER_TABLE', 'RETRY_FROM_MS', 'WACHT_URL'])
    expect(stack!.troubles[0]).toContain(name)
  expect(stack!.troubles[0]).not.toContain('hush')
  expect(messages(changes)).toHaveLength(1)
})
