import type { AddCommand } from '../run.ts'
import { addDrop } from './drop.ts'
import { addEdit } from './edit.ts'
import { addExport } from './export.ts'
import { addList } from './list.ts'
import { addShow } from './show.ts'

/** `dead …`: the commands on dead letters. */
export const addDead: AddCommand = (program, world, exitWith) => {
  const dead = program
    .command('dead')
    .description('Looks at the dead-letter queue of the stage, corrects letters and removes them.')
    .addHelpText('after', '\nExample:\n  $ role-sync dead list --since 1d')
  for (const add of [addList, addShow, addExport, addEdit, addDrop]) add(dead, world, exitWith)
}
