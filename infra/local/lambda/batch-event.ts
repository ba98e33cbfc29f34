import type { Message } from '@aws-sdk/client-sqs'
import type { Invocation } from './lambda-invocation.ts'

/** The event of Lambda for received messages. */
export function batchEvent(messages: readonly Message[], queueArn: string, region: string): unknown {
  return {
    Records: messages.map(message => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
          name,
          {
            stringValue: value.StringValue,
            stringListValues: [],
            binaryListValues: [],
            dataType: value.DataType,
          },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  }
}

/**
 * The messages that an invocation settled, by Lambda's rules for partial batches: all that are not reported as failed. A reported id
 * that is not in the batch fails the whole batch.
 */
export function settledBy(
  { ending }: Invocation,
  messages: readonly Message[],
  partialBatches: boolean,
): readonly Message[] {
  if (ending.kind !== 'returned') return []
  const failures = partialBatches
    ? (ending.value as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures
    : undefined
  if (failures === undefined || failures === null) return messages
  if (!Array.isArray(failures)) return []
  const failed = failures.map(failure => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier)
  const known = (id: unknown) => messages.some(message => message.MessageId === id)
  if (!failed.every(known)) return []
  return messages.filter(message => !failed.includes(message.MessageId))
}
