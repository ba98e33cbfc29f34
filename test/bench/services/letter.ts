import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { toSqs } from '../../../functions/aws/sqs-send.ts'
import { letterAttributes } from '../../../functions/core/dead-letter/letter-attributes.ts'
import type { Grounds } from '../../../functions/core/dead-letter/reason.ts'
import { createEventParser } from '../../../functions/core/event/event-parser.ts'
import { kinds } from '../../../functions/targets/index.ts'
import { messageOf } from '../events.ts'

const parse = createEventParser(kinds, {})
const grounds: Grounds = { reason: 'forbidden', detail: 'the target answered 403', status: 403 }

/** The n-th change as a dead letter. */
export function letterOf(n: number): Omit<SendMessageBatchRequestEntry, 'Id'> {
  const message = messageOf(n)
  const { named } = parse(message.body, Date.now())
  const attributes = letterAttributes(message, named, grounds, Date.now())
  return { MessageBody: message.body, MessageAttributes: toSqs(attributes) }
}
