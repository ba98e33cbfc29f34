import * as v from 'valibot'

/** How often a secret is read afresh after it was of no use, at most, in milliseconds. */
const refreshEveryMs = 30_000

/** How long a secret that could not be read is not asked for again, in milliseconds. */
const retryEveryMs = 1000

/** When a reading failed that has not. */
const never = Number.POSITIVE_INFINITY

/** Reads the string of a secret. */
export type ReadSecret = () => Promise<string | undefined>

/** What the string of a secret must look like, and the same in words that an error can show. */
export interface SecretForm<T> {
  readonly schema: v.GenericSchema<unknown, T>
  readonly words: string
  /** How long it counts before it is read again, in milliseconds: for ever unless given. */
  readonly maxAgeMs?: number
}

/** A secret that is kept for the life of the instance. */
export interface KeptSecret<T> {
  /** Rejects, with a message that never holds the secret, when it cannot be read or has another form. */
  readonly value: () => Promise<T>
  /**
   * What the secret is now, after `rejected` was of no use: read afresh unless that was done a moment ago. Undefined when
   * there is no other than `rejected`; rejects as `value` does. Meanwhile `value` is what is known: whoever has the secret
   * read again makes nobody else wait for it.
   */
  readonly refreshed: (rejected: T) => Promise<T | undefined>
}

/** Keeps a secret; `trouble` is told once each time that it is read in vain. */
export function keepSecret<T>(
  name: string,
  { schema, words, maxAgeMs = Number.POSITIVE_INFINITY }: SecretForm<T>,
  read: ReadSecret,
  now: () => number,
  trouble: (error: unknown) => void,
): KeptSecret<T> {
  let current: Promise<T> | undefined
  let failedAt = never
  let refreshedAt = Number.NEGATIVE_INFINITY
  let refreshing: Promise<void> = Promise.resolve()
  let readAt = Number.NEGATIVE_INFINITY

  const parse = (text: string | undefined): T => {
    const result = v.safeParse(schema, text)
    if (result.success) return result.output
    throw new Error(`the credentials of ${name} must be ${words}`)
  }
  const load = async (): Promise<T> => {
    readAt = now()
    try {
      return parse(await read().catch(unreadable(name)))
    } catch (error) {
      trouble(error)
      throw error
    }
  }
  /** Concurrent calls share one reading; one that failed is not repeated at once. */
  const value = (): Promise<T> => {
    if (!current || now() - failedAt >= retryEveryMs) {
      failedAt = never
      current = load()
      current.catch(() => {
        failedAt = now()
      })
    } else if (failedAt === never && now() - readAt >= maxAgeMs) current = renewed(current)
    return current
  }
  /** A failed reading does not take away what there is. */
  const renewed = (known: Promise<T>): Promise<T> => load().catch(() => known)
  /** What was read in the meantime for another reason is newer, and stays. */
  const refresh = async (known: Promise<T>): Promise<void> => {
    const latest = await renewed(known)
    if (current === known) current = Promise.resolve(latest)
  }

  return {
    value,
    refreshed: async rejected => {
      const reading = value()
      const known = await reading
      if (known !== rejected) return known
      if (now() - refreshedAt >= refreshEveryMs) {
        refreshedAt = now()
        refreshing = refresh(reading)
      }
      await refreshing
      const latest = await value()
      return latest === rejected ? undefined : latest
    },
  }
}

const unreadable = (name: string) => (error: unknown) => {
  throw new Error(
    `the credentials of ${name} could not be read: ${(error as Error)?.name ?? 'unknown error'}`,
  )
}
