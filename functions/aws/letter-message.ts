import type { Message } from '@aws-sdk/client-sqs'
import { type Letter, reasonOf } from '../core/dead-letter.ts'
import type { LetterAttributes } from '../core/letter.ts'
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

/** String attributes as SQS takes them. */
export const toSqs = (attributes: LetterAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
