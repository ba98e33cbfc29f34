import type { GuardName } from '../../core/dead-letter/reason.ts'
import { allScopes } from '../../core/event/role-catalogue.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import type { Shows } from '../../core/guard/shadow.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import { newestShadowed } from '../../core/history/holders.ts'
import { compareText } from '../../core/json.ts'
import { scopeName } from '../../core/people/person-event.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { askDeployed } from '../io/deployed-catalogue.ts'
import { moment } from '../io/durations.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { type HistoryReader, openHistory } from '../io/history-reader.ts'
import { json, line } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { momentOf, type When, when } from './filter-options.ts'
import { stateWords } from './history.ts'
import { countWords, shortMember } from './letter-rows.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'
import { scopeGiven } from './who.ts'

interface ReportOptions extends GlobalOptions {
  readonly scope?: string
  readonly since?: When
  readonly sender?: string
}

/** What the history says of one change. */
type ToldChange = Pick<HistoryItem, 'role' | 'desired' | 'at' | 'event' | 'source' | 'sender'> & {
  readonly member: string
}

/** The newest shadowed change of a member: what role-sync would have done, and what the target showed then. */
interface ShadowedMember extends ToldChange {
  readonly would: 'apply' | 'hold'
  readonly guard?: GuardName
  readonly shows: Shows
  readonly shown?: HistoryItem['shown']
}

/** A change that was applied, and that a guard in shadow mode would have held. */
interface PassedChange extends ToldChange {
  readonly guard: GuardName
}

/** How many members are read at once. */
const reads = 16

/** How far back the report goes if nothing is said: a week. */
const usualSince: When = { ago: 7 * 86_400_000 }

/** `shadow report`: what would have differed. */
export const addShadowReport: AddCommand = (shadow, world, exitWith) => {
  shadow
    .command('report')
    .description(
      'Shows what would have happened without shadow mode, from the history: for each member its newest shadowed change, and what the ' +
        'target showed then; and the applied changes that a guard in shadow mode would have held.',
    )
    .option(
      '--scope <name>',
      'only this scope: wacht/<organizationId> or project/<projectId>; else all of the deployed catalogue',
    )
    .option(
      '--since <when>',
      'only what ended since this time: RFC 3339 with an offset, or an age like 1w (default)',
      when,
    )
    .option('--sender <sender>', 'only changes of this sender, for example intake/okta')
    .addHelpText(
      'after',
      examples('shadow report --stage prod', 'shadow report --sender intake/okta --since 2w --json'),
    )
    .action(async (_, command) => exitWith(await report(command.optsWithGlobals(), world)))
}

async function report(options: ReportOptions, world: CliWorld): Promise<number> {
  const stage = stageOf(options, world.env)
  const names = stageNames(stage)
  const now = world.now()
  const since = momentOf(options.since ?? usualSince, now) as number
  const scopes =
    options.scope === undefined
      ? await deployedScopes(world, names.replayFunction)
      : [scopeGiven(options.scope)]
  const reader = openHistory(world, stage, names.historyTable)
  const isMeant = ({ at, sender }: HistoryItem) =>
    Date.parse(at) >= since && (options.sender === undefined || sender === options.sender)

  const shadowed: ShadowedMember[] = []
  const passed: PassedChange[] = []
  await forEachOf(membersIn(reader, scopes, since), reads, async member => {
    const items: HistoryItem[] = []
    for await (const item of reader.ofMember(member, {})) if (isMeant(item)) items.push(item)
    shadowed.push(...newestShadowed(items).map(shadowedMember))
    passed.push(...items.flatMap(passedChange))
  })
  shadowed.sort((a, b) => compareText(a.member, b.member))
  passed.sort((a, b) => compareText(a.at, b.at))

  const counts = countsOf(shadowed, passed)
  if (options.json) await json(world, { since: moment(since), counts, members: shadowed, passed })
  else {
    await line(world, `since ${moment(since)}: ${countWords(counts) || 'nothing in shadow mode'}`)
    await table(world, shadowedColumns, shadowed)
    await table(world, passedColumns, passed)
  }
  return exit.ok
}

/** The scopes of the deployed catalogue. Rejects with a Failure if it cannot be asked. */
async function deployedScopes(world: CliWorld, replayFunction: string): Promise<readonly string[]> {
  const deployed = await askDeployed(world, replayFunction)
  if ('unasked' in deployed)
    throw new Failure(
      `the deployed role catalogue is not known: ${deployed.unasked}; name a scope with --scope`,
    )
  return allScopes(deployed.catalogue).map(scopeName)
}

/** The members of scopes with a change since a time that was shadowed or applied, each once. */
async function* membersIn(
  reader: HistoryReader,
  scopes: readonly string[],
  since: number,
): AsyncGenerator<string> {
  for (const scope of scopes) {
    const seen = new Set<string>()
    for await (const { member, outcome } of reader.newestInScope(scope, since)) {
      if (seen.has(member) || (outcome !== 'shadow' && outcome !== 'applied')) continue
      seen.add(member)
      yield member
    }
  }
}

const toldChange = ({ member, role, desired, at, event, source, sender }: HistoryItem): ToldChange => ({
  ...{ member, role, desired, at, event, source, sender },
})

function shadowedMember(item: HistoryItem): ShadowedMember {
  const { wouldHold, shows = 'not_shown', shown } = item
  const would = wouldHold ? { would: 'hold' as const, guard: wouldHold } : { would: 'apply' as const }
  return { ...toldChange(item), ...would, shows, ...(shown && { shown }) }
}

const passedChange = (item: HistoryItem): PassedChange[] =>
  item.outcome === 'applied' && item.wouldHold ? [{ ...toldChange(item), guard: item.wouldHold }] : []

/** What the report counts: members by what would have happened and by what the target showed, and applied changes that would be held. */
const countsOf = (shadowed: readonly ShadowedMember[], passed: readonly PassedChange[]) => {
  const having = (shows: Shows) => shadowed.filter(each => each.shows === shows).length
  const held = shadowed.filter(({ would }) => would === 'hold').length
  return {
    ...{ shadowed: shadowed.length, would_apply: shadowed.length - held, would_hold: held },
    ...{ same: having('same'), differs: having('differs'), absent: having('absent') },
    ...{ not_shown: having('not_shown'), applied_would_hold: passed.length },
  }
}

const changeColumns: readonly Column<ToldChange>[] = [
  { head: 'state', of: stateWords },
  { head: 'ended', of: ({ at }) => moment(Date.parse(at)) },
  { head: 'event', of: ({ event = '' }) => event },
  { head: 'source', of: ({ source = '' }) => source, isMinor: true },
  { head: 'sender', of: ({ sender = '' }) => sender, isMinor: true },
]

const shadowedColumns: readonly Column<ShadowedMember>[] = [
  { head: 'shadowed', of: ({ member }) => member, short: ({ member }) => shortMember(member) },
  { head: 'would', of: ({ would, guard }) => (guard === undefined ? would : `${would}: ${guard}`) },
  {
    head: 'target showed',
    of: ({ shows, shown }) =>
      `${shows.replace('_', ' ')}${shown && shows === 'differs' ? ` ${JSON.stringify(shown)}` : ''}`,
  },
  ...changeColumns,
]

const passedColumns: readonly Column<PassedChange>[] = [
  { head: 'applied', of: ({ member }) => member, short: ({ member }) => shortMember(member) },
  { head: 'would hold', of: ({ guard }) => guard },
  ...changeColumns,
]
