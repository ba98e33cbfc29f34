import { createHash } from 'node:crypto'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Context } from 'aws-lambda'
import type { UrlReply } from '../../functions/aws/function-url.ts'
import { signWith } from '../../functions/aws/reassert-key.ts'
import { readReassertion } from '../../functions/core/event/reassertion.ts'
import { startAwsHere } from '../support/aws-here.ts'
import { appliedOf, entryOf, member, versionOf } from '../support/entries.ts'
import { catchLines, type Line } from '../support/lines.ts'

let aws: Awaited<ReturnType<typeof startAwsHere>>
beforeAll(async () => {
  aws = await startAwsHere(
    {
      GetItem: () => ({ Item: marshall(entryOf({ applied: appliedOf(1) })) }),
      GetSecretValue: () => ({ SecretString: '{"token":"key"}' }),
      SendMessageBatch: ({ Entries }) => ({
        Failed: [],
        Successful: (Entries as Sent[]).map(({ Id, MessageBody }) => ({
          ...{ Id, MessageId: Id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') },
        })),
      }),
    },
    url => ({
      ...{ CHANGES_QUEUE_URL: `${url}/changes`, LEDGER_TABLE: 'ledger', SWEEP_TABLE: 'sweep' },
      ...{ REASSERT_SECRET_ARN: 'the-secret', REASSERT_SOURCE: '//role-sync/prod/drift' },
    }),
  )
})
afterAll(() => aws.stop())

const context = { awsRequestId: 'the request', getRemainingTimeInMillis: () => 30_000 } as Context

/** What the function answers, and the lines that it writes. */
async function invoke(event: object) {
  const { handler } = await import('../../functions/reassert/reassert-handler.ts')
  const end = catchLines()
  let lines: Line[] = []
  try {
    return { answer: await handler(event as never, context), lines: () => lines }
  } finally {
    lines = end()
  }
}

const asAnna = (why: string) => {
  const iam = {
    ...{
      userArn: 'arn:aws:sts::123456789012:assumed-role/Operator/anna@example.com',
      userId: 'AROAEXAMPLE:x',
    },
  }
  return {
    requestContext: { requestId: 'the request', http: { method: 'POST' }, authorizer: { iam } },
    body: JSON.stringify({ plan: 'ab'.repeat(32), why, changes: [{ member, version: versionOf(1) }] }),
  }
}

test('the function sends what is still applied, signed, in the name of the caller, and tells of it', async () => {
  const { answer, lines } = await invoke(asAnna('asked by jane@example.com'))
  const by = 'arn:aws:iam::123456789012:role/Operator'
  expect(JSON.parse((answer as UrlReply).body)).toEqual({ by, sent: [true] })
  expect(aws.inputs('GetItem')).toMatchObject([{ TableName: 'ledger', Key: { member: { S: member } } }])
  expect(aws.inputs('GetSecretValue')).toEqual([{ SecretId: 'the-secret' }])

  const [batch] = aws.inputs('SendMessageBatch') as { Entries: Sent[]; QueueUrl: string }[]
  expect(batch).toMatchObject({ QueueUrl: expect.stringMatching(/\/changes$/) })
  const [{ MessageBody, MessageAttributes }] = batch!.Entries as [Sent]
  expect(MessageAttributes.sender?.StringValue).toBe('AROAEXAMPLE')
  const read = readReassertion(MessageBody, Date.now())
  expect(read).toMatchObject({ ok: true, named: { source: '//role-sync/prod/drift', member } })
  expect(read?.ok && read.signature === signWith('key')(read.signed)).toBe(true)

  expect(lines()).toEqual([
    expect.objectContaining({
      ...{ level: 'INFO', message: 'reassertion', requestId: 'the request', member, event: 'e1', by },
      ...{ sent: true, why: 'asked by [e-mail]', plan: 'ab'.repeat(32) },
    }),
  ])
  expect(JSON.stringify(lines())).not.toContain('anna')
})
interface Sent {
  readonly Id: string
  readonly MessageBody: string
  readonly MessageAttributes: Readonly<Record<string, { readonly StringValue: string }>>
}

test('the schedule makes it look at the scopes that say so: the guards of the repository name none', async () => {
  const before = aws.calls.length
  expect((await invoke({ action: 'reassert' })).answer).toEqual({ found: 0, sent: 0 })
  expect(aws.calls).toHaveLength(before)
})

test('a request of the URL is none of the schedule, whatever its body says', async () => {
  const { answer } = await invoke({ ...asAnna('x'), body: JSON.stringify({ action: 'reassert' }) })
  expect(answer).toMatchObject({ statusCode: 400 })
})

test('a queue that does not answer is an error line, and the caller is told', async () => {
  await aws.stop()
  const { answer, lines } = await invoke(asAnna('HR-4711'))
  expect(answer).toMatchObject({ statusCode: 503 })
  expect(lines()).toMatchObject([
    { level: 'ERROR', message: expect.stringMatching(/^re-assertions not sent/), error: {} },
  ])
})

test('settings and guards that are wrong are named', async () => {
  const { readScopes, readSettings } = await import('../../functions/reassert/reassert-settings.ts')
  expect(() => readSettings({ LEDGER_TABLE: 'x' })).toThrow(/CHANGES_QUEUE_URL: is missing.*REASSERT_SOURCE/)
  expect(() => readScopes({ scopes: [{ scope: 'wacht/x', drift: 'reassert' }] })).toThrow(
    /^wrong guards: scopes\.0\.scope: must be wacht\/<scope>/,
  )
})
