import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Context } from 'aws-lambda'
import { startAwsHere } from '../support/aws-here.ts'
import { catchLines, type Line } from '../support/lines.ts'

let aws: Awaited<ReturnType<typeof startAwsHere>>
beforeAll(async () => {
  aws = await startAwsHere({}, () => ({ APPROVALS_TABLE: 'approvals', APPROVALS_NEEDED: '2' }))
})
afterAll(() => aws.stop())

const change = {
  member: 'wacht/1/2',
  version: { time: '2026-11-23T09:15:00', sequence: '', source: '//hr', id: 'wd-1' },
  desired: { roleId: '7' },
}
const approver = 'arn:aws:iam::123456789012:role/Approver'

/** What an approval as Anna answers, and the lines that the function writes. */
async function approve(why: string) {
  const { handler } = await import('../../functions/approve/approve-handler.ts')
  const userArn = 'arn:aws:sts::123456789012:assumed-role/Approver/anna@example.com'
  const event = {
    requestContext: { requestId: 'the request', http: { method: 'POST' }, authorizer: { iam: { userArn } } },
    body: JSON.stringify({ plan: 'ab'.repeat(32), why, changes: [change] }),
  }
  const end = catchLines()
  let lines: Line[] = []
  try {
    const answer = await handler(event as never, { awsRequestId: 'the request' } as Context)
    return { answer, lines: () => lines }
  } finally {
    lines = end()
  }
}

test('the function writes an approval into its table and tells of it, without the name of the session', async () => {
  const { answer, lines } = await approve('asked by jane@example.com')
  expect(JSON.parse(answer.body)).toEqual({ approver, needed: 2, approved: [true] })
  expect(aws.inputs('PutItem')).toMatchObject([
    {
      TableName: 'approvals',
      Item: {
        approver: { S: expect.stringMatching(/^arn:aws:iam::123456789012:role\/Approver\/\d{4}-\d\d-\d\d$/) },
      },
    },
  ])
  expect(lines()).toEqual([
    expect.objectContaining({
      ...{ level: 'INFO', message: 'approval', requestId: 'the request', member: 'wacht/1/2', event: 'wd-1' },
      ...{ approver, approved: true, why: 'asked by [e-mail]' },
    }),
  ])
  expect(JSON.stringify(lines())).not.toContain('anna')
})

test('who invokes the function without its URL names no caller: the request is not that of the context', async () => {
  const { handler } = await import('../../functions/approve/approve-handler.ts')
  const forged = {
    requestContext: {
      requestId: 'a guess',
      http: { method: 'POST' },
      authorizer: { iam: { userArn: 'arn:aws:iam::123456789012:user/ceo' } },
    },
    body: JSON.stringify({ plan: 'ab'.repeat(32), why: 'HR-4711', changes: [change] }),
  }
  const answer = await handler(forged as never, { awsRequestId: 'the request' } as Context)
  expect(answer).toMatchObject({
    ...{ statusCode: 403, body: '{"detail":"this call did not come through the function URL"}' },
  })
})

test('a table that does not answer is an error line', async () => {
  await aws.stop()
  const { answer, lines } = await approve('HR-4711')
  expect(answer.statusCode).toBe(503)
  expect(lines()).toMatchObject([
    {
      ...{ level: 'ERROR', message: expect.stringMatching(/^approvals not written/) },
      error: { message: expect.any(String) },
    },
  ])
})

test('settings that are wrong are named', async () => {
  const { readSettings } = await import('../../functions/approve/approve-settings.ts')
  expect(() => readSettings({ APPROVALS_NEEDED: 'two' })).toThrow(
    'wrong settings: APPROVALS_TABLE: is missing; APPROVALS_NEEDED: must be a whole number',
  )
})
