import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { Logger } from '@aws-lambda-powertools/logger'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { type PeerChange, writeByFetch } from './change.ts'

/** Powertools' batch processor with native fetch, as its documentation has it: records in parallel, one log line each. */

const logger = new Logger()

/** Sends one change; throws unless the target took it. */
export async function send(record: SQSRecord): Promise<void> {
  const change = JSON.parse(record.body) as PeerChange
  await writeByFetch(change)
  logger.info('Processed item', { id: change.id })
}

/** Settles a batch, each record with `one`. The processor holds a batch's state: one for each, as several run at once here. */
export const batchWith =
  (one: (record: SQSRecord) => Promise<void>) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context)
    return processPartialResponse(event, one, new BatchProcessor(EventType.SQS), { context })
  }

export const handler = batchWith(send)
