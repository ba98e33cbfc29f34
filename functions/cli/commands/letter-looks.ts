import { createLetters } from '../../aws/dead-letter-queue.ts'
import { explainRead } from '../io/aws-errors.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { findQueue } from '../io/open-queue.ts'
import type { ReadLetter, ReadLetterText } from '../page/letter-groups.ts'
import { clockOf, countOf } from '../page/time-words.ts'

/** How long a letter stays hidden if this process dies, in seconds. A look takes less. */
const hideSeconds = 20

/** The most letters of a look. */
const mostLetters = 500

/** How many receives run at once. */
const parallel = 2

/** The dead letters of a stage, as they were at the last look. */
export interface LetterLooks {
  /** Receives the letters and makes them visible again. Rejects with a Failure. */
  look(): Promise<void>
  letters(): readonly ReadLetter[]
  /** What the letters do not show. */
  notes(count: number): readonly string[]
}

/** Before the first look there are none. A look in which another reader has some of the letters replaces no whole one. */
export function createLetterLooks(
  world: CliWorld,
  stage: string,
  queue: string,
  read: ReadLetterText,
): LetterLooks {
  const client = world.sqs()
  let letters: readonly ReadLetter[] = []
  let lookedAt = 0
  let hidden = 0
  return {
    look: async () => {
      const begun = world.now()
      const { look } = createLetters(await findQueue(world, client, stage, queue), client)
      const found: ReadLetter[] = []
      let others = 0
      const onHidden = (count: number) => {
        others = count
      }
      const options = { hideSeconds, parallel, patienceSeconds: 0, onHidden, signal: world.stop }
      try {
        for await (const letter of look(options)) {
          found.push(read(letter))
          if (found.length >= mostLetters) break
        }
      } catch (error) {
        throw world.stop.aborted ? error : explainRead(error, world.env, 'sqs:ReceiveMessage')
      }
      hidden = others
      if (others > 0 && found.length < letters.length) return
      letters = found
      lookedAt = begun
    },
    letters: () => letters,
    notes: count => {
      if (hidden > 0)
        return [
          `About ${countOf(hidden, 'dead letter')} cannot be read now: another reader has them. Those here are of ${clockOf(lookedAt)}.`,
        ]
      return letters.length === mostLetters && count > mostLetters
        ? [
            `${mostLetters} of about ${countOf(count, 'dead letter')} are read. role-sync dead list reads all.`,
          ]
        : []
    },
  }
}
