import { exit, Failure } from '../exit.ts'
import { json, line, note } from '../output.ts'
import type { AddCommand } from '../run.ts'
import type { GlobalOptions } from '../settings.ts'
import type { World } from '../world.ts'
import { type Assignment, parseSet, parseUnset } from './edit/assignments.ts'
import { correct } from './edit/correct.ts'
import { replace } from './edit/replace.ts'
import { eventArgument, findLetters, notFound, sameEvent } from './find.ts'
import { openDeadLetters } from './open.ts'

interface Options extends GlobalOptions {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly by?: string
}

/** `dead edit EVENT`: replaces a letter by a corrected one. */
export const addEdit: AddCommand = (dead, world, exitWith) => {
  dead
    .command('edit')
    .description(
      'Opens the event of a letter in $EDITOR, or changes the fields that are named, and replaces the letter by the ' +
        'corrected one, which keeps id, source, time and sequence and records who changed what. Exit code 1 when it would ' +
        'not be valid, or is not there any more.',
    )
    .argument('<event...>', eventArgument)
    .option('--set <path=value>', 'a field and its new value, as often as needed', gather)
    .option('--unset <path>', 'a field to leave out, as often as needed', gather)
    .option('--by <name>', 'who changes it (default: the user of this machine)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ role-sync dead edit wd-2026-000123\n' +
        '  $ role-sync dead edit wd-2026-000123 --unset data.role --set data.roleId=7301954381230017001',
    )
    .action(async (words, _, command) =>
      exitWith(await edit(words.join(' '), command.optsWithGlobals(), world)),
    )
}

async function edit(event: string, options: Options, world: World): Promise<number> {
  const assignments: Assignment[] = [
    ...(options.unset ?? []).map(parseUnset),
    ...(options.set ?? []).map(parseSet),
  ]
  const opened = await openDeadLetters(options, world)
  const letters = sameEvent(event, (await findLetters(opened, world, [event])).get(event) ?? [])
  const [one, ...others] = letters ?? []
  if (!one) {
    await note(world, notFound(opened, event))
    return exit.refused
  }
  if (others.length > 0) {
    const ids = [one, ...others].map(({ letter }) => letter.messageId)
    throw new Failure(`several letters are of this event; say which message: ${ids.join(' or ')}`)
  }

  const body = await correct(one.letter.body, assignments, opened.parse, world)
  if (body === undefined) return exit.refused
  const change = await replace(opened, world, one.letter, body, options.by)
  if (change === undefined) {
    await note(world, `${notFound(opened, event)}; nothing was changed`)
    return exit.refused
  }
  const { event: id, source } = opened.parse(body, world.now()).named
  if (options.json) await json(world, { event: id, source, edit: change })
  else await line(world, `${id} of ${source} was corrected: ${change}`)
  return exit.ok
}

const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]
