import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { createSyncTelemetry } from '../aws/telemetry.ts'
import { readHistory } from '../core/dead-letter/trail.ts'
import { binaryModeProblem } from '../core/event/binary-mode.ts'
import type { Message } from '../core/event/sqs-message.ts'
import { principalOf, senderOf } from '../core/guard/sender.ts'
import type { Consumer } from './consumer.ts'

/** Wraps a consumer as a Lambda function. Messages to retry are reported as failed, so that they stay on the queue. */
export const invocationOf = (
  consume: Consumer,
  { logger, flush }: Pick<ReturnType<typeof createSyncTelemetry>, 'logger' | 'flush'>,
  now: () => number,
  trusted?: ReadonlySet<string>,
  due?: string,
) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use({
      // Only the request id: the other fields of the context are the same on every line, a third of the log's bytes.
      before: ({ context }) => logger.appendKeys({ requestId: context.awsRequestId }),
      after: flush,
      onError: flush,
    })
    .handler(async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      const failed = await consume(
        Records.map(record => messageOf(record, trusted, due)),
        now() + context.getRemainingTimeInMillis(),
      )
      return { batchItemFailures: failed.map(itemIdentifier => ({ itemIdentifier })) }
    })

/** Converts a record of the event source mapping to a message. `trusted`: role-sync's functions; without them no sender is read.
 * `due`: the due function. */
export function messageOf(
  { messageId, receiptHandle, body, attributes, messageAttributes }: SQSRecord,
  trusted?: ReadonlySet<string>,
  due?: string,
): Message {
  const sentAt = Number(attributes.SentTimestamp)
  const trail = readHistory(messageAttributes.trail?.stringValue)
  const problem = binaryModeProblem(Object.keys(messageAttributes), body)
  return {
    id: messageId,
    receipt: receiptHandle,
    body,
    sentAt,
    firstReceivedAt: Number(attributes.ApproximateFirstReceiveTimestamp ?? sentAt),
    receives: Number(attributes.ApproximateReceiveCount),
    ...(trail && { trail }),
    ...(trusted && {
      sender: senderOf(attributes.SenderId, messageAttributes.sender?.stringValue, trusted),
      ...(due !== undefined && principalOf(attributes.SenderId) === due && { isDue: true as const }),
    }),
    ...(problem !== undefined && { problem }),
  }
}
