import { createHash } from 'node:crypto'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Context } from 'aws-lambda'
import { createDueCipher } from '../../functions/aws/due-cipher.ts'
import { sha256 } from '../../functions/aws/sha256.ts'
import { type DueFacts, dueItemOf } from '../../functions/core/due/due-item.ts'
import { startAwsHere } from '../support/aws-here.ts'
import { versionOf } from '../support/entries.ts'
import { catchLines, type Line, metricsIn } from '../support/lines.ts'

const late = Date.now() - 120_000
const itemOf = (n: number, changes: Partial<DueFacts>) =>
  dueItemOf(
    { at: late, half: 'begin', body: `{"n":${n}}`, version: versionOf(n), member: 'wacht/1/7', ...changes },
    sha256,
  )
const open = itemOf(1, { sender: 'intake/hr' })
const person = itemOf(2, { member: null, withdraws: true })
const secretOf = (token: string) => JSON.stringify({ token })

let refuses = false
let aws: Awaited<ReturnType<typeof startAwsHere>>
beforeAll(async () => {
  const before = async () => secretOf('before')
  const cipher = createDueCipher(before, before, Date.now, () => {})
  const { body, ...others } = person
  const sealed = { ...others, sealed: await cipher.seal(body, `${person.shard}/${person.due}`) }
  const stored = [open, sealed].map(item => marshall(item, { removeUndefinedValues: true }))
  aws = await startAwsHere(
    {
      Query: ({ ExpressionAttributeValues: values, Select }) => {
        const { ':shard': shard } = values as Record<string, { S: string }>
        const Items = stored.filter(item => item.shard?.S === shard?.S)
        return Select ? { Count: 3 } : { Items }
      },
      GetSecretValue: ({ VersionStage }) => ({ SecretString: secretOf(VersionStage ? 'before' : 'now') }),
      SendMessageBatch: ({ Entries }) => ({
        Failed: refuses ? (Entries as Sent[]).map(({ Id }) => ({ Id, Code: 'InternalError' })) : [],
        Successful: (refuses ? [] : (Entries as Sent[])).map(({ Id, MessageBody }) => ({
          ...{ Id, MessageId: Id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') },
        })),
      }),
    },
    url => ({
      ...{ CHANGES_QUEUE_URL: `${url}/changes`, DUE_TABLE: 'due', DUE_SECRET_ARN: 'the-secret' },
      AWS_LAMBDA_FUNCTION_NAME: 'role-sync-prod-due',
    }),
  )
})
afterAll(() => aws.stop())
interface Sent {
  readonly Id: string
  readonly MessageBody: string
}

const context = (leftMs: number) =>
  ({ awsRequestId: 'the request', getRemainingTimeInMillis: () => leftMs }) as Context

/** What the function answers, and the lines that it writes. */
async function invoke(leftMs = 60_000) {
  const { handler } = await import('../../functions/due/due-handler.ts')
  const end = catchLines()
  const result = await handler({}, context(leftMs)).catch((error: Error) => error)
  const lines: Line[] = end()
  return { result, lines }
}

test('the function sends what is due, also what the key before encrypted, deletes it, and tells of it', async () => {
  const { result, lines } = await invoke()
  expect(result).toEqual({ sent: 2, left: 0, complete: true, lateSeconds: 120, within24h: 48 })
  expect(aws.inputs('SendMessageBatch')).toMatchObject([
    {
      QueueUrl: expect.stringMatching(/\/changes$/),
      Entries: [
        { MessageBody: person.body, DelaySeconds: 0 },
        {
          MessageBody: open.body,
          DelaySeconds: 0,
          MessageAttributes: { sender: { StringValue: 'intake/hr' } },
        },
      ],
    },
  ])
  const keyOf = ({ shard, due }: typeof open) => ({ DeleteRequest: { Key: marshall({ shard, due }) } })
  expect(aws.inputs('BatchWriteItem')).toEqual([{ RequestItems: { due: [keyOf(person), keyOf(open)] } }])
  expect(aws.inputs('GetSecretValue')).toContainEqual({ SecretId: 'the-secret', VersionStage: 'AWSPREVIOUS' })

  const [line, metrics] = lines as [Line, Line]
  expect(line).toMatchObject({
    level: 'INFO',
    message: 'due',
    requestId: 'the request',
    sent: 2,
    lateSeconds: 120,
  })
  expect(metricsIn([metrics])).toMatchObject([
    { DueLate: 120, Due24h: 48, service: 'role-sync', function: 'role-sync-prod-due' },
  ])
})

test('what SQS refuses stays due, and is an error line', async () => {
  refuses = true
  const deletes = aws.inputs('BatchWriteItem').length
  const { result, lines } = await invoke()
  refuses = false
  expect(result).toEqual({ sent: 0, left: 2, complete: true, lateSeconds: expect.any(Number) })
  expect(aws.inputs('BatchWriteItem')).toHaveLength(deletes)
  expect(lines[0]).toMatchObject({
    ...{ level: 'ERROR', requestId: 'the request' },
    message: 'due changes not sent or not removed; the next round sends them again',
    error: { message: 'SQS refused 2 messages: InternalError' },
  })
  expect(metricsIn(lines)).toHaveLength(1)
  expect(metricsIn(lines)[0]).not.toHaveProperty('Due24h')
})

test('begins nothing in the last ten seconds of its time', async () => {
  const before = aws.calls.length
  expect((await invoke(10_000)).result).toMatchObject({ sent: 0, complete: false })
  expect(aws.calls).toHaveLength(before)
})

test('fails where the table does not answer, without a metric: so the alarm rings', async () => {
  await aws.stop()
  const { result, lines } = await invoke()
  expect(result).toHaveProperty('message')
  expect(metricsIn(lines)).toEqual([])
})
