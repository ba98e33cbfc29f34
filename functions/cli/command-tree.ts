import { addCheck } from './commands/check.ts'
import { addDrop } from './commands/dead-drop.ts'
import { addEdit } from './commands/dead-edit.ts'
import { addExport } from './commands/dead-export.ts'
import { addList } from './commands/dead-list.ts'
import { addShow } from './commands/dead-show.ts'
import { addMember } from './commands/member.ts'
import { addApply } from './commands/replay-apply.ts'
import { addPlan } from './commands/replay-plan.ts'
import { addSchema } from './commands/schema.ts'
import { addSend } from './commands/send.ts'
import type { AddCommand } from './program.ts'

/** `dead …`: the commands on dead letters. */
export const addDead: AddCommand = (program, world, exitWith) => {
  const dead = program
    .command('dead')
    .description('Looks at the dead-letter queue of the stage, corrects letters and removes them.')
    .addHelpText('after', '\nExample:\n  $ role-sync dead list --since 1d')
  for (const add of [addList, addShow, addExport, addEdit, addDrop]) add(dead, world, exitWith)
}

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

/** All commands, in the order in which the help lists them. */
export const commands: readonly AddCommand[] = [addSend, addCheck, addDead, addReplay, addMember, addSchema]
