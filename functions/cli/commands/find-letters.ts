import { isMeant } from '../../core/dead-letter/letter-filter.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { Failure } from '../io/exit-codes.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import type { DeadLetters } from './open-dead-letters.ts'

/** What the argument EVENT may be. */
export const eventArgument =
  'the id of an event; "source id" where several sources use that id; or the id of a message, as `dead list` shows it'

/**
 * Looks in a row until a letter counts as not there: one that somebody looked at a moment ago is visible again only a
 * second later.
 */
const looks = 2

/** The letters of each of these events, as far as there are any. */
export async function findLetters(
  opened: DeadLetters,
  world: CliWorld,
  events: readonly string[],
): Promise<ReadonlyMap<string, readonly NamedLetter[]>> {
  const found = new Map<string, NamedLetter[]>(events.map(event => [event, []]))
  for (let look = 1; look <= looks; look++) {
    const open = [...found].filter(([, letters]) => letters.length === 0)
    if (open.length === 0) break
    const meant = (one: NamedLetter) => open.some(([event]) => isOf(event, one))
    for await (const one of lookAt(opened, world, { meant, impatient: look < looks })) {
      for (const [event, letters] of open) if (isOf(event, one)) letters.push(one)
    }
  }
  return found
}

/** The letters of one event; undefined when there are none. A Failure where several events are called so. */
export function sameEvent(
  event: string,
  letters: readonly NamedLetter[],
): readonly NamedLetter[] | undefined {
  const exactly = letters.filter(({ letter }) => letter.messageId === event)
  if (exactly.length > 0) return exactly
  const names = new Set(letters.map(({ named }) => `${named.source} ${named.event}`))
  if (names.size > 1) {
    throw new Failure(
      `several events are called ${event}; say which one: ${[...names].map(quoted).join(' or ')}`,
    )
  }
  return letters.length > 0 ? letters : undefined
}

/** Tells that there is no letter of an event. */
export const notFound = ({ queue }: DeadLetters, event: string): string =>
  `no letter of ${event} on ${queue}, or somebody else is looking at it just now`

const isOf = (event: string, { letter, named }: NamedLetter): boolean =>
  letter.messageId === event ||
  isMeant({ event }, letter, named) ||
  (named.event !== null && `${named.source} ${named.event}` === event)

const quoted = (text: string): string => JSON.stringify(text)
