import { sha256 } from '../../aws/sha256.ts'
import { catalogueHash } from '../../core/event/role-catalogue.ts'
import type { Finding } from '../../core/sweep/finding.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { exit, Failure, Unavailable } from '../io/exit-codes.ts'
import { createFile, openSpool, type Spool } from '../io/files.ts'
import { jsonText, line, note } from '../io/output.ts'
import { ownCommit, ownVersion } from '../io/own-version.ts'
import { mostRows, table } from '../io/text-table.ts'
import { countWords } from './letter-rows.ts'
import { type ReviewFile, writeReview } from './review-formats.ts'
import { readMembers, scopeToRead } from './review-reading.ts'
import { columnsOf, createRows, findingWords, type Review, type ReviewRow } from './review-rows.ts'
import { readSources } from './review-sources.ts'
import { examples, type GlobalOptions, stageOf } from './stage-options.ts'
import { addTargetOptions, tokenNames } from './target-options.ts'
import { scopeGiven } from './who.ts'

type ReviewOptions = GlobalOptions &
  Readonly<Record<string, unknown>> & {
    readonly scope: string
    readonly csv?: string
    readonly html?: string
    readonly manifest?: string
    readonly people?: boolean
    readonly letters: boolean
  }

/** `review --scope SCOPE`: who holds which role at the target, compared with the ledger. */
export const addReview: AddCommand = (program, world, exitWith) => {
  addTargetOptions(program.command('review'))
    .description(
      'Reads the members of a scope from its target and compares each with the ledger: one row a member, with the role at the target and in ' +
        `the ledger, the finding, and the event that the role is from (tokens: env ${tokenNames}). It shows the members that differ; a file has ` +
        'all of them. It is complete or refused: exit code 1 if the list is not read to its end.',
    )
    .requiredOption('--scope <name>', 'the scope: wacht/<organizationId> or project/<projectId>')
    .option('--csv <file>', 'writes all rows as CSV for spreadsheets; - for standard output')
    .option('--html <file>', 'writes all rows as a page to read and to print; - for standard output')
    .option('--manifest <file>', 'writes the SHA-256 of what is written, with commit, stage, time and counts')
    .option('--people', 'also shows the e-mail addresses that the target lists')
    .option('--no-letters', 'does not look at the dead letters')
    .addHelpText(
      'after',
      examples(
        'review --scope wacht/7301954381230018561 --stage prod',
        'review --scope project/3c90c3cc-0d44-4b50-8888-8dd25736052a --html review.html',
      ),
    )
    .action(async (_, command) => exitWith(await review(command.optsWithGlobals(), world)))
}

async function review(options: ReviewOptions, world: CliWorld): Promise<number> {
  const name = scopeGiven(options.scope)
  const files = filesOf(options)
  const spool = await openSpool<ReviewRow>()
  try {
    const made = await make(name, options, spool, world)
    if (typeof made === 'string') {
      await note(world, `The review of ${name} is refused: ${made}`)
      return exit.refused
    }
    await write(made, files, options, world)
    return exit.ok
  } finally {
    await spool.close()
  }
}

const unshownWords =
  "The list of the target does not show what some members hold. In Wacht's dialect role_id it never does: see WACHT_DIALECT."

const unlistedWords = (members: ReadonlySet<string>): string =>
  'Dead letters wait for members without a row: the target does not list, and the ledger has nothing of ' +
  `${members.size}: ${[...members].slice(0, 5).join(', ')}${members.size > 5 ? ', …' : ''}.`

/** Makes the review of a scope, given by its name. Resolves to a text if it cannot be complete. */
async function make(
  name: string,
  options: ReviewOptions,
  spool: Spool<ReviewRow>,
  world: CliWorld,
): Promise<Review | string> {
  const toRead = scopeToRead(name, options, world)
  const { kind, scope } = toRead
  const stage = stageOf(options, world.env)
  const people = options.people ?? false
  try {
    const { remarks, ...sources } = await readSources(name, options, world)
    const rowOf = createRows({ ...sources, kind, scope, people })
    const from = moment(world.now())
    const unlisted = new Set(sources.letters?.keys())
    const counts = Object.fromEntries(Object.keys(findingWords).map(finding => [finding, 0]))
    const why = await readMembers(
      toRead,
      world,
      async row => {
        counts[row.finding] = (counts[row.finding] ?? 0) + 1
        unlisted.delete(row.member)
        await spool.add(rowOf(row))
      },
      new Set(sources.due?.keys()),
    )
    if (why !== undefined) return why
    if (counts.unshown) remarks.push(unshownWords)
    if (unlisted.size > 0) remarks.push(unlistedWords(unlisted))
    const commit = await ownCommit(world.env)
    return {
      ...{ scope: name, stage, from, until: moment(world.now()) },
      members: Object.values(counts).reduce((sum, count) => sum + count, 0),
      ...{ counts: counts as Record<Finding, number>, remarks, version: ownVersion() },
      ...(commit !== undefined && { commit }),
      catalogue: catalogueHash(sources.catalogue, sha256),
      columns: columnsOf({ people, letters: options.letters }),
      rows: () => differingFirst(spool),
    }
  } catch (error) {
    if (error instanceof Unavailable) return error.message
    throw error
  }
}

async function* differingFirst({ values }: Spool<ReviewRow>): AsyncGenerator<ReviewRow> {
  for await (const row of values()) if (row.finding !== 'same') yield row
  for await (const row of values()) if (row.finding === 'same') yield row
}

/** The files that the options name. Throws a Failure if they cannot be written side by side. */
function filesOf({ csv, html, json, manifest }: ReviewOptions): ReviewFile[] {
  const files: ReviewFile[] = [
    ...(csv === undefined ? [] : [{ file: csv, format: 'csv' as const }]),
    ...(html === undefined ? [] : [{ file: html, format: 'html' as const }]),
    ...(json ? [{ file: '-', format: 'json' as const }] : []),
  ]
  const names = [...files.map(({ file }) => file), ...(manifest === undefined ? [] : [manifest])]
  if (new Set(names).size < names.length)
    throw new Failure('only one format can go to a file, or to standard output')
  if (manifest !== undefined && files.length === 0)
    throw new Failure('--manifest needs --csv, --html or --json')
  return files
}

/** Writes the files, then the manifest, and on standard output what no file has there. */
async function write(
  made: Review,
  files: readonly ReviewFile[],
  { manifest }: ReviewOptions,
  world: CliWorld,
): Promise<void> {
  const { columns, rows, ...summary } = made
  const written = []
  for (const file of files) written.push(await writeReview(made, file, world))
  if (manifest !== undefined) {
    const output = await createFile(manifest)
    await output.write(`${jsonText({ ...summary, files: written }, 2)}\n`)
    await output.close()
  }
  for (const remark of made.remarks) await note(world, remark)
  if (files.some(({ file }) => file === '-')) return
  const { scope, members, counts } = made
  await line(world, `${members === 1 ? '1 member' : `${members} members`} of ${scope}: ${countWords(counts)}`)
  for (const { file } of files) await line(world, `written to ${file}`)
  if (files.length > 0) return
  const differing: ReviewRow[] = []
  for await (const row of rows()) {
    if (row.finding === 'same' || differing.length === mostRows) break
    differing.push(row)
  }
  await table(world, columns, differing)
  const left = members - counts.same - differing.length
  if (left > 0) await line(world, `${left} more are not shown; --csv or --html writes all`)
}
