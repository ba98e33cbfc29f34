/** The maximum of entries in one SQS batch request, and of messages in one receive. */
export const sqsBatchSize = 10

/** The maximum of bytes of all bodies in one batch request: SQS's older limit, valid in every region and emulator. */
export const maxBatchBytes = 262_144

/** `maxReceiveCount`: after it SQS moves a message to the dead-letter queue. SQS's maximum, used only as a backstop. */
export const maxReceives = 1000

/** The retention of both queues, from the send, in milliseconds: SQS's maximum. */
export const messageRetentionMs = 14 * 86_400_000

/**
 * Groups items into batches within SQS's limits, in order. An item over the byte limit gets a batch of its own. `besideBytes`: the size of
 * the attributes of each.
 */
export async function* batchesOf<T extends { readonly body: string }>(
  items: Iterable<T> | AsyncIterable<T>,
  besideBytes = 0,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = []
  let bytes = 0
  for await (const item of items) {
    const size = Buffer.byteLength(item.body) + besideBytes
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
