import { InvalidArgumentError } from 'commander'
import type { StoredDue } from '../../core/due/due-item.ts'
import { type Forecast, takesEffect } from '../../core/due/forecast.ts'
import { compareText } from '../../core/json.ts'
import { shellWord } from '../../core/printable.ts'
import { redactId } from '../../core/redact.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { openDue } from '../io/due-reader.ts'
import { durationWords } from '../io/durations.ts'
import { exit } from '../io/exit-codes.ts'
import { json, line, note } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { instant, whyNot } from '../page/forecast-words.ts'
import { shortMember } from './letter-rows.ts'
import { memberName } from './member.ts'
import { openForecasts } from './open-forecasts.ts'
import { examples, type GlobalOptions, givenOptions, stageNames, stageOf } from './stage-options.ts'
import { scopeGiven } from './who.ts'

interface DueFilter extends GlobalOptions {
  readonly member?: string
  readonly scope?: string
  readonly source?: string
  readonly day?: string
}

/** `due …`: changes that take effect later. */
export const addDue: AddCommand = (program, world, exitWith) => {
  const due = program
    .command('due')
    .description('Lists and shows the changes that take effect later, and the roles that end later.')
    .addHelpText('after', examples('due list --day 2027-01-01', 'due show wd-2026-000123'))
  due
    .command('list')
    .description(
      'Lists what takes effect later, by its instant. What is due within five minutes is on the queue already. A change that names a ' +
        'person has no member before it is due.',
    )
    .option('--member <name>', 'only changes of this member: wacht/… or project/…')
    .option('--scope <name>', 'only changes in this scope: wacht/<organizationId> or project/<projectId>')
    .option('--source <source>', 'only changes of events from this source')
    .option('--day <date>', 'only changes of this day in UTC, for example 2027-01-01', day)
    .addHelpText(
      'after',
      examples('due list --scope wacht/7301954381230018561', 'due list --json | jq -r .changes[].member'),
    )
    .action(async (_, command) => exitWith(await list(command.optsWithGlobals(), world)))
  due
    .command('show')
    .description(
      'Shows what an event has changed later: its beginning and its end, and whether each takes effect by what is known now. Exit code 1 ' +
        'if nothing of it is due.',
    )
    .argument('<event...>', 'the id of an event; or "source id" if several sources use that id')
    .addHelpText('after', examples('due show wd-2026-000123 --stage prod', 'due show wd-2026-000123 --json'))
    .action(async (words, _, command) =>
      exitWith(await show(words.join(' '), command.optsWithGlobals(), world)),
    )
}

const openTable = (options: GlobalOptions, world: CliWorld) => {
  const stage = stageOf(options, world.env)
  return openDue(world, stage, stageNames(stage).dueTable)
}

async function list({ source, day, ...options }: DueFilter, world: CliWorld): Promise<number> {
  const member = options.member === undefined ? undefined : memberName(options.member)
  const scope = options.scope === undefined ? undefined : scopeGiven(options.scope)
  const due = openTable(options, world)
  const read = member ? await due.ofMember(member) : scope ? due.inScope(scope) : due.all(day)
  const found: StoredDue[] = []
  for await (const { body: _, ...item } of read) {
    const isMeant =
      (scope === undefined || item.scope === scope) &&
      (source === undefined || item.source === redactId(source)) &&
      (day === undefined || item.due.startsWith(day))
    if (isMeant) found.push(item)
  }
  found.sort((a, b) => compareText(a.due, b.due))
  if (options.json) await json(world, { count: found.length, changes: found.map(recordOf) })
  else {
    await line(world, found.length === 1 ? '1 change is due later' : `${found.length} changes are due later`)
    await table(world, columnsAt(world.now()), found)
  }
  if (member ?? scope)
    await note(world, 'Changes that name a person have no member yet, and are not in this list.')
  return exit.ok
}

async function show(event: string, options: GlobalOptions, world: CliWorld): Promise<number> {
  const due = openTable(options, world)
  const id = redactId(event)
  const found: StoredDue[] = []
  for await (const item of due.all())
    if (item.event === id || `${item.source} ${item.event}` === id) found.push(item)
  if (found.length === 0) {
    await note(
      world,
      `Nothing of event ${event} is due later. What is due within five minutes is on the queue already: ` +
        `role-sync status ${shellWord(event)}${givenOptions(options)}`,
    )
    return exit.refused
  }
  const forecast = await openForecasts(options, world)
  const shown = []
  for (const item of found.toSorted((a, b) => compareText(a.due, b.due))) {
    const { member } = item
    const rows = member === undefined ? [] : await forecast(member)
    shown.push({
      item,
      row: rows.find(
        each => each.event === item.event && each.source === item.source && each.half === item.half,
      ),
    })
  }
  if (options.json)
    await json(world, {
      changes: shown.map(({ item, row }) => ({
        ...recordOf(item),
        ...(row && { takesEffect: takesEffect(row), cancelledBy: row.cancelledBy, dead: row.dead }),
      })),
    })
  else
    for (const { item, row } of shown)
      for (const text of rowsOf(item, row, world.now())) await line(world, text)
  return exit.ok
}

/** Parses a day. Throws an error of commander. */
function day(text: string): string {
  const ms = Date.parse(`${text}T00:00:00Z`)
  if (!Number.isNaN(ms) && instant(ms).startsWith(text)) return text
  throw new InvalidArgumentError('It must be a date like 2027-01-01.')
}

/** A due item for `--json`, without its body. */
const recordOf = ({ at, half, role, member, event, source, sender, withdraws }: StoredDue) => ({
  ...{ due: instant(at), half, role, event, source, member: member ?? null, sender, withdraws },
})

const columnsAt = (now: number): readonly Column<StoredDue>[] => [
  { head: 'due', of: ({ at }) => instant(at) },
  { head: 'in', of: ({ at }) => durationWords(at - now), align: 'right', isMinor: true },
  { head: 'half', of: ({ half }) => half },
  { head: 'role', of: ({ role = '' }) => role },
  {
    head: 'member',
    of: ({ member }) => member ?? '(a person)',
    short: ({ member }) => (member === undefined ? '(a person)' : shortMember(member)),
  },
  { head: 'event', of: ({ event }) => event },
  { head: 'source', of: ({ source }) => source, isMinor: true },
]

function rowsOf(item: StoredDue, row: Forecast | undefined, now: number): string[] {
  const { at, half, role, member, event, source, sender, withdraws } = item
  return [
    `${event} of ${source} → ${member ?? 'the members of a person'}`,
    `  ${half}: ${role ?? 'the ids of the event'} at ${instant(at)}, in ${durationWords(at - now)}${withdraws ? '; a withdrawal' : ''}`,
    ...(sender === undefined ? [] : [`  sender: ${sender}`]),
    `  ${effectWords(row)}`,
  ]
}
const effectWords = (row: Forecast | undefined): string =>
  row === undefined
    ? 'whether it takes effect is not known yet'
    : takesEffect(row)
      ? 'takes effect, by what is known now'
      : whyNot(row)
