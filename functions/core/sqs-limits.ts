/** The most entries that SQS takes in one batch request, and the most messages that one receive brings. */
export const sqsBatchSize = 10

/** The most bytes that the bodies of one batch request take together: SQS's older limit, which every region and emulator keeps. */
export const maxBatchBytes = 262_144

/** After so many receives SQS moves a message to the dead-letter queue by itself: its maximum, and only a backstop. */
export const maxReceives = 1000

/** How long SQS keeps a message from its send, in milliseconds: its maximum, on both queues. */
export const messageRetentionMs = 14 * 86_400_000

/** Groups items into batches that SQS takes, in order. An item over the limit of bytes gets a batch of its own. */
export async function* batchesOf<T extends { readonly body: string }>(
  items: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = []
  let bytes = 0
  for await (const item of items) {
    const size = Buffer.byteLength(item.body)
    if (batch.length === sqsBatchSize || (batch.length > 0 && bytes + size > maxBatchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
