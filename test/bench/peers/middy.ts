import middy from '@middy/core'
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { ofetch } from 'ofetch'
import { baseUrl, headers, type PeerChange, pathOf, timeoutMs, writeOf } from './change.ts'

/** middy with its SQS partial batch middleware, and ofetch. */

const request = ofetch.create({ baseURL: baseUrl, headers, timeout: timeoutMs })

async function send({ body }: SQSRecord): Promise<void> {
  const change = JSON.parse(body) as PeerChange
  await request(pathOf(change), { method: 'PATCH', body: writeOf(change) })
}

export const handler = middy<SQSEvent, PromiseSettledResult<void>[]>()
  .use(sqsPartialBatchFailure())
  .handler(({ Records }) => Promise.allSettled(Records.map(send)))
