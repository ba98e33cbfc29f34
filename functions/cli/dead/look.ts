import type { Letters } from '../../aws/letters.ts'
import { type Letter, namesOfLetter } from '../../core/dead-letter.ts'
import type { Named } from '../../core/event.ts'
import { note } from '../output.ts'
import { startProgress } from '../progress.ts'
import type { World } from '../world.ts'
import type { DeadLetters } from './open.ts'

/** A letter and what it is called. */
export interface NamedLetter {
  readonly letter: Letter
  readonly named: Named
}

/** How long a letter stays hidden should this process die, in seconds. */
const hideSeconds = 60

/**
 * Looks at the letters that are `meant`, at most so many, behind a progress bar. They are visible to others again once the
 * loop has ended, however it ends; it rejects when the command is told to stop.
 */
export async function* lookAt(
  { letters, parse, queue }: DeadLetters,
  world: World,
  meant: (one: NamedLetter) => boolean,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<NamedLetter> {
  const { look } = withProgress(letters, queue, world)
  let found = 0
  for await (const letter of look({ hideSeconds, signal: world.stop })) {
    const one = { letter, named: namesOfLetter(letter, parse(letter.body, world.now())) }
    if (!meant(one)) continue
    yield one
    found += 1
    if (found >= limit) return
  }
}

/** The same queue, whose looks show how far they are, and tell of letters that they could not see. */
export function withProgress(letters: Letters, queue: string, world: World): Letters {
  return {
    ...letters,
    look: async function* (options) {
      const { visible, hidden } = await letters.counts()
      const progress = startProgress(world, `looking at ${queue}`, visible, { seen: 0 })
      let seen = 0
      try {
        for await (const letter of letters.look(options)) {
          progress.update(seen + 1, { seen: seen + 1 })
          yield letter
          seen += 1
        }
      } finally {
        progress.stop()
      }
      const unseen = visible + hidden - seen
      if (unseen > 0)
        await note(world, `about ${unseen} more on ${queue} were hidden: somebody else is looking at them`)
    },
  }
}
