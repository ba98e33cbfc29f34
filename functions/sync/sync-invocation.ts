import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { createTelemetry } from '../aws/sync-telemetry.ts'
import type { Consumer } from './consumer.ts'
import { messageOf } from './sqs-records.ts'

/** A consumer as a Lambda function: what must be tried again is reported as failed, and so stays on the queue. */
export const invocationOf = (
  consume: Consumer,
  { logger, flush }: Pick<ReturnType<typeof createTelemetry>, 'logger' | 'flush'>,
  now: () => number,
) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use({
      // Not the whole context: what is the same on every line of a log group would be a third of the log's bytes.
      before: ({ context }) => logger.appendKeys({ requestId: context.awsRequestId }),
      after: flush,
      onError: flush,
    })
    .handler(async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      const failed = await consume(Records.map(messageOf), now() + context.getRemainingTimeInMillis())
      return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
    })
