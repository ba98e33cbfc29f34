/**
 * Works on what comes, so many at once. When one work rejects no other is begun; nothing is left running when it rejects in
 * its turn. What comes is asked for only when there is room for it.
 */
export async function forEachOf<T>(
  items: AsyncIterable<T>,
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  try {
    for await (const item of items) {
      if (running.size >= parallel) await Promise.race(running)
      if (failures.length > 0) break
      const worked = work(item)
        .catch(error => void failures.push(error))
        .finally(() => running.delete(worked))
      running.add(worked)
    }
  } finally {
    await Promise.all(running)
  }
  if (failures.length > 0) throw failures[0]
}
