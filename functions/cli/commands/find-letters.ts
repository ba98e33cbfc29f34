import { isMeant } from '../../core/dead-letter/letter-filter.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { Failure } from '../io/exit-codes.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import type { DeadLetters } from './open-dead-letters.ts'

/** The help text of the argument EVENT. */
export const eventArgument =
  'the id of an event; or "source id" if several sources use that id; or the id of a message'

/** How many passes run before a letter counts as missing: a letter that was just read stays hidden for a second. */
const passes = 2

/** Finds the letters of each of these events. */
export async function findLetters(
  opened: DeadLetters,
  world: CliWorld,
  events: readonly string[],
): Promise<ReadonlyMap<string, readonly NamedLetter[]>> {
  const found = new Map<string, NamedLetter[]>(events.map(event => [event, []]))
  for (let pass = 1; pass <= passes; pass++) {
    const open = [...found].filter(([, letters]) => letters.length === 0)
    if (open.length === 0) break
    const meant = (one: NamedLetter) => open.some(([event]) => isOf(event, one))
    for await (const one of lookAt(opened, world, { meant, impatient: pass < passes })) {
      for (const [event, letters] of open) if (isOf(event, one)) letters.push(one)
    }
  }
  return found
}

/** The letters of one event. Undefined if there are none. Throws a Failure if several events have this id. */
export function sameEvent(
  event: string,
  letters: readonly NamedLetter[],
): readonly NamedLetter[] | undefined {
  const exactly = letters.filter(({ letter }) => letter.messageId === event)
  if (exactly.length > 0) return exactly
  const names = new Set(letters.map(({ named }) => `${named.source} ${named.event}`))
  if (names.size > 1) {
    throw new Failure(
      `several events have the id ${event}; give the source too: ${[...names].map(quoted).join(' or ')}`,
    )
  }
  return letters.length > 0 ? letters : undefined
}

/** The message for an event without a letter. */
export const notFound = ({ queue }: DeadLetters, event: string): string =>
  `no letter of ${event} on ${queue}; if another reader has it now, try again in a minute`

const isOf = (event: string, { letter, named }: NamedLetter): boolean =>
  letter.messageId === event ||
  isMeant({ event }, letter, named) ||
  (named.event !== null && `${named.source} ${named.event}` === event)

const quoted = (text: string): string => JSON.stringify(text)
