import type { HistoryItem } from '../../core/history/history-item.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { exit } from '../io/exit-codes.ts'
import { type HistoryReader, openHistory } from '../io/history-reader.ts'
import { json, line } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { exportArgument, exportLines } from './export-lines.ts'
import { addPeriodOptions, type PeriodOptions, periodOf } from './filter-options.ts'
import { shortHash } from './letter-rows.ts'
import { memberName } from './member.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

type HistoryOptions = GlobalOptions & PeriodOptions

/** `history MEMBER`: what a member held, and by which events; `history export FILE`: everything, as NDJSON. */
export const addHistory: AddCommand = (program, world, exitWith) => {
  const history = program
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
    .action(async (member, _, command) => exitWith(await ofMember(member, command.optsWithGlobals(), world)))
  addPeriodOptions(history, 'only events with a time')

  const everything = history
    .command('export')
    .description(
      'Writes the items of all messages that ended in a period as NDJSON, one per line, in no order. Reads the whole table; for a ' +
        'large one use an export of DynamoDB to S3.',
    )
    .argument('<file>', exportArgument)
    .addHelpText(
      'after',
      examples('history export history.ndjson --since 1w', 'history export - --stage prod'),
    )
    .action(async (file, _, command) => exitWith(await exportTo(file, command.optsWithGlobals(), world)))
  addPeriodOptions(everything, 'only messages that ended')
}

const readerOf = (options: GlobalOptions, world: CliWorld): HistoryReader => {
  const stage = stageOf(options, world.env)
  return openHistory(world, stage, stageNames(stage).historyTable)
}

async function ofMember(given: string, options: HistoryOptions, world: CliWorld): Promise<number> {
  const member = memberName(given)
  const items: HistoryItem[] = []
  const period = periodOf(options, world.now())
  for await (const item of readerOf(options, world).ofMember(member, period)) items.push(item)
  if (options.json) await json(world, { member, items })
  else if (items.length === 0) await line(world, `${member}: no change in the history`)
  else await table(world, columns, items)
  return items.length > 0 ? exit.ok : exit.refused
}

async function exportTo(file: string, options: HistoryOptions, world: CliWorld): Promise<number> {
  const { since = 0, until = Number.POSITIVE_INFINITY } = periodOf(options, world.now())
  const items = async function* () {
    for await (const item of readerOf(options, world).everything(since))
      if (Date.parse(item.at) < until) yield item
  }
  return exportLines(file, items(), itemsOf, options, world)
}

const itemsOf = (count: number): string => (count === 1 ? '1 item' : `${count} items`)

const columns: readonly Column<HistoryItem>[] = [
  { head: 'event time', of: ({ time }) => (time === undefined ? '' : `${time}Z`) },
  {
    head: 'outcome',
    of: ({ outcome, reason }) => (reason === undefined ? outcome : `${outcome}: ${reason}`),
  },
  { head: 'proven or ended', of: ({ at }) => moment(Date.parse(at)) },
  { head: 'state', of: stateWords },
  { head: 'event', of: ({ event = '' }) => event },
  { head: 'source', of: ({ source = '' }) => source, isMinor: true },
  { head: 'sender', of: ({ sender = '' }) => sender, isMinor: true },
  { head: 'by', of: byWords },
]

/** What is applied instead; or who approved the change, and the plan of its replay. */
function byWords({ by, approvedBy = [], reassertedBy, plan, claimedPlan }: HistoryItem): string {
  if (by !== undefined) return by
  const nameOf = (arn: string) => arn.replace(/^arn:.*:/, '')
  const names = approvedBy.map(nameOf)
  return [
    ...(reassertedBy === undefined ? [] : [`re-asserted by ${nameOf(reassertedBy)}`]),
    ...(plan === undefined ? [] : [`plan ${shortHash(plan)}`]),
    ...(names.length > 0 ? [`approved by ${names.join(', ')}`] : []),
    ...(claimedPlan === undefined ? [] : [`plan ${shortHash(claimedPlan)} (claimed)`]),
  ].join('; ')
}

/** What an item asked for: the role's name if the event named it, and the ids. */
export function stateWords({ role, desired }: Pick<HistoryItem, 'role' | 'desired'>): string {
  const ids = desired === undefined ? '' : JSON.stringify(desired)
  return role === undefined ? ids : `${role} ${ids}`.trim()
}
