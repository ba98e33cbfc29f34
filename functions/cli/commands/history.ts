import { instantOf } from '../../core/event/instant.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit } from '../io/exit-codes.ts'
import { openHistory } from '../io/history-reader.ts'
import { json, line } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { addPeriodOptions, type PeriodOptions, periodOf } from './filter-options.ts'
import { memberName } from './member.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

/** `history MEMBER`: what a member held, and by which events. */
export const addHistory: AddCommand = (program, world, exitWith) => {
  const command = program
    .command('history')
    .description(
      'Shows the changes of a member in the order of their versions: when each was meant, when it was proven at the target or how it ' +
        'ended, and by which event. Exit code 1 if there are none.',
    )
    .argument('<member>', 'the name of the member: wacht/… or project/…')
    .addHelpText(
      'after',
      examples(
        'history wacht/7301954381230018561/7301954381230018999 --stage prod',
        'history wacht/7301954381230018561/7301954381230018999 --since 52w',
      ),
    )
    .action(async (member, _, command) => exitWith(await history(member, command.optsWithGlobals(), world)))
  addPeriodOptions(command, 'only events with a time')
}

async function history(
  given: string,
  options: GlobalOptions & PeriodOptions,
  world: CliWorld,
): Promise<number> {
  const member = memberName(given)
  const stage = stageOf(options, world.env)
  const reader = openHistory(world, stage, stageNames(stage).historyTable)
  const items: HistoryItem[] = []
  for await (const item of reader.ofMember(member, periodOf(options, world.now()))) items.push(item)
  if (options.json) await json(world, { member, items })
  else if (items.length === 0) await line(world, `${member}: no change in the history`)
  else await table(world, columns, items)
  return items.length > 0 ? exit.ok : exit.refused
}

const columns: readonly Column<HistoryItem>[] = [
  { head: 'event time', of: ({ time }) => (time === undefined ? '' : `${time}Z`) },
  {
    head: 'outcome',
    of: ({ outcome, reason }) => (reason === undefined ? outcome : `${outcome}: ${reason}`),
  },
  { head: 'proven or ended', of: ({ at }) => `${instantOf(Date.parse(at))}Z` },
  { head: 'state', of: stateWords },
  { head: 'event', of: ({ event = '' }) => event },
  { head: 'source', of: ({ source = '' }) => source },
  {
    head: 'by',
    of: ({ by, claimedPlan }) => by ?? (claimedPlan === undefined ? '' : `plan ${claimedPlan} (claimed)`),
  },
]

/** What an item asked for: the role's name if the event named it, and the ids. */
export function stateWords({ role, desired }: Pick<HistoryItem, 'role' | 'desired'>): string {
  const ids = desired === undefined ? '' : JSON.stringify(desired)
  return role === undefined ? ids : `${role} ${ids}`.trim()
}
