import { createLedger } from '../../aws/ledger-table.ts'
import type { LedgerStore, Stepped } from '../../core/ports.ts'
import type { Finding } from '../../core/sweep/finding.ts'
import { type RoundItem, readRound } from '../../core/sweep/stored-round.ts'
import type { ScopeReading, StoredFinding, StoredReadings } from '../../core/sweep/sweep-reading.ts'
import type { ScopeSummary } from '../../core/sweep/sweep-round.ts'
import { explainRead, isMissing } from '../io/aws-errors.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { durationWords, moment } from '../io/durations.ts'
import { exit, Unavailable } from '../io/exit-codes.ts'
import { itemsOf } from '../io/ledger-reader.ts'
import { json, line, note } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'
import { addSweepIndex } from './sweep-index.ts'
import { addSweepRun } from './sweep-run.ts'
import { scopeGiven } from './who.ts'

/** `sweep …`: what the readings of the targets found. */
export const addSweep: AddCommand = (program, world, exitWith) => {
  const sweep = program
    .command('sweep')
    .description(
      'Shows what the sweep found: members whose target shows another state than the one that is applied.',
    )
    .addHelpText('after', examples('sweep list', 'sweep show wacht/7301954381230018561'))
  addSweepRun(sweep, world, exitWith)
  addSweepIndex(sweep, world, exitWith)
  sweep
    .command('list')
    .description(
      'Lists the scopes with the findings of their last complete readings. Exit code 1 if a member drifts, or if a scope could not ' +
        'be read to its end.',
    )
    .option('--drift', 'lists the members that drift, of all scopes')
    .addHelpText('after', examples('sweep list --drift', 'sweep list --json | jq .scopes[].drift'))
    .action(async (_, command) => exitWith(await list(command.optsWithGlobals(), world)))
  sweep
    .command('show')
    .description(
      'Shows the last complete reading of a scope: each member that differs, what the target shows, what is applied, by which event, ' +
        'since when. Exit code 1 if one differs, or if the last reading was not complete.',
    )
    .argument('<scope>', 'wacht/<organizationId> or project/<projectId>')
    .addHelpText(
      'after',
      examples('sweep show wacht/7301954381230018561', 'sweep show wacht/7301954381230018561 --json'),
    )
    .action(async (scope, _, command) => exitWith(await show(scope, command.optsWithGlobals(), world)))
}

/** The findings that have a column in a list. */
const shown = ['drift', 'unmanaged', 'gone', 'unshown', 'in_flight'] as const

/** A row of `sweep list`. */
interface ScopeRow extends ScopeSummary {
  readonly scope: string
}

async function list(options: GlobalOptions & { readonly drift?: boolean }, world: CliWorld): Promise<number> {
  const round = (await readRound(openSweep<RoundItem>(options, world)))?.round
  const scopes = Object.entries(round?.scopes ?? {}).map(
    ([scope, summary]): ScopeRow => ({ scope, ...summary }),
  )
  if (options.drift) await listDrifts(scopes, options, world)
  else if (options.json) {
    await json(world, {
      scopes: scopes.map(({ at, completeAt, counts, ...row }) => ({
        ...{ ...row, ...counts, at: moment(at) },
        ...(completeAt !== undefined && { completeAt: moment(completeAt) }),
      })),
    })
  } else await table(world, scopeColumns(world.now()), scopes)
  if (!round) await note(world, 'The sweep has not run yet. `sweep run` begins a round.')
  else if (round.endedAt === undefined)
    await note(world, `A round began at ${moment(round.startedAt)} and goes on.`)
  const isWell = ({ complete, counts }: ScopeRow) => complete && !counts?.drift
  return round && scopes.every(isWell) ? exit.ok : exit.refused
}

