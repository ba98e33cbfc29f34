/** The items as a stream of them. */
export async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}

/** Everything that a stream yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}
