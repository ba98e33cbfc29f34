import { expect, test } from '@jest/globals'
import type { StackOptions } from '../../infra/local/stack/local-stack.ts'
import { json } from '../support/server.ts'
import { realStack } from './real-stack.ts'
import { wachtEvent } from './sample-events.ts'
import type { TinyStack } from './tiny-stack.ts'

/** Nothing is tried again while a test looks, and what closes an invocation has time on a slow machine. */
const real = await realStack(
  ...['functionTimeoutSeconds=12', 'closingSeconds=6'],
  ...['retryFromSeconds=100', 'retryCapSeconds=100'],
)
const { wacht, serve } = real
const body = JSON.stringify(wachtEvent('wd-1'))

let stack: TinyStack
/** The real stack in a world that is not as it should be. */
async function start(options: Partial<StackOptions>): Promise<TinyStack> {
  stack = await real.start(options)
  return stack
}
/** How AWS's services type their JSON. */
const awsJson = { 'content-type': 'application/x-amz-json-1.0' }

const lines = (of: TinyStack, word: string) => of.lines.filter(line => line.includes(word))

test.each([
  ['missing', new Map<string, string>()],
  ['not JSON', new Map([['role-sync/local/wacht', 'sesame']])],
  ['empty', new Map([['role-sync/local/wacht', '{"token":""}']])],
])(
  'with a secret that is %s every message goes again, told by one error line an attempt, none is dead',
  async (_, secrets) => {
    const calls = wacht.calls()
    const { send, poll, until, messages, deadLetters } = await start({ secrets })
    await send(body)
    poll()
    await until(() => lines(stack, '"message":"retry"').length > 0)
    expect(lines(stack, '"level":"ERROR"')).toEqual([expect.stringContaining('the credentials of wacht')])
    expect(stack.lines.join()).not.toContain('sesame')
    expect(messages(deadLetters)).toEqual([])
    expect(wacht.calls()).toBe(calls)
  },
)

test('when DynamoDB fails the messages go again and nothing is written to a target', async () => {
  const calls = wacht.calls()
  const down = await serve(response => json(response, 500, { __type: 'InternalServerError' }, awsJson))
  const { send, poll, until, messages, deadLetters } = await start({
    overrides: { AWS_ENDPOINT_URL_DYNAMODB: down },
  })
  await send(body)
  poll()
  await until(() => lines(stack, '"message":"retry"').length > 0)
  expect(lines(stack, '"level":"ERROR"').length).toBeGreaterThan(0)
  expect(messages(deadLetters)).toEqual([])
  expect(wacht.calls()).toBe(calls)
})

test.each(['DYNAMODB', 'SECRETS_MANAGER'])(
  'when %s is too slow to be waited for the messages go again, none is dead and no target is written to',
  async service => {
    const calls = wacht.calls()
    const silent = await serve(() => {})
    const { send, poll, until, messages, deadLetters } = await start({
      overrides: { [`AWS_ENDPOINT_URL_${service}`]: silent },
    })
    await send(body)
    poll()
    await until(() => lines(stack, '"message":"retry"').length > 0)
    expect(stack.troubles).toEqual([])
    expect(messages(deadLetters)).toEqual([])
    expect(wacht.calls()).toBe(calls)
  },
)

test('when SQS refuses the dead letter its message stays and is tried again', async () => {
  let refused = 0
  let engine = ''
  const proxy = await serve(async (response, { headers, body }) => {
    const target = String(headers['x-amz-target'])
    if (target === 'AmazonSQS.SendMessage' && refused === 0) {
      refused += 1
      return json(response, 400, { __type: 'com.amazonaws.sqs#InvalidMessageContents' }, awsJson)
    }
    const asked = { method: 'POST', headers: { ...awsJson, 'x-amz-target': target }, body }
    const answer = await fetch(engine, asked)
    response.writeHead(answer.status, awsJson).end(await answer.text())
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
  await until(() => stack.settled.length === 1)
  expect(refused).toBe(1)
  expect(stack.settled).toMatchObject([{ outcome: 'dead', reason: 'invalid_event', receives: 2 }])
  expect(messages(deadLetters).map(letter => letter.body)).toEqual(['not json'])
})

test('with wrong settings the function fails at start, naming every one and printing none', async () => {
  const { send, poll, until, messages, changes } = await start({
    overrides: { LEDGER_TABLE: '', RETRY_FROM_MS: 'hush', WACHT_URL: 'ftp://hush' },
  })
  await send(body)
  poll()
  await until(() => stack.troubles.length > 0)
  for (const name of ['LEDGER_TABLE', 'RETRY_FROM_MS', 'WACHT_URL']) expect(stack.troubles[0]).toContain(name)
  expect(stack.troubles[0]).not.toContain('hush')
  expect(messages(changes)).toHaveLength(1)
})
