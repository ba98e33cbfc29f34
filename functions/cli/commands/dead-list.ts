import { isMeant } from '../../core/dead-letter/letter-filter.ts'
import type { KnownEntry } from '../../core/dead-letter/planned-letters.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import { rememberEntries } from '../../replay/remember-entries.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { openLedger } from '../io/ledger-reader.ts'
import { lettersText } from '../io/letters-json.ts'
import { line, note, pieces } from '../io/output.ts'
import { table } from '../io/text-table.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { notFound } from './find-letters.ts'
import { causeOf, groupsOf, groupWords, type LetterCause } from './letter-causes.ts'
import { columns, countsOf, countWords, type ListedLetter, lettersOf, listed } from './letter-rows.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import { type DeadLetters, openDeadLetters } from './open-dead-letters.ts'
import { examples, type GlobalOptions, stageNames } from './stage-options.ts'

/** The most causes that are shown as text. */
const mostGroups = 10

/** How many ledger entries are read at once. */
const reads = 16

/** `dead list`: lists dead letters, with a count for each reason. */
export const addList: AddCommand = (dead, world, exitWith) => {
  addFilterOptions(dead.command('list'))
    .description(
      'Lists the dead letters: the count for each reason and for each cause, then each letter, oldest first.',
    )
    .addHelpText(
      'after',
      examples(
        'dead list --reason not_found --since 2h',
        'dead list --json | jq -r .letters[].member | sort -u',
      ),
    )
    .action(async (_, command) => exitWith(await list(command.optsWithGlobals(), world)))
}

async function list(options: GlobalOptions & FilterOptions, world: CliWorld): Promise<number> {
  const now = world.now()
  const filter = filterOf(options, now)
  const opened = await openDeadLetters(options, world)

  const letters: ListedLetter[] = []
  const causes: LetterCause[] = []
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
    causes.push(causeOf(one))
  })
  letters.sort((a, b) => (a.diedAt < b.diedAt ? -1 : 1))

  const counts = countsOf(letters.map(({ reason }) => reason))
  const groups = groupsOf(causes)
  if (options.json) {
    await pieces(world, lettersText({ counts, groups, hidden }, letters))
    return exit.ok
  }
  await line(
    world,
    letters.length === 0 ? 'no letters' : `${lettersOf(letters.length)}: ${countWords(counts)}`,
  )
  for (const group of groups.slice(0, mostGroups)) await line(world, `  ${groupWords(group)}`)
  if (groups.length > mostGroups) await line(world, `  and ${groups.length - mostGroups} other causes`)
  await table(world, columns, letters)
  if (letters.length === 0 && options.event !== undefined) await note(world, notFound(options.event, options))
  return exit.ok
}

/**
 * Creates the reader of the entries of crashed letters: they have no attribute that says whether they are unproven. If the
 * ledger cannot be read, the entry is unknown, and one note says so.
 */
function entriesOfCrashed(
  { stage }: DeadLetters,
  world: CliWorld,
): (one: NamedLetter) => Promise<KnownEntry> {
  const read = rememberEntries(openLedger(world, stage, stageNames(stage).ledgerTable))
  let noted: Promise<void> | undefined
  return async ({ letter, named }) => {
    if (letter.reason !== 'crashed' || named.member === null) return undefined
    try {
      return await read(named.member)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      noted ??= note(world, `Cannot read the ledger, so crashed letters count as unproven: ${error.message}`)
      await noted
      return 'unknown'
    }
  }
}
