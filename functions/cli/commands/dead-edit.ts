import type { DeadLetter } from '../../core/dead-letter/dead-letter.ts'
import { editedAttributes } from '../../core/dead-letter/replay-attributes.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { json, line, note } from '../io/output.ts'
import { correct } from './correct-event.ts'
import { type Assignment, parseSet, parseUnset } from './edit-assignments.ts'
import { differences } from './edit-differences.ts'
import { eventArgument, findLetters, notFound, sameEvent } from './find-letters.ts'
import { type DeadLetters, openDeadLetters } from './open-dead-letters.ts'
import { examples, type GlobalOptions } from './stage-options.ts'
import { osUser, take } from './take-letters.ts'

interface EditOptions extends GlobalOptions {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly by?: string
}

/** `dead edit EVENT`: replaces a letter with a corrected one. */
export const addEdit: AddCommand = (dead, world, exitWith) => {
  dead
    .command('edit')
    .description(
      'Corrects the event of a letter, in $EDITOR or with --set and --unset, and replaces the letter. Keeps id, source, time ' +
        'and sequence, and records who changed what. Exit code 1 if the event is invalid or the letter is not found.',
    )
    .argument('<event...>', eventArgument)
    .option('--set <path=value>', 'a field and its new value; may be repeated', gather)
    .option('--unset <path>', 'a field to remove; may be repeated', gather)
    .option('--by <name>', 'who changes it (default: the OS user)')
    .addHelpText(
      'after',
      examples(
        'dead edit wd-2026-000123',
        'dead edit wd-2026-000123 --unset data.role --set data.roleId=7301954381230017001',
      ),
    )
    .action(async (words, _, command) =>
      exitWith(await edit(words.join(' '), command.optsWithGlobals(), world)),
    )
}

async function edit(event: string, options: EditOptions, world: CliWorld): Promise<number> {
  const assignments: Assignment[] = [
    ...(options.unset ?? []).map(parseUnset),
    ...(options.set ?? []).map(parseSet),
  ]
  const opened = await openDeadLetters(options, world)
  const letters = sameEvent(event, (await findLetters(opened, world, [event])).get(event) ?? [])
  const [one, ...others] = letters ?? []
  if (!one) {
    await note(world, notFound(event, options))
    return exit.refused
  }
  if (others.length > 0) {
    const ids = [one, ...others].map(({ letter }) => letter.messageId)
    throw new Failure(`several letters have this event; give the id of one message: ${ids.join(' or ')}`)
  }

  const body = await correct(one.letter.body, assignments, opened.parse, world)
  if (body === undefined) return exit.refused
  const change = await replace(opened, world, one.letter, body, options.by)
  if (change === undefined) {
    await note(world, `Nothing was changed. ${notFound(event, options)}`)
    return exit.refused
  }
  const { event: id, source } = opened.parse(body, world.now()).named
  if (options.json) await json(world, { event: id, source, edit: change })
  else await line(world, `${id} of ${source} was corrected: ${change}`)
  return exit.ok
}

const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/**
 * Replaces a letter: sends the new one, then deletes the old one. Returns the recorded change, `<when> <who>: <differences>`.
 * Undefined if the letter is gone or another reader has it.
 */
async function replace(
  opened: DeadLetters,
  world: CliWorld,
  { messageId, body: before }: DeadLetter,
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
