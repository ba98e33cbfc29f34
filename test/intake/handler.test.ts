import { expect, test } from '@jest/globals'
import type { Context } from 'aws-lambda'
import { catchLines, type Line } from '../support/lines.ts'
import { routed } from './requests.ts'

test('the handler answers a source that is not declared with 404, and tells of it in a line that names the request', async () => {
  const queue = 'https://sqs.eu-central-1.amazonaws.com/1/changes'
  Object.assign(process.env, { CHANGES_QUEUE_URL: queue, DEADLINE_MS: '2500' })
  const { handler } = await import('../../functions/intake/intake-handler.ts')
  const end = catchLines()
  let lines: Line[] = []
  try {
    const context = { awsRequestId: 'the request' } as Context
    expect(await handler(routed('nobody', { headers: {} }), context)).toEqual({ statusCode: 404 })
  } finally {
    lines = end()
  }
  expect(lines).toMatchObject([{ message: 'delivery', requestId: 'the request', status: 404 }])
})
