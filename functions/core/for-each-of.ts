/**
 * Runs `work` for each item, at most `parallel` at once. It takes the next item only when it can start it. After an error it
 * starts nothing more; it rejects with the first error once everything that runs has ended. `items` may be a generator
 * function: it gets `idle`, which resolves once everything that runs has ended.
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
