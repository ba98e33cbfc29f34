import type { SQSRecord } from 'aws-lambda'
import { readHistory } from '../core/dead-letter/trail.ts'
import type { Message } from '../core/event/sqs-message.ts'

/** A record of the event source mapping as a message. */
export function messageOf({
  messageId,
  receiptHandle,
  body,
  attributes,
  messageAttributes,
}: SQSRecord): Message {
  const sentAt = Number(attributes.SentTimestamp)
  const trail = readHistory(messageAttributes.trail?.stringValue)
  return {
    id: messageId,
    receipt: receiptHandle,
    body,
    sentAt,
    firstReceivedAt: Number(attributes.ApproximateFirstReceiveTimestamp ?? sentAt),
    receives: Number(attributes.ApproximateReceiveCount),
    ...(trail && { trail }),
  }
}
