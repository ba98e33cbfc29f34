import { userInfo } from 'node:os'
import { maxFailuresInARow } from '../../replay/letter-failures.ts'
import type { CliWorld, Environment } from '../io/cli-world.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import type { DeadLetters } from './open-dead-letters.ts'

/** How many passes run: SQS may not return a letter at once after it becomes visible again. */
const passes = 3

/** The ids of handled letters. The others are gone, or another reader has them. */
export interface TakenLetters {
  readonly done: ReadonlySet<string>
  readonly failed: ReadonlySet<string>
}

/**
 * Receives each of these letters again, and runs `work` while the letter is hidden from others. If `work` rejects, it calls
 * `failed` and continues, until twenty in a row have failed. Without `failed` it rejects.
 */
export async function take(
  opened: DeadLetters,
  world: CliWorld,
  messageIds: ReadonlySet<string>,
  work: (one: NamedLetter) => Promise<void>,
  failed?: (one: NamedLetter, error: unknown) => Promise<void>,
): Promise<TakenLetters> {
  const taken = { done: new Set<string>(), failed: new Set<string>() }
  const left = () => messageIds.size - taken.done.size - taken.failed.size
  const isLeft = ({ letter: { messageId } }: NamedLetter) =>
    messageIds.has(messageId) && !taken.done.has(messageId) && !taken.failed.has(messageId)
  let inARow = 0
  for (let pass = 1; pass <= passes && left() > 0; pass++) {
    for await (const one of lookAt(opened, world, { meant: isLeft, limit: left(), impatient: true })) {
      try {
        await work(one)
        taken.done.add(one.letter.messageId)
        inARow = 0
      } catch (error) {
        inARow += 1
        if (!failed || inARow === maxFailuresInARow) throw error
        taken.failed.add(one.letter.messageId)
        await failed(one, error)
      }
    }
  }
  return taken
}

/** The OS user, recorded for an edit or a drop without `--by`. */
export function osUser({ USER, LOGNAME }: Environment): string {
  try {
    return userInfo().username
  } catch {
    return USER || LOGNAME || 'unknown' // a container's user may have no name
  }
}
