import type { Letters } from '../../aws/dead-letter-queue.ts'
import { type DeadLetter, namesAsRead } from '../../core/dead-letter/dead-letter.ts'
import type { Named } from '../../core/event/event.ts'
import { patienceSeconds } from '../../replay/make-plan.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { note } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import type { DeadLetters } from './open-dead-letters.ts'

/** A letter and what it is called. */
export interface NamedLetter {
  readonly letter: DeadLetter
  readonly named: Named
}

/** How long a letter stays hidden should this process die, in seconds. */
const hideSeconds = 60

/** Which letters are looked at, and how. */
export interface LookAt {
  readonly meant: (one: NamedLetter) => boolean
  /** The most letters that are meant. */
  readonly limit?: number
  /** Does not wait for letters that somebody else is looking at. */
  readonly impatient?: boolean
  /** Told how many letters were hidden to the end. */
  readonly onHidden?: (count: number) => void
}

/**
 * Looks at letters, behind a progress bar. They are visible to others again once the loop has ended, however it ends; it
 * rejects when the command is told to stop.
 */
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

/** The same queue, whose looks show how far they are, and tell of letters that they could not see. */
export function withProgress(letters: Letters, queue: string, world: CliWorld): Letters {
  return {
    ...letters,
    look: async function* (options) {
      const { visible } = await letters.counts()
      const progress = startProgress(world, `looking at ${queue}`, visible, { seen: 0 })
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
  `about ${count} more on ${queue} were hidden: somebody else is looking at them; look again in a minute`
