/**
 * Works on items, at most `parallel` at once. It asks for the next item only when there is room for it. When one work rejects, no
 * other begins; it rejects with the first error once nothing is running. A function that makes the items is given a wait for
 * the work that is running.
 */
export async function forEachOf<T>(
  items: Iterable<T> | AsyncIterable<T> | ((idle: () => Promise<unknown>) => AsyncIterable<T>),
  parallel: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  const idle = () => Promise.all(running)
  try {
    for await (const item of typeof items === 'function' ? items(idle) : items) {
      const worked = work(item)
        .catch(error => void failures.push(error))
        .finally(() => running.delete(worked))
      running.add(worked)
      if (running.size >= parallel) await Promise.race(running)
      if (failures.length > 0) break
    }
  } finally {
    await idle()
  }
  if (failures.length > 0) throw failures[0]
}
