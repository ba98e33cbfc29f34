import { createEventParser } from '../../core/event/event.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { eventsArgument, readEvents } from '../io/event-lines.ts'
import { exit } from '../io/exit-codes.ts'
import { openInput } from '../io/files.ts'
import { openQueue } from '../io/open-queue.ts'
import { json } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import { sendEvents } from './send-events.ts'
import { createSendReport, mostShown, printSent, type SentRecord, sendRecord } from './send-report.ts'
import {
  type GlobalOptions,
  givenOptions,
  readCatalogue,
  shellWord,
  stageNames,
  stageOf,
} from './stage-options.ts'

/** `send FILE|-`: validates events and sends them to the changes queue. */
export const addSend: AddCommand = (program, world, exitWith) => {
  program
    .command('send')
    .description(
      'Validates events and sends them to the changes queue of the stage. Shows the id of each message. Reports refused ' +
        'events on standard error. Exit code 1 if an event is refused, 2 if the queue cannot be used.',
    )
    .argument('<file>', eventsArgument)
    .addHelpText(
      'after',
      '\nExamples:\n  $ role-sync send events.ndjson --stage prod\n  $ producer | role-sync send - --json',
    )
    .action(async (file, _, command) => exitWith(await send(file, command.optsWithGlobals(), world)))
}

async function send(file: string, options: GlobalOptions, world: CliWorld): Promise<number> {
  const stage = stageOf(options, world.env)
  const { changesQueue } = stageNames(stage)
  const parse = createEventParser(kinds, await readCatalogue(options, world))
  const input = await openInput(file, world)
  const queue = await openQueue(world, stage, changesQueue)

  const progress = startProgress(world, `sending to ${queue.name}`, input.size)
  const keep = options.json ? Number.POSITIVE_INFINITY : mostShown
  const report = createSendReport(progress, { json: options.json === true, keep })
  const lines = readEvents({ ...input, chunks: report.reading(input.chunks) }, parse, world.now)
  const { whole, failure } = await sendEvents(lines, queue, world, report.add).finally(progress.stop)

  for (const repeat of report.repeats()) await progress.note(repeat)
  if (!whole && report.sent() + report.refusedCount() > 0) await progress.note(incomplete)
  if (options.json) await json(world, sendRecord(report))
  else await printSent(world, report, queue.name, nextCommand(file, options, report.kept()))
  if (failure) throw failure
  if (!whole) return exit.interrupted
  return report.refusedCount() > 0 ? exit.refused : exit.ok
}

const incomplete =
  'stopped: not everything was sent; send all of it again: events that are sent twice end as duplicates'

/** The command that shows what became of the sent events. */
function nextCommand(
  file: string,
  options: GlobalOptions,
  [first]: readonly SentRecord[],
): string | undefined {
  if (!first) return undefined
  const member = first.member === null ? '' : ` --member ${shellWord(first.member)}`
  const what = file === '-' ? `${shellWord(first.event)}${member}` : shellWord(file)
  return `role-sync status ${what}${givenOptions(options)}`
}
