import { shellWord } from '../../core/printable.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { Failure } from '../io/exit-codes.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import type { DeadLetters } from './open-dead-letters.ts'
import { type GlobalOptions, givenOptions } from './stage-options.ts'

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
    const open = new Set([...found].filter(([, letters]) => letters.length === 0).map(([event]) => event))
    if (open.size === 0) break
    const meant = (one: NamedLetter) => keysOf(one).some(key => open.has(key))
    for await (const one of lookAt(opened, world, { meant, impatient: pass < passes })) {
      for (const key of keysOf(one)) if (open.has(key)) found.get(key)?.push(one)
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
export const notFound = (event: string, options: GlobalOptions): string =>
  `No dead letter with id ${event} (or another operator is looking at it). ` +
  `To see whether it is still being tried: role-sync status ${shellWord(event)}${givenOptions(options)}`

/** The texts that name a letter. */
const keysOf = ({ letter: { messageId }, named: { event, source } }: NamedLetter): string[] =>
  event === null ? [messageId] : [messageId, event, `${source} ${event}`]

const quoted = (text: string): string => JSON.stringify(text)
