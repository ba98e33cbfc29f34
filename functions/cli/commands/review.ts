import type { ScopeMembers } from '../../aws/scope-members.ts'
import type { Unread } from '../../sweep/list-scope.ts'
import { type MemberRow, readScope } from '../../sweep/read-scope.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { exit } from '../io/exit-codes.ts'
import { createFile, openSpool } from '../io/files.ts'
import { openScopeMembers } from '../io/ledger-reader.ts'
import { line, note, pieces } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import { createReadOnlyHttp } from '../io/read-only-http.ts'
import { mostRows, table } from '../io/text-table.ts'
import { countWords } from './letter-rows.ts'
import { csvOf, jsonOf, type Review, type ReviewFormat } from './review-formats.ts'
import { columnsOf, createRows, type ReviewRow } from './review-rows.ts'
import { countMembers, readSources } from './review-sources.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'
import { addTargetOptions, connectTargets, readToken, tokenNames } from './target-options.ts'
import { scopeGiven } from './who.ts'

type ReviewOptions = GlobalOptions &
  Readonly<Record<string, unknown>> & {
    readonly scope: string
    readonly csv?: string
    readonly people?: boolean
    readonly letters: boolean
  }

/** `review --scope SCOPE`: who holds which role at the target, held against the ledger. */
export const addReview: AddCommand = (program, world, exitWith) => {
  addTargetOptions(program.command('review'))
    .description(
      'Reads the members of a scope from its target and holds each against the ledger: one row a member, with the role at the target and in ' +
        `the ledger, the finding, and the event that it is from (tokens: env ${tokenNames}). Changes nothing. ` +
        'A review is complete or refused: exit code 1 if the list could not be read to its end.',
    )
    .requiredOption('--scope <name>', 'the scope: wacht/<organizationId> or project/<projectId>')
    .option('--csv <file>', 'writes all rows as CSV for spreadsheets; - for standard output')
    .option('--people', 'also shows the e-mail addresses that the target lists')
    .option('--no-letters', 'does not look at the dead letters')
    .addHelpText(
      'after',
      examples(
        'review --scope wacht/7301954381230018561 --stage prod',
        'review --scope project/3c90c3cc-0d44-4b50-8888-8dd25736052a --csv review.csv --people',
      ),
    )
    .action(async (_, command) => exitWith(await review(command.optsWithGlobals(), world)))
}

async function review(options: ReviewOptions, world: CliWorld): Promise<number> {
  const scope = scopeGiven(options.scope)
  const token = readToken(scope.split('/')[0] as string, options, world.env)
  const stage = stageOf(options, world.env)
  const members = openScopeMembers(world, stage, stageNames(stage).ledgerTable)
  const known = await countMembers(members, scope)
  const sources = await readSources(scope, options, world)
  const people = options.people ?? false
  const spool = await openSpool<ReviewRow>()
  try {
    const counts = new Map<string, number>()
    const from = world.now()
    const { kind, id, rows } = readingOf(scope, { members, token, options, world })
    const rowOf = createRows({ ...sources, kind, scope: id, people })
    const unread = await withProgress(rows, known, scope, world, async row => {
      counts.set(row.finding, (counts.get(row.finding) ?? 0) + 1)
      await spool.add(rowOf(row))
    })
    if (unread) {
      await note(world, `The review is refused: ${scope} is not read to its end. ${unreadWords(unread)}`)
      return exit.refused
    }
    await write(
      {
        ...{ stage, scope, from: moment(from), until: moment(world.now()) },
        members: [...counts.values()].reduce((sum, count) => sum + count, 0),
        ...{ counts: Object.fromEntries(counts), remarks: sources.remarks },
        columns: columnsOf({ people, letters: options.letters }),
        rows: spool.values,
      },
      options,
      world,
    )
    return exit.ok
  } finally {
    await spool.close()
  }
}

const unreadWords = ({ page, detail }: Unread): string => `The page at position ${page}: ${detail}`

interface ReadingParts {
  readonly members: ScopeMembers
  readonly token: string
  readonly options: ReviewOptions
  readonly world: CliWorld
}

/** How many lists are called a second at most. The target's limit is for changes. */
const callsPerSecond = 4

/** The reading of a scope, given by its name, with its target's kind and its own id of the scope. */
function readingOf(scope: string, { members, token, options, world }: ReadingParts) {
  const [name = '', id = ''] = scope.split('/')
  const kind = kinds.find(each => each.name === name)!
  const target = connectTargets(options, world.env).get(name)!
  const wait = waitOf(world)
  let next = 0
  const turn = async () => {
    world.stop.throwIfAborted()
    const pauseMs = next - world.now()
    next = Math.max(next, world.now()) + 1000 / callsPerSecond
    if (pauseMs > 0) await wait(pauseMs)
  }
  const rows = readScope({
    ...{ kind, target, scope: id, http: createReadOnlyHttp()(token), ...members },
    ...{ turn, wait, now: world.now, until: Number.POSITIVE_INFINITY },
  })
  return { kind, id, rows }
}

/** Waits, at most a second longer than until the command must stop. */
const waitOf =
  ({ wait, stop }: CliWorld) =>
  async (ms: number) => {
    for (let left = ms; left > 0; left -= 1000) {
      stop.throwIfAborted()
      await wait(Math.min(left, 1000))
    }
  }

/** Reads all rows, with a progress bar. Resolves to the part of the list that is not read, if there is one. */
async function withProgress(
  rows: AsyncIterable<MemberRow | Unread>,
  known: number,
  scope: string,
  world: CliWorld,
  each: (row: MemberRow) => Promise<void>,
): Promise<Unread | undefined> {
  const progress = startProgress(world, `reading ${scope}`, known, { read: 0, differing: 0 })
  let [read, differing] = [0, 0]
  try {
    for await (const row of rows) {
      world.stop.throwIfAborted()
      if (row.kind === 'unread') return row
      await each(row)
      read += 1
      if (row.finding !== 'same') differing += 1
      progress.update(read, { read, differing })
    }
  } finally {
    progress.stop()
  }
  return undefined
}

/** Writes the review where the options say. */
async function write(made: Review, options: ReviewOptions, world: CliWorld): Promise<void> {
  const files: (readonly [string | undefined, ReviewFormat])[] = [[options.csv, csvOf]]
  const asked = files.flatMap(([file, format]) => (file === undefined ? [] : [{ file, format }]))
  const isQuiet = options.json || asked.some(({ file }) => file === '-')
  for (const { file, format } of [...asked, ...(options.json ? [{ file: '-', format: jsonOf }] : [])]) {
    const output = file === '-' ? undefined : await createFile(file)
    for await (const piece of format(made)) await (output ? output.write(piece) : pieces(world, [piece]))
    await output?.close()
  }
  for (const remark of made.remarks) await note(world, remark)
  if (isQuiet) return
  const { scope, members, counts, columns, rows } = made
  await line(world, `${members} members of ${scope}: ${countWords(counts)}`)
  for (const { file } of asked) await line(world, `written to ${file}`)
  const differing: ReviewRow[] = []
  for await (const row of asked.length > 0 ? [] : rows())
    if (row.finding !== 'same' && differing.length < mostRows) differing.push(row)
  await table(world, columns, differing)
}
