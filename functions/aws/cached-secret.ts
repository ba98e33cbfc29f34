import * as v from 'valibot'

/** The minimum time between two reads after a rejection, in milliseconds. */
const refreshEveryMs = 30_000

/** The minimum time before a failed read is repeated, in milliseconds. */
const retryEveryMs = 1000

/** The time of the last failure if there is none. */
const never = Number.POSITIVE_INFINITY

/** Reads the string of a secret. */
export type ReadSecret = () => Promise<string | undefined>

/** The form of a secret's string: as a schema, and as words for errors. */
export interface SecretForm<T> {
  readonly schema: v.GenericSchema<unknown, T>
  readonly words: string
  /** How long the secret is kept before it is read again, in milliseconds; without a limit by default. */
  readonly maxAgeMs?: number
}

/** A secret that is kept for the life of the instance. */
export interface KeptSecret<T> {
  /** Rejects if the secret cannot be read or has a wrong form. The message never holds the secret. */
  readonly value: () => Promise<T>
  /**
   * The secret after the target rejected `rejected`: reads it again, unless it was read a moment ago. Undefined if it has not
   * changed. Rejects as `value` does. Meanwhile `value` returns the known secret without waiting.
   */
  readonly refreshed: (rejected: T) => Promise<T | undefined>
}

/** Keeps a secret. Calls `trouble` for each failed read. */
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
  /** Concurrent calls share one read. A failed read is not repeated at once. */
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
  /** Reads the secret, and keeps the known one if that fails. */
  const renewed = (known: Promise<T>): Promise<T> => load().catch(() => known)
  /** Reads the secret, and stores it unless another read was faster. */
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
