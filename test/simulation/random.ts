/** A seeded source of randomness; every part of a simulation draws from a stream of its own. */
export interface Random {
  /** In [0, 1). */
  (): number
  /** True with the given probability. */
  readonly chance: (probability: number) => boolean
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/**
 * The stream of one seed and name (sfc32). Streams of different names do not disturb one another, so that taking one
 * change out of a schedule leaves the faults of the others as they were.
 */
export function createRandom(seed: number, name: string): Random {
  let [a, b, c, d] = [seed | 0, hash(name), hash(`${name}/${seed}`), 1]
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let warm = 0; warm < 12; warm++) next()
  return Object.assign(next, {
    chance: (probability: number) => probability > 0 && next() < probability,
    between: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    pick: <T>(items: readonly T[]) => items[Math.floor(next() * items.length)] as T,
  })
}

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value
}
