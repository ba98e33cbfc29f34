import type { LetterAttributes } from '../core/dead-letter/letter-attributes.ts'
import { parseJson } from '../core/json.ts'
import { asObject } from '../core/outcome/http-answer.ts'
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

/** What SQS takes as a MessageGroupId (SendMessage): 1 to 128 letters, digits and punctuation marks of ASCII. */
const isGroup = (text: string): boolean => /^[!-~]{1,128}$/.test(text)

/** The group of bodies that name no source: whoever sends them shares one place. */
const noSourceGroup = 'no-source'

/**
 * The message group of an event's body: its CloudEvents `source`, or the source's hash where SQS would not take that. By it
 * SQS tells sources apart: when one of them fills the queue, the messages of the others are given out first (fair queues).
 * It never throws, whatever the body. `hash` answers with hexadecimal digits.
 */
export function messageGroupOf(body: string, hash: (text: string) => string): string {
  const json = parseJson(body)
  const source = json.ok ? asObject(json.value)?.source : undefined
  if (typeof source !== 'string' || source === '') return noSourceGroup
  return isGroup(source) ? source : hash(source)
}
