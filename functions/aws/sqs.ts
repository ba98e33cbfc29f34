import type { LetterAttributes } from '../core/letter.ts'

/** The most entries that SQS takes in one batch request, and the most messages that one receive brings. */
export const batchSize = 10

/** Items in lots of a batch request each. */
export const inBatches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, n) =>
    items.slice(n * batchSize, (n + 1) * batchSize),
  )

/** String attributes as SQS takes them. */
export const toSqs = (attributes: LetterAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
