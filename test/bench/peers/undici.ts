import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { request } from 'undici'
import { baseUrl, headers, type PeerChange, pathOf, writeOf } from './change.ts'

/** The limit: the same requests, by bare undici, and nothing else. */

async function send({ body }: SQSRecord): Promise<void> {
  const change = JSON.parse(body) as PeerChange
  const response = await request(baseUrl + pathOf(change), {
    method: 'PATCH',
    headers,
    body: JSON.stringify(writeOf(change)),
  })
  await response.body.json()
}

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  await Promise.all(Records.map(send))
  return { batchItemFailures: [] }
}