/** Lists the members that drift, by the last complete reading of each scope. */
async function listDrifts(
  scopes: readonly ScopeRow[],
  options: GlobalOptions,
  world: CliWorld,
): Promise<void> {
  const read = openSweep<StoredReadings>(options, world)
  const found: StoredFinding[] = []
  for (const { scope } of scopes.filter(({ counts }) => counts?.drift))
    found.push(
      ...((await read(scope))?.complete?.findings ?? []).filter(({ finding }) => finding === 'drift'),
    )
  if (options.json) await json(world, { findings: found })
  else await table(world, findingColumns, found)
  const left = scopes.reduce((sum, { counts }) => sum + (counts?.drift ?? 0), 0) - found.length
  if (left > 0) await note(world, `${left} more members drift. They are not kept.`)
}

const scopeColumns = (now: number): readonly Column<ScopeRow>[] => [
  { head: 'scope', of: ({ scope }) => scope },
  {
    head: 'reading',
    of: ({ complete, paused }) => (paused ? 'goes on' : complete ? 'complete' : 'incomplete'),
  },
  {
    head: 'complete since',
    of: ({ completeAt }) => (completeAt === undefined ? 'never' : `${durationWords(now - completeAt)} ago`),
  },
  ...['same' as const, ...shown].map(
    (finding: Finding): Column<ScopeRow> => ({
      head: finding.replace('_', ' '),
      of: ({ counts }) => String(counts?.[finding] ?? (counts ? 0 : '')),
      align: 'right',
    }),
  ),
]

async function show(given: string, options: GlobalOptions, world: CliWorld): Promise<number> {
  const scope = scopeGiven(given)
  const stored = await openSweep<StoredReadings>(options, world)(scope)
  if (!stored) {
    if (options.json) await json(world, { scope })
    await note(world, `${scope} has no reading yet. \`sweep run --scope ${scope}\` reads it.`)
    return exit.refused
  }
  const { last, complete = last } = stored
  if (options.json)
    await json(world, { scope, ...complete, ...(complete !== last && { unread: last.unread }) })
  else await print(world, scope, complete)
  if (last.unread) {
    const { page, detail } = last.unread
    await note(
      world,
      `The last reading, at ${moment(last.at)}, is incomplete: the page at ${page} was not read: ${detail}`,
    )
  }
  return last.unread || complete.findings.length > 0 ? exit.refused : exit.ok
}

async function print(
  world: CliWorld,
  scope: string,
  { at, counts, findings, more }: ScopeReading,
): Promise<void> {
  const counted = Object.entries(counts).map(([finding, count]) => `${count} ${finding.replace('_', ' ')}`)
  await line(world, `${scope}, read at ${moment(at)}: ${counted.join(', ') || 'no members'}`)
  await table(world, findingColumns, findings)
  if (more > 0) await note(world, `${more} more members differ. They are not kept.`)
}

const stateText = (state: object | undefined) => (state ? JSON.stringify(state) : '')

const findingColumns: readonly Column<StoredFinding>[] = [
  { head: 'member', of: ({ member }) => member },
  { head: 'finding', of: ({ finding }) => finding.replace('_', ' ') },
  { head: 'target shows', of: row => stateText(row.shown) },
  { head: 'applied', of: ({ applied }) => stateText(applied) },
  { head: 'by event', of: ({ event = '' }) => event },
  { head: 'source', of: ({ source = '' }) => source, isMinor: true },
  { head: 'since', of: ({ since }) => (since === undefined ? '' : moment(since)) },
]

/** Opens the sweep's table, only to read. Reads reject with a Failure. */
function openSweep<Item extends Stepped>(options: GlobalOptions, world: CliWorld): LedgerStore<Item>['read'] {
  const stage = stageOf(options, world.env)
  const name = stageNames(stage).sweepTable
  const { read } = createLedger<Item>(name, itemsOf(world.dynamodb()))
  return key =>
    read(key).catch(error => {
      if (isMissing(error))
        throw new Unavailable(`the sweep of stage ${stage} is off: there is no table ${name}`)
      throw explainRead(error, world.env, 'dynamodb:GetItem')
    })
}
