import { userInfo } from 'node:os'
import { maxFailuresInARow } from '../../replay/letter-failures.ts'
import type { CliWorld, Environment } from '../io/cli-world.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import type { DeadLetters } from './open-dead-letters.ts'

/** Looks in a row: SQS may not give out a letter at once that has just become visible again. */
const looks = 3

/** What became of letters that were to be met. The others are gone, or somebody else is looking at them. */
export interface TakenLetters {
  /** The ids of those with which the work was done. */
  readonly done: ReadonlySet<string>
  readonly failed: ReadonlySet<string>
}

/**
 * Meets each of these letters once more and does something with it while nobody else can see it. Where `failed` is given, a
 * letter whose work rejects is told to it and the others go on, until twenty in a row have failed; else it rejects.
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
  for (let look = 1; look <= looks && left() > 0; look++) {
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

/** Who sits at this machine, as it knows them: what an edit or a drop is signed with unless `--by` says otherwise. */
export function osUser({ USER, LOGNAME }: Environment): string {
  try {
    return userInfo().username
  } catch {
    return USER || LOGNAME || 'unknown' // a container's user may have no name
  }
}
