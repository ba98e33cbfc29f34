import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { depthIn, inFlightIn } from '../../infra/local/page/stack-page.ts'
import { entryIn } from '../../infra/local/stack/ledger-entries.ts'
import { framesOf } from './page-world.ts'
import { wachtEvent } from './sample-events.ts'
import { startProcess } from './start-process.ts'
import { startTinyStack, type TinyStack } from './tiny-stack.ts'

let stack: TinyStack
beforeAll(async () => {
  stack = await startTinyStack()
})
afterAll(() => stack.stop())

test('the page sees depths and messages in flight, and takes nothing away', async () => {
  await stack.send('one', 'two', 'three')
  const received = new ReceiveMessageCommand({ QueueUrl: stack.changes.url, VisibilityTimeout: 60 })
  const { Messages: [message] = [] } = await stack.sqs.send(received)
  expect(depthIn(stack)).toEqual({ visible: 2, inFlight: 1, delayed: 0 })
  expect(stack.messages(stack.deadLetters)).toEqual([])
  const [found, ...others] = inFlightIn(stack)
  expect(others).toEqual([])
  expect(found).toMatchObject({ messageId: message?.MessageId, body: message?.Body, receives: 1 })
  expect(found!.dueAt - found!.sentAt).toBeGreaterThanOrEqual(60_000)
  expect(stack.messages(stack.changes)).toHaveLength(3)
})

test('the entry of a member is read from the ledger, and unknown where that does not answer', async () => {
  const Item = { member: { S: 'wacht/1/2' }, rev: { N: '3' }, failures: { N: '0' }, unproven: { S: 'e1' } }
  await stack.dynamodb.send(new PutItemCommand({ TableName: stack.tables[0], Item }))
  const read = entryIn(stack)
  expect(await read('wacht/1/2')).toEqual({ member: 'wacht/1/2', rev: 3, failures: 0, unproven: 'e1' })
  expect(await read('wacht/1/3')).toBeUndefined()
  expect(await entryIn({ ...stack, tables: ['nowhere'] })('wacht/1/2')).toBe('unknown')
})

test('npm start -- --serve prints where the page is, and the page shows the run', async () => {
  const events = [wachtEvent('applied'), wachtEvent('dead', { data: { role: '<b>nobody</b>' } })]
  const run = startProcess(['--serve', '--events', '-'], {
    input: events.map(e => JSON.stringify(e)).join('\n'),
  })
  try {
    const { ROLE_SYNC_PAGE: url } = (await run.until(line => 'env' in line)).env as Record<string, string>
    const next = await framesOf(url!)
    await run.until(line => 'summary' in line)
    expect(run.stderr).toContain(`live page: ${url}`)
    const shows = async (text: string) => {
      while (!JSON.stringify((await next()).view.letters).includes(text));
    }
    await shows('unknown_role')
    // An open page does not keep the run.
    expect(await run.kill('SIGTERM')).toBe(0)
  } finally {
    await run.kill('SIGKILL')
  }
})
