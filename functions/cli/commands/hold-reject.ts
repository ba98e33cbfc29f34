import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { type DropOptions, dropLetters, notEmpty } from './dead-drop.ts'
import { heldIn } from './hold-approve.ts'
import { openDeadLetters } from './open-dead-letters.ts'
import { optionsOfPlan, readPlan } from './plan-settings.ts'
import { examples } from './stage-options.ts'

/** `hold reject FILE --why TEXT`: drops the held letters of a plan. */
export const addReject: AddCommand = (hold, world, exitWith) => {
  hold
    .command('reject')
    .description(
      'Removes the held letters of a plan permanently, and logs each on standard error with the reason. Letters that were held after the ' +
        'plan stay. Exit code 1 if a letter is not found or fails; the others are removed.',
    )
    .argument('<file>', 'the plan, written by `replay plan --out`')
    .requiredOption('--why <text>', 'why they are rejected', notEmpty('--why'))
    .option('--by <name>', 'who rejects them (default: the OS user)', notEmpty('--by'))
    .addHelpText(
      'after',
      examples(
        'hold reject plan.json --why "nobody asked for it, HR-4711" 2>> rejected.log',
        'hold reject plan.json --why "HR-4711" --by jane --json',
      ),
    )
    .action(async (file, _, command) => exitWith(await reject(file, command.optsWithGlobals(), world)))
}

async function reject(file: string, given: DropOptions, world: CliWorld): Promise<number> {
  const plan = await readPlan(file)
  const options = { ...given, ...(await optionsOfPlan(plan, given, world)) }
  const meant = new Map(heldIn(plan, file).map(({ messageId, event }) => [messageId, event]))
  return dropLetters(await openDeadLetters(options, world), meant, [], options, world)
}
