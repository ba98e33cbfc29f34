/** A map of at most `most` entries. A `set` beyond that drops the tenth of the entries with the oldest `set`. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #most: number

  constructor(most: number) {
    super()
    this.#most = most
  }

  override set(key: Key, value: Value): this {
    this.delete(key)
    super.set(key, value)
    if (this.size > this.#most) this.#dropOldest()
    return this
  }

  /** Several at once: an iterator passes the places of all dropped entries before it comes to the oldest one. */
  #dropOldest(): void {
    for (const key of this.keys().take(Math.ceil(this.#most / 10))) this.delete(key)
  }
}
