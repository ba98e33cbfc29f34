import type { DeadLetter } from '../../core/dead-letter/dead-letter.ts'
import { isMeant } from '../../core/dead-letter/letter-filter.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exportArgument, exportLines } from './export-lines.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { lettersOf } from './letter-rows.ts'
import { lookAt } from './look-at-letters.ts'
import { openDeadLetters } from './open-dead-letters.ts'
import { examples, type GlobalOptions } from './stage-options.ts'

/** `dead export FILE|-`: writes letters as NDJSON for `send` and `check`. */
export const addExport: AddCommand = (dead, world, exitWith) => {
  addFilterOptions(dead.command('export'))
    .description(
      'Writes letters as NDJSON, one per line: {"body":"…", …attributes}. They stay on the queue. `send` and `check` accept such a file.',
    )
    .argument('<file>', exportArgument)
    .addHelpText(
      'after',
      examples('dead export letters.ndjson --reason unknown_role', 'dead export - | role-sync check -'),
    )
    .action(async (file, _, command) => exitWith(await exportTo(file, command.optsWithGlobals(), world)))
}

async function exportTo(
  file: string,
  options: GlobalOptions & FilterOptions,
  world: CliWorld,
): Promise<number> {
  const filter = filterOf(options, world.now())
  const opened = await openDeadLetters(options, world)
  const letters = async function* () {
    const meant = lookAt(opened, world, {
      meant: ({ letter, named }) => isMeant(filter, letter, named),
      ...(options.limit !== undefined && { limit: options.limit }),
    })
    for await (const { letter } of meant) yield exportOf(letter)
  }
  return exportLines(file, letters(), lettersOf, options, world)
}

/** A letter as `send` accepts it. A producer's attribute must not replace the body or look like an event. */
function exportOf({ body, attributes }: DeadLetter): Readonly<Record<string, string>> {
  const { body: _, specversion: __, ...rest } = attributes
  return { body, ...rest }
}
