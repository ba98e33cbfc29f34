import type { Letters } from '../../aws/dead-letter-queue.ts'
import { type DeadLetter, namesAsRead } from '../../core/dead-letter/dead-letter.ts'
import type { Named } from '../../core/event/event.ts'
import { patienceSeconds } from '../../replay/make-plan.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { note } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import type { DeadLetters } from './open-dead-letters.ts'

/** A letter and its names. */
export interface NamedLetter {
  readonly letter: DeadLetter
  readonly named: Named
}

/** How long a letter stays hidden if this process dies, in seconds. */
const hideSeconds = 60

/** Which letters are read, and how. */
export interface LookAt {
  readonly meant: (one: NamedLetter) => boolean
  /** The maximum of letters. */
  readonly limit?: number
  /** Does not wait for letters that another reader has. */
  readonly impatient?: boolean
  /** Called with the number of letters that stayed hidden. */
  readonly onHidden?: (count: number) => void
}

/** Reads letters, with a progress bar. They are visible to others again after the loop. Rejects when the command must stop. */
export async function* lookAt(
  { letters, parse, queue }: DeadLetters,
  world: CliWorld,
  { meant, limit = Number.POSITIVE_INFINITY, impatient = false, onHidden }: LookAt,
): AsyncGenerator<NamedLetter> {
  const { look } = withProgress(letters, queue, world)
  const patience = { patienceSeconds: impatient ? 0 : patienceSeconds, ...(onHidden && { onHidden }) }
  let found = 0
  for await (const letter of look({ hideSeconds, ...patience, signal: world.stop })) {
    const one = { letter, named: namesAsRead(letter, parse, world.now()) }
    if (!meant(one)) continue
    yield one
    found += 1
    if (found >= limit) return
  }
}

/** The same queue with a progress bar, and a note on letters that stayed hidden. */
export function withProgress(letters: Letters, queue: string, world: CliWorld): Letters {
  return {
    ...letters,
    look: async function* (options) {
      const { visible } = await letters.counts()
      const progress = startProgress(world, `reading ${queue}`, visible, { seen: 0 })
      let seen = 0
      let hidden = 0
      const onHidden = (count: number) => {
        hidden = count
        options.onHidden?.(count)
      }
      try {
        for await (const letter of letters.look({ ...options, onHidden })) {
          progress.update(seen + 1, { seen: seen + 1 })
          yield letter
          seen += 1
        }
      } finally {
        progress.stop()
      }
      if (hidden > 0) await note(world, hiddenWords(hidden, queue))
    },
  }
}

const hiddenWords = (count: number, queue: string): string =>
  `About ${count} more on ${queue} are hidden, because another reader has them. Try again in a minute.`
