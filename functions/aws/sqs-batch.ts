import type { LetterAttributes } from '../core/dead-letter/letter-attributes.ts'
import { messageGroupOf } from '../core/event/message-group.ts'
import { sha256 } from './sha256.ts'

/** The most entries that SQS takes in one batch request, and the most messages that one receive brings. */
export const batchSize = 10

/** Items in lots of a batch request each. */
export const inBatches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, n) =>
    items.slice(n * batchSize, (n + 1) * batchSize),
  )

/** A body as it is sent to the changes queue: in the group of its source, so that no source delays another. */
export const inItsGroup = (body: string) => ({
  MessageBody: body,
  MessageGroupId: messageGroupOf(body, sha256),
})

/** Bodies as the entries of one batch request, by their index. */
export const entriesOf = (bodies: readonly string[]) =>
  bodies.map((body, index) => ({ Id: String(index), ...inItsGroup(body) }))

/** String attributes as SQS takes them. */
export const toSqs = (attributes: LetterAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
