import { Option } from 'commander'
import { type Catalogue, isUnknownRole, resolveRole } from '../../core/event/role-catalogue.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import { type HeldItem, heldAt } from '../../core/history/holders.ts'
import { sameDesired } from '../../core/ledger/desired-state.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { openHistory } from '../io/history-reader.ts'
import { json, line, note } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { momentOf, type When, when } from './filter-options.ts'
import { stateWords } from './history.ts'
import { examples, type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

interface WhoOptions extends GlobalOptions {
  readonly scope: string
  readonly role?: string
  readonly at: When
  readonly knownAt?: When
  readonly decided?: boolean
}

/** `who --scope SCOPE --at TIME`: who held which role at a time. */
export const addWho: AddCommand = (program, world, exitWith) => {
  program
    .command('who')
    .description(
      'Shows who held a role in a scope at a time: the state that was proven at the target by then. A withdrawal that still waited ' +
        'is still access. Exit code 1 if there is nobody.',
    )
    .requiredOption('--scope <name>', 'the scope: wacht/<organizationId> or project/<projectId>')
    .addOption(
      new Option('--at <when>', 'the time: RFC 3339 with an offset, or an age: 90s, 15m, 2h, 3d, 1w')
        .argParser(when)
        .makeOptionMandatory(),
    )
    .option(
      '--role <name>',
      'only members with this role of the catalogue; with its ids of today, or named so then',
    )
    .option('--known-at <when>', 'only by what had ended at this time', when)
    .option(
      '--decided',
      'what the sources had decided by then, by the times of their events, instead of what was proven',
    )
    .addHelpText(
      'after',
      examples(
        'who --scope wacht/7301954381230018561 --at 2026-05-01T00:00:00Z',
        'who --scope project/3c90c3cc-0d44-4b50-8888-8dd25736052a --at 4w --decided',
      ),
    )
    .action(async (_, command) => exitWith(await who(command.optsWithGlobals(), world)))
}

async function who(options: WhoOptions, world: CliWorld): Promise<number> {
  const scope = scopeGiven(options.scope)
  const now = world.now()
  const at = past('--at', options.at, now)
  const knownAt = options.knownAt && past('--known-at', options.knownAt, now)
  const decided = options.decided ?? false
  const isMeant =
    options.role === undefined
      ? () => true
      : hasRole(options.role, scope, await readCatalogue(options, world))
  const stage = stageOf(options, world.env)
  const reader = openHistory(world, stage, stageNames(stage).historyTable)
  const items: HistoryItem[] = []
  for await (const item of reader.inScope(scope, decided ? (knownAt ?? now) : at)) items.push(item)
  const held = heldAt(items, { at, knownAt, decided }).filter(isMeant)

  if (at < now - keptMs)
    await note(
      world,
      `what was replaced more than historyDays ago (400 unless the stage says otherwise) is not in the history any more`,
    )
  if (options.json) await json(world, { scope, at: moment(at), members: held })
  else {
    await line(
      world,
      `${held.length === 1 ? '1 member' : `${held.length} members`} of ${scope} at ${moment(at)}`,
    )
    await table(world, columns, held)
  }
  return held.length > 0 ? exit.ok : exit.refused
}

/** From when on items may have expired, in milliseconds: the default of `historyDays`. */
const keptMs = 400 * 86_400_000

function past(option: string, given: When, now: number): number {
  const at = momentOf(given, now) as number
  if (at > now) throw new Failure(`${option} ${moment(at)}: must not be in the future`)
  return at
}

/** Checks the name of a scope. Names of scopes are in lower case. Throws a Failure. */
export function scopeGiven(given: string): string {
  const name = given.toLowerCase()
  const [target, ...ids] = name.split('/')
  if (kinds.some(kind => kind.name === target) && ids.length === 1 && !ids.includes('')) return name
  throw new Failure(`scope ${given}: must be ${kinds.map(kind => `${kind.name}/…`).join(' or ')}`)
}

/** Whether an item gives the role: its event named it, or asked for the ids that the catalogue has for it in the scope. */
function hasRole(role: string, scope: string, catalogue: Catalogue): (item: HeldItem) => boolean {
  const [target = '', id = ''] = scope.split('/')
  const state = resolveRole(catalogue, role, target, id)
  return item => item.role === role || (!isUnknownRole(state) && sameDesired(item.desired, state))
}

const columns: readonly Column<HeldItem>[] = [
  { head: 'member', of: ({ member }) => member },
  { head: 'state', of: stateWords },
  { head: 'event time', of: ({ time }) => `${time}Z`, isMinor: true },
  { head: 'proven or ended', of: ({ at }) => moment(Date.parse(at)) },
  { head: 'outcome', of: ({ outcome }) => outcome, isMinor: true },
  { head: 'event', of: ({ event }) => event },
]
