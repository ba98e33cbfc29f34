import { InvalidArgumentError } from 'commander'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit } from '../io/exit-codes.ts'
import { json, line, note } from '../io/output.ts'
import { eventArgument, findLetters, notFound, sameEvent } from './find-letters.ts'
import { lettersOf } from './letter-rows.ts'
import type { NamedLetter } from './look-at-letters.ts'
import { type DeadLetters, openDeadLetters } from './open-dead-letters.ts'
import { examples, type GlobalOptions } from './stage-options.ts'
import { osUser, take } from './take-letters.ts'

export interface DropOptions extends GlobalOptions {
  readonly why: string
  readonly by?: string
}

/** `dead drop EVENT… --why TEXT`: removes letters permanently. */
export const addDrop: AddCommand = (dead, world, exitWith) => {
  dead
    .command('drop')
    .description(
      'Removes letters permanently, and logs each on standard error with the reason. Exit code 1 if a letter is not found ' +
        'or fails; the others are removed.',
    )
    .argument('<event...>', eventArgument)
    .requiredOption('--why <text>', 'why they are removed', notEmpty('--why'))
    .option('--by <name>', 'who removes them (default: the OS user)', notEmpty('--by'))
    .addHelpText(
      'after',
      examples(
        'dead drop wd-1 wd-2 --why "sent to the wrong stage, HR-4711" 2>> dropped.log',
        'dead drop 5c2f0c1e-6a0e-4d0a-9a53-0d5d6f8f6a11 --why "a monitoring ping"',
      ),
    )
    .action(async (events, _, command) => exitWith(await drop(events, command.optsWithGlobals(), world)))
}

async function drop(given: readonly string[], options: DropOptions, world: CliWorld): Promise<number> {
  const opened = await openDeadLetters(options, world)
  const found = await findLetters(opened, world, [...new Set(given)])
  const missing: string[] = []
  const meant = new Map<string, NamedLetter>()
  for (const [event, letters] of found) {
    const same = sameEvent(event, letters)
    if (!same) missing.push(event)
    for (const one of same ?? []) meant.set(one.letter.messageId, one)
  }

  const events = [...meant].map(([messageId, { named }]) => [messageId, named.event] as const)
  return dropLetters(opened, new Map(events), missing, options, world)
}

/**
 * Removes letters, by message id, and reports it. Resolves to the exit code. `missing`: those that are known to be gone, to which it
 * adds.
 */
export async function dropLetters(
  opened: DeadLetters,
  meant: ReadonlyMap<string, string | null>,
  missing: string[],
  options: DropOptions,
  world: CliWorld,
): Promise<number> {
  const by = options.by ?? osUser(world.env)
  const { done: dropped, failed } = await take(
    opened,
    world,
    new Set(meant.keys()),
    async one => {
      await opened.letters.remove(one.letter)
      await note(world, `dropped ${nameOf(one)} by ${by}: ${options.why}`)
    },
    (one, error) =>
      note(world, `failed to drop ${nameOf(one)}: ${(error as Error).message}; it stays on ${opened.queue}`),
  )
  for (const [messageId, event] of meant)
    if (!dropped.has(messageId) && !failed.has(messageId)) missing.push(event ?? messageId)
  for (const event of missing) await note(world, notFound(event, options))

  if (options.json) await json(world, { dropped: dropped.size, failed: failed.size, missing })
  else await line(world, `${lettersOf(dropped.size)} dropped from ${opened.queue}`)
  return missing.length + failed.size > 0 ? exit.refused : exit.ok
}

const nameOf = ({ letter: { reason, messageId }, named: { event, source, member } }: NamedLetter): string =>
  `${event ?? '(no id)'} of ${source ?? '(no source)'} (${reason}, ${member ?? 'no member'}, message ${messageId})`

/** Parses a text that must not be empty. Throws an error of commander. */
export const notEmpty = (option: string) => (given: string) => {
  const trimmed = given.trim()
  if (trimmed === '') throw new InvalidArgumentError(`${option} must not be empty.`)
  return trimmed
}
