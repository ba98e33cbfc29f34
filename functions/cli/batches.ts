/** The most entries that SQS takes in one batch request. */
export const maxEntries = 10

/** The most that the bodies of a batch take together, in bytes: SQS's older limit, which every region and emulator keeps. */
export const maxBatchBytes = 262_144

/** Groups items into batches that SQS takes, in order; an item over the limit gets a batch of its own. */
export async function* batchesOf<T extends { readonly body: string }>(
  items: AsyncIterable<T>,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = []
  let bytes = 0
  for await (const item of items) {
    const size = Buffer.byteLength(item.body)
    if (batch.length === maxEntries || (batch.length > 0 && bytes + size > maxBatchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
