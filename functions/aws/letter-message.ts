import type { Message } from '@aws-sdk/client-sqs'
import { type Letter, reasonOf } from '../core/dead-letter.ts'
import { readTrail } from '../core/trail.ts'

/** A received message as a letter. */
export function letterOf(message: Message): Letter {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} } = message
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
      StringValue === undefined ? [] : [[name, StringValue] as const],
    ),
  )
  return {
    messageId: MessageId,
    receipt: ReceiptHandle,
    body: Body,
    sentAt: Number(Attributes.SentTimestamp),
    receives: Number(Attributes.ApproximateReceiveCount),
    attributes,
    reason: reasonOf(attributes),
    trail: readTrail(attributes.trail),
  }
}
