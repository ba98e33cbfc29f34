import type { Message, MessageSystemAttributeName } from '@aws-sdk/client-sqs'
import { type DeadLetter, letterFacts } from '../core/dead-letter/dead-letter.ts'

/** The system attributes that a letter is read from. */
export const letterSystemAttributes: MessageSystemAttributeName[] = [
  'SentTimestamp',
  'ApproximateReceiveCount',
  'DeadLetterQueueSourceArn',
]

/**
 * A received message as a letter. SQS names the source queue of a message that it moved itself, and of no other: no sender can
 * set or leave out that name. (The local engine does not know it.)
 */
export function letterOf(message: Message): DeadLetter {
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
    ...letterFacts(attributes, Attributes.DeadLetterQueueSourceArn !== undefined),
  }
}
