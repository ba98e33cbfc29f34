import { isMeant } from '../../core/letter-filter.ts'
import { forEachOf } from '../../replay/each.ts'
import { exit } from '../exit.ts'
import { lettersText } from '../letters-text.ts'
import { line, pieces } from '../output.ts'
import type { AddCommand } from '../run.ts'
import type { GlobalOptions } from '../settings.ts'
import { table } from '../table.ts'
import type { World } from '../world.ts'
import { columns, countsOf, countWords, type Listed, lettersOf, listed } from './describe.ts'
import { entriesOfCrashed } from './entries.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter.ts'
import { lookAt } from './look.ts'
import { openDeadLetters } from './open.ts'

/** Ledger entries that are read at once. */
const reads = 16

/** `dead list`: which dead letters there are, grouped and one by one. */
export const addList: AddCommand = (dead, world, exitWith) => {
  addFilterOptions(dead.command('list'))
    .description('Shows which dead letters there are: how many for each reason, then each, oldest first.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ role-sync dead list --reason not_found --since 2h\n' +
        '  $ role-sync dead list --json | jq -r .letters[].member | sort -u',
    )
    .action(async (_, command) => exitWith(await list(command.optsWithGlobals(), world)))
}

async function list(options: GlobalOptions & FilterOptions, world: World): Promise<number> {
  const now = world.now()
  const filter = filterOf(options, now)
  const opened = await openDeadLetters(options, world)

  const letters: Listed[] = []
  let hidden = 0
  const meant = lookAt(opened, world, {
    meant: ({ letter, named }) => isMeant(filter, letter, named),
    ...(options.limit !== undefined && { limit: options.limit }),
    onHidden: count => {
      hidden = count
    },
  })
  const entryOf = entriesOfCrashed(opened, world)
  await forEachOf(meant, reads, async one => {
    letters.push(listed(one, await entryOf(one), now))
  })
  letters.sort((a, b) => (a.diedAt < b.diedAt ? -1 : 1))

  const counts = countsOf(letters.map(({ reason }) => reason))
  if (options.json) {
    await pieces(world, lettersText({ counts, hidden }, letters))
    return exit.ok
  }
  await line(
    world,
    letters.length === 0 ? 'no letters' : `${lettersOf(letters.length)}: ${countWords(counts)}`,
  )
  await table(world, columns, letters)
  return exit.ok
}
