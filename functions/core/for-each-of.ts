/**
 * Runs `work` for each item, at most `parallel` at once. It takes the next item only when it can start it. After an error it
 * starts nothing more; it rejects with the first error once everything that runs has ended.
 */
export async function forEachOf<T>(
  items: Iterable<T> | AsyncIterable<T>,
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  try {
    for await (const item of items) {
      const worked = work(item)
        .catch(error => void failures.push(error))
        .finally(() => running.delete(worked))
      running.add(worked)
      if (running.size >= parallel) await Promise.race(running)
      if (failures.length > 0) break
    }
  } finally {
    await Promise.all(running)
  }
  if (failures.length > 0) throw failures[0]
}
