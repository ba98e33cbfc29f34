import { type DeadLetter, namesAsRead } from '../core/dead-letter/dead-letter.ts'
import { redact } from '../core/redact.ts'
import type { ReplayWorld } from './replay-world.ts'

/** After so many failures in a row the run ends: the cause is then not a single letter. */
export const maxFailuresInARow = 20

/** The letters that failed in one run. */
export interface Failures {
  /** How many letters failed. */
  readonly failed: number
  /** Whether the run must end: too many letters in a row failed. */
  readonly tooMany: boolean
  /** The latest error. Undefined if no letter failed. */
  readonly latest: unknown
  /** Counts and logs a failed letter. */
  readonly add: (letter: DeadLetter, error: unknown) => void
  /** Runs work on a letter. If it rejects, the letter counts as failed and the result is undefined. */
  readonly attempt: <T>(letter: DeadLetter, work: () => Promise<T>) => Promise<T | undefined>
  /** Ends the work on a letter. If it did not fail, the row of failures ends. */
  readonly over: (letter: DeadLetter) => void
}

/** Counts and logs the letters that fail. `plan` is the hash of their plan, if any. */
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
      ...{ detail: redact(messageOf(error)).slice(0, maxDetailLength), ...(plan !== undefined && { plan }) },
    })
  }
  return {
    get failed() {
      return failed.size
    },
    get tooMany() {
      return inARow >= maxFailuresInARow
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

const maxDetailLength = 500

/** The message of an error. Any value may be thrown. */
const messageOf = (error: unknown): string => {
  const { name, message } = (error ?? {}) as Partial<Error>
  return message || name || String(error)
}
