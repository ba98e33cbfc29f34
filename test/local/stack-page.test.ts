import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ChangeList, Overview, Story } from '../../functions/cli/page/page-source.ts'
import { portOf, receivedOf, startStackPage } from '../../infra/local/page/stack-page.ts'
import { dueIn, entryIn, roundIn } from '../../infra/local/stack/ledger-entries.ts'
import { createDueItemsTable, datedEvent, dueOf } from '../support/due.ts'
import { wachtEvent } from './sample-events.ts'
import { startProcess } from './start-process.ts'
import { startTinyStack, type TinyStack } from './tiny-stack.ts'

let stack: TinyStack
beforeAll(async () => {
  stack = await startTinyStack()
})
afterAll(() => stack.stop())

test('the page names a received message by what SQS says of it, and takes nothing away', async () => {
  await stack.send('one', 'two', 'three')
  const before = Date.now()
  const received = new ReceiveMessageCommand({
    ...{ QueueUrl: stack.changes.url, VisibilityTimeout: 60, MessageSystemAttributeNames: ['All'] },
  })
  const { Messages: [message] = [] } = await stack.sqs.send(received)
  const found = receivedOf(message!)
  expect(found).toMatchObject({ messageId: message?.MessageId, body: 'one', receives: 1 })
  expect(Math.abs(found.sentAt - before)).toBeLessThan(600_000)
  const page = await startStackPage(stack, {}, 0, () => {})
  page.received([message!])
  const overview = (await (await fetch(`${page.url}/overview`)).json()) as Overview
  expect(overview).toMatchObject({
    health: { sentence: 'Ready: 3 changes on the way.' },
    inFlight: { count: 1 },
  })
  await page.stop()
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

test('what takes effect later for a member is read from its table, and nothing where that does not answer', async () => {
  const event = datedEvent('e1', '2026-11-20T00:00:00Z', { role: 'engineer', from: '2027-01-01T00:00:00Z' })
  const [item, other] = ['wacht/1/2', 'wacht/1/22'].map(member => dueOf(event, 'begin', { member }))
  const due = 'the-due'
  await createDueItemsTable(stack.dynamodb, due)
  for (const each of [item, other])
    await stack.dynamodb.send(
      new PutItemCommand({ TableName: due, Item: marshall(each, { removeUndefinedValues: true }) }),
    )
  expect(await dueIn({ dynamodb: stack.dynamodb, tables: [due] })('wacht/1/2')).toMatchObject([
    { event: 'e1', due: item!.due },
  ])
  expect(await dueIn({ dynamodb: stack.dynamodb, tables: ['nowhere-due'] })('wacht/1/2')).toEqual([])
})

test('what the sweep knows is read from its table, and nothing where there is none or it does not answer', async () => {
  const answers = {
    round: { member: 'round', rev: 1, startedAt: 5, parts: 1 },
    'round 0': { scopes: { 'wacht/1': { at: 5 } } },
  }
  const dynamodb = {
    send: async ({
      input,
    }: {
      input: { TableName: string; Key: { member: { S: keyof typeof answers } } }
    }) => {
      if (input.TableName !== 'the-sweep') throw new Error('no table')
      return { Item: marshall(answers[input.Key.member.S]) }
    },
  } as never
  expect(await roundIn({ dynamodb, tables: ['ledger', 'the-sweep'] })()).toMatchObject({
    ...{ startedAt: 5, scopes: { 'wacht/1': { at: 5 } } },
  })
  expect(await roundIn({ dynamodb, tables: ['ledger'] })()).toBeUndefined()
  expect(await roundIn({ dynamodb, tables: ['broken-sweep'] })()).toBeUndefined()
})

test('npm start -- --serve prints where the page is, and the page tells the run', async () => {
  const events = [wachtEvent('applied'), wachtEvent('dead', { data: { role: '<b>nobody</b>' } })]
  const run = startProcess(['--serve', '--events', '-'], {
    input: events.map(e => JSON.stringify(e)).join('\n'),
  })
  try {
    const { ROLE_SYNC_PAGE: url } = (await run.until(line => 'env' in line)).env as Record<string, string>
    await run.until(line => 'summary' in line)
    expect(run.stderr).toContain(`live page: ${url}`)
    const asked = async <Value>(path: string) => (await (await fetch(url + path)).json()) as Value
    const { health, failures, inFlight } = await asked<Overview>('/overview')
    expect(health.sentence).toMatch(/^1 change needs a person; 1 is in effect, the last .+\.$/)
    expect(failures).toMatchObject([{ reason: 'unknown_role', count: 1, rows: [{ event: 'dead' }] }])
    expect(inFlight.count).toBe(0)
    const { rows } = await asked<ChangeList>('/changes?search=dead')
    expect(rows).toMatchObject([{ event: 'dead', role: '<b>nobody</b>', state: 'dead' }])
    const { steps, letter } = await asked<Story>(`/story?id=${rows[0]!.id}`)
    expect(steps.map(({ text }) => text)).toEqual(['Sent', 'Try 1', 'Dead letter: unknown_role'])
    expect(letter?.commands[0]).toMatch(/^npx role-sync dead edit [0-9a-f-]{36}$/)
    // An open page does not keep the run.
    expect(await run.kill('SIGTERM')).toBe(0)
  } finally {
    await run.kill('SIGKILL')
  }
})

test('the port is the sixth after the first, and any free one where there is none', () => {
  expect(portOf(4566)).toBe(4572)
  expect(portOf(0)).toBe(0)
  expect(portOf(65_529)).toBe(65_535)
  expect(portOf(65_530)).toBe(0)
})
