import { type DeadLetter, namesAsRead } from '../core/dead-letter/dead-letter.ts'
import { redact } from '../core/redact.ts'
import type { ReplayWorld } from './replay-world.ts'

/**
 * So many failures in a row end the work: then no single letter is at fault, and each further one would be a call in vain.
 */
export const mostInARow = 20

/** The letters that failed in one run. */
export interface Failures {
  /** How many letters failed. */
  readonly failed: number
  /** Whether the run is to end: the last ones failed one after the other. */
  readonly tooMany: boolean
  /** The latest error; undefined while none failed. */
  readonly latest: unknown
  /** A letter failed: it is told of, and stays on the dead-letter queue. */
  readonly add: (letter: DeadLetter, error: unknown) => void
  /** Does a piece of the work on a letter; undefined when it rejects, and the letter has failed then. */
  readonly attempt: <T>(letter: DeadLetter, work: () => Promise<T>) => Promise<T | undefined>
  /** The work on a letter is over: where it did not fail, the row of failures ends. */
  readonly over: (letter: DeadLetter) => void
}

/** Counts the letters that fail and tells of each; `plan` is the hash of the plan that they belong to, if any. */
export function createFailures(
  { log, parse, now }: Pick<ReplayWorld, 'log' | 'parse' | 'now'>,
  plan?: string,
): Failures {
  const failed = new Set<string>()
  let inARow = 0
  let latest: unknown

  const add: Failures['add'] = (letter, error) => {
    if (!failed.has(letter.messageId)) inARow += 1
    failed.add(letter.messageId)
    latest = error
    const { messageId, reason } = letter
    log.letter({
      ...{ act: 'failed', ...namesAsRead(letter, parse, now()), messageId, reason },
      ...{ detail: redact(wordsOf(error)).slice(0, mostOfADetail), ...(plan !== undefined && { plan }) },
    })
  }
  return {
    get failed() {
      return failed.size
    },
    get tooMany() {
      return inARow >= mostInARow
    },
    get latest() {
      return latest
    },
    add,
    attempt: async (letter, work) => {
      try {
        return await work()
      } catch (error) {
        add(letter, error)
        return undefined
      }
    },
    over: ({ messageId }) => {
      if (!failed.has(messageId)) inARow = 0
    },
  }
}

const mostOfADetail = 500

/** An error in words: what throws may be anything. */
const wordsOf = (error: unknown): string => {
  const { name, message } = (error ?? {}) as Partial<Error>
  return message || name || String(error)
}
