import { kinds } from '../targets/index.ts'
import { exit } from './exit.ts'
import { eventJsonSchema } from './json-schema.ts'
import { document } from './output.ts'
import type { AddCommand } from './run.ts'

/** `schema`: prints the JSON Schema of an event. */
export const addSchema: AddCommand = (program, world, exitWith) => {
  program
    .command('schema')
    .description('Prints the JSON Schema (draft 2020-12) of an event, for producers.')
    .addHelpText('after', '\nExample:\n  $ role-sync schema > role-changed.schema.json')
    .action(async () => {
      await document(world, eventJsonSchema(kinds))
      exitWith(exit.ok)
    })
}
