import type { AddCommand } from '../run.ts'
import { addApply } from './apply.ts'
import { addPlan } from './plan.ts'

/** `replay …`: dead letters back to the changes queue. */
export const addReplay: AddCommand = (program, world, exitWith) => {
  const replay = program
    .command('replay')
    .description('Plans what a replay of dead letters would do, and does exactly that.')
    .addHelpText(
      'after',
      '\nExample:\n  $ role-sync replay plan --out plan.json && role-sync replay apply plan.json',
    )
  for (const add of [addPlan, addApply]) add(replay, world, exitWith)
}
