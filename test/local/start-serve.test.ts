import { type Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { wachtEvent } from './sample-events.ts'
import { type StartProcess, startProcess } from './start-process.ts'

const data = (change: Record<string, unknown>) => JSON.stringify(wachtEvent('data', { data: change }))
const event = (change: Record<string, unknown>) => JSON.stringify(wachtEvent('event', change))

/** The table "Bad input" of the product: the body, its reason, and what its detail names. */
const rows: [body: string, reason: string, detail: RegExp][] = [
  ['not json, "but" kept as it is', 'invalid_event', /\(body\): must be JSON/],
  ['[1, 2]', 'invalid_event', /\(body\): must be a JSON object/],
  ['null', 'invalid_event', /\(body\): must be a JSON object/],
  [event({ padding: 'x'.repeat(66_000) }), 'invalid_event', /at most 65536 bytes/],
  [event({ id: undefined }), 'invalid_event', /id/],
  [event({ specversion: '0.3' }), 'invalid_event', /specversion: must be "1\.0"/],
  [data({ manager: 'x' }), 'invalid_event', /data\.manager/],
  [data({ membershipId: 7301954381230018999n.toString().length }), 'invalid_event', /data\.membershipId/],
  [data({ membershipId: 17 }), 'invalid_event', /data\.membershipId/],
  [data({ roleId: '7301954381230017001' }), 'invalid_event', /role/],
  [data({ role: undefined }), 'invalid_event', /role/],
  [event({ time: '2026-01-01T00:00:00' }), 'invalid_event', /time: .*offset/],
  [event({ time: new Date(Date.now() + 3_600_000).toISOString() }), 'time_in_future', /time: /],
  [data({ target: 'github' }), 'invalid_event', /data\.target: must be one of wacht, project/],
  [data({ role: 'nobody-knows' }), 'unknown_role', /data\.role/],
  [data({ organizationId: '5' }), 'unknown_role', /data\./],
  [data({ membershipId: '12/../34' }), 'invalid_event', /data\.membershipId/],
  [data({ membershipId: '..' }), 'invalid_event', /data\.membershipId/],
  [data({ membershipId: '12%2f34' }), 'invalid_event', /data\.membershipId/],
  [data({ membershipId: '12 34' }), 'invalid_event', /data\.membershipId/],
  [data({ membershipId: '12\u000734' }), 'invalid_event', /data\.membershipId/],
]

let run: StartProcess
let sqs: SQSClient | undefined
let environment: Record<string, string>

beforeAll(async () => {
  const input = rows.map(([body]) => body).join('\n')
  run = startProcess(['--serve', '--events', '-'], { input })
  environment = (await run.until(line => 'env' in line)).env as Record<string, string>
  sqs = new SQSClient({
    region: environment.AWS_REGION!,
    endpoint: environment.AWS_ENDPOINT_URL_SQS!,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})
afterAll(async () => {
  await run.kill('SIGKILL')
  sqs?.destroy()
})

async function letters(): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const { Messages = [] } = await sqs!.send(
      new ReceiveMessageCommand({
        QueueUrl: environment.DEAD_LETTER_QUEUE_URL,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) return all
    all.push(...Messages)
  }
}

test('every bad input is a dead letter at once, byte for byte, whose detail names the path and the rule', async () => {
  const { summary } = await run.until(line => 'summary' in line)
  expect(summary).toEqual({ applied: 0, superseded: 0, duplicate: 0, dead: rows.length })
  expect(run.lines.filter(line => line.outcome === 'dead' && line.receives !== 1)).toEqual([])

  const found = await letters()
  for (const [body, reason, detail] of rows) {
    const letter = found.find(message => message.Body === body)
    expect({ body: body.slice(0, 80), reason: letter?.MessageAttributes?.reason?.StringValue }).toEqual({
      body: body.slice(0, 80),
      reason,
    })
    expect(JSON.parse(letter!.MessageAttributes!.trail!.StringValue!).detail).toMatch(detail)
  }
})

test('with --serve a sender reaches the intake at what was printed, with the token of this run', async () => {
  const { INTAKE_URL, OKTA_SOURCE_TOKEN } = environment
  const challenge = { authorization: OKTA_SOURCE_TOKEN!, 'x-okta-verification-challenge': 'Zk9h' }
  const ask = () => fetch(`${INTAKE_URL}/okta`, { headers: challenge })
  let response = await ask()
  // A cold function may miss its deadline on a slow machine; a sender repeats what is answered so.
  while (response.status === 503) response = await ask()
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 200,
    body: { verification: 'Zk9h' },
  })
})

test('a message in CloudEvents binary mode is a dead letter whose detail asks for structured mode', async () => {
  const { id, source, specversion, type, data: MessageData } = wachtEvent('in-binary-mode')
  const names = Object.entries({ id, source, specversion, type })
  const before = run.lines.filter(line => line.outcome === 'dead').length
  await sqs!.send(
    new SendMessageCommand({
      QueueUrl: environment.CHANGES_QUEUE_URL,
      MessageBody: JSON.stringify(MessageData),
      MessageAttributes: Object.fromEntries(
        names.map(([name, value]) => [`ce-${name}`, { DataType: 'String', StringValue: String(value) }]),
      ),
    }),
  )
  await run.until(() => run.lines.filter(line => line.outcome === 'dead').length > before)
  const letter = (await letters()).find(({ Body }) => Body === JSON.stringify(MessageData))
  expect(JSON.parse(letter!.MessageAttributes!.trail!.StringValue!).detail).toMatch(
    /binary mode.*use structured mode, with the content type application\/cloudevents\+json/,
  )
})

test('with --serve an SDK enqueues through what was printed, and SIGTERM ends it with exit code 0', async () => {
  const MessageBody = JSON.stringify(wachtEvent('from-sdk'))
  await sqs!.send(new SendMessageCommand({ QueueUrl: environment.CHANGES_QUEUE_URL, MessageBody }))
  expect(await run.until(line => line.event === 'from-sdk')).toMatchObject({ outcome: 'applied' })
  expect(await run.kill('SIGTERM')).toBe(0)
})
