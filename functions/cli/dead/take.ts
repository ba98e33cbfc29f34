import type { World } from '../world.ts'
import { lookAt, type NamedLetter } from './look.ts'
import type { DeadLetters } from './open.ts'

/** Looks in a row: a letter that was looked at a moment ago is visible again only a second later. */
const looks = 3

/**
 * Meets each of these letters once more and does something with it while nobody else can see it; answers the ids of those it
 * was done with. The others are gone, or somebody else is looking at them.
 */
export async function take(
  opened: DeadLetters,
  world: World,
  messageIds: ReadonlySet<string>,
  work: (one: NamedLetter) => Promise<void>,
): Promise<ReadonlySet<string>> {
  const done = new Set<string>()
  const isMeant = ({ letter }: NamedLetter) => messageIds.has(letter.messageId) && !done.has(letter.messageId)
  for (let look = 1; look <= looks && done.size < messageIds.size; look++) {
    for await (const one of lookAt(opened, world, isMeant, messageIds.size - done.size)) {
      await work(one)
      done.add(one.letter.messageId)
    }
  }
  return done
}
