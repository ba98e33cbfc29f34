import type { Message, MessageSystemAttributeName } from '@aws-sdk/client-sqs'
import { type DeadLetter, letterFacts } from '../core/dead-letter/dead-letter.ts'
import { senderOf } from '../core/guard/sender.ts'

/** The system attributes that a letter needs. */
export const letterSystemAttributes: MessageSystemAttributeName[] = [
  'SentTimestamp',
  'ApproximateReceiveCount',
  'DeadLetterQueueSourceArn',
]

/**
 * A received message as a letter. SQS names the source queue only if it moved the message itself; no sender can set or remove this
 * name. (The local engine does not set it.) `trusted`: the functions of role-sync; without them no sender is read.
 */
export function letterOf(message: Message, trusted?: ReadonlySet<string>): DeadLetter {
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
    ...(trusted && { sender: senderOf(Attributes.SenderId, attributes.sender, trusted) }),
    ...letterFacts(attributes, Attributes.DeadLetterQueueSourceArn !== undefined),
  }
}
