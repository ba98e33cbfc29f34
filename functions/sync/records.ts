import type { SQSRecord } from 'aws-lambda'
import * as v from 'valibot'
import type { Message, Trail } from '../core/message.ts'

/** A record of the event source mapping as a message. */
export function messageOf({
  messageId,
  receiptHandle,
  body,
  attributes,
  messageAttributes,
}: SQSRecord): Message {
  const sentAt = Number(attributes.SentTimestamp)
  const trail = readTrail(messageAttributes.trail?.stringValue)
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

const trailSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    replays: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    renewals: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    plan: v.optional(v.pipe(v.string(), v.maxLength(128))),
    edits: v.optional(v.array(v.string())),
  }),
)

/** The history that a replay stamped on a message. Any producer can send attributes: what is not a trail is none. */
export function readTrail(text: string | undefined): Trail | undefined {
  const result = v.safeParse(trailSchema, text)
  return result.success ? (result.output as Trail) : undefined
}
