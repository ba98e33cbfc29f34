import type { Letter } from '../../../core/dead-letter.ts'
import { editedAttributes } from '../../../core/stamp.ts'
import { moment } from '../../durations.ts'
import type { World } from '../../world.ts'
import type { DeadLetters } from '../open.ts'
import { take } from '../take.ts'
import { differences } from './differences.ts'
import { osUser } from './user.ts'

/**
 * Replaces a letter by one with another body, which is sent before the old one is deleted. Answers what was recorded on it:
 * who changed what, and when; undefined where the letter is not there any more, or somebody else is looking at it.
 */
export async function replace(
  opened: DeadLetters,
  world: World,
  { messageId, body: before }: Letter,
  body: string,
  by = osUser(world.env),
): Promise<string | undefined> {
  const change = `${moment(world.now())} ${by}: ${differences(before, body).join('; ')}`
  const { done } = await take(opened, world, new Set([messageId]), async ({ letter }) => {
    await opened.letters.send(body, editedAttributes(letter, change))
    await opened.letters.remove(letter)
  })
  return done.size > 0 ? change : undefined
}
