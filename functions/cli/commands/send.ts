import { createEventParser } from '../../core/event/event-parser.ts'
import { shellWord } from '../../core/printable.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { parseSpan } from '../io/durations.ts'
import { eventsArgument, readEvents } from '../io/event-lines.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { openInput } from '../io/files.ts'
import { openQueue } from '../io/open-queue.ts'
import { json, note } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import { isDone } from './event-status.ts'
import { openSources } from './find-statuses.ts'
import { followEvents } from './follow-events.ts'
import { sendEvents } from './send-events.ts'
import {
  createSendReport,
  mostShown,
  printSent,
  type SendReport,
  type SentRecord,
  sendRecord,
} from './send-report.ts'
import {
  examples,
  type GlobalOptions,
  givenOptions,
  readCatalogue,
  stageNames,
  stageOf,
} from './stage-options.ts'
import { printStatuses, statusCounts, statusRecord } from './status-report.ts'

/** `send FILE|-`: validates events and sends them to the changes queue. */
export const addSend: AddCommand = (program, world, exitWith) => {
  program
    .command('send')
    .description(
      'Validates events and sends them to the changes queue of the stage. Shows the id of each message. Reports refused ' +
        'events on standard error. Exit code 1 if an event is refused, 2 if the queue cannot be used.',
    )
    .argument('<file>', eventsArgument)
    .option(
      '--wait [time]',
      `waits for the outcome of each event, at most this long (default ${defaultWait}); exit code 1 if one is not applied or superseded`,
    )
    .addHelpText('after', examples('send events.ndjson --stage prod --wait', ' role-sync send - --json'))
    .action(async (file, _, command) => exitWith(await send(file, command.optsWithGlobals(), world)))
}

/** How long `--wait` waits if no time is given. */
const defaultWait = '60s'

/** The most events that `--wait` follows. */
const mostFollowed = 1000

interface SendOptions extends GlobalOptions {
  readonly wait?: string | true
}

async function send(file: string, options: SendOptions, world: CliWorld): Promise<number> {
  const waitMs = waitOf(options.wait)
  const stage = stageOf(options, world.env)
  const { changesQueue } = stageNames(stage)
  const parse = createEventParser(kinds, await readCatalogue(options, world))
  const input = await openInput(file, world)
  const queue = await openQueue(world, stage, changesQueue)

  const progress = startProgress(world, `sending to ${queue.name}`, input.size)
  const keep = options.json ? Number.POSITIVE_INFINITY : waitMs === undefined ? mostShown : mostFollowed
  const report = createSendReport(progress, { json: options.json === true, keep })
  const lines = readEvents({ ...input, chunks: report.reading(input.chunks) }, parse, world.now)
  const { whole, failure } = await sendEvents(lines, queue, world, report.add).finally(progress.stop)

  for (const repeat of report.repeats()) await progress.note(repeat)
  if (!whole && report.sent() + report.refusedCount() > 0) await progress.note(incomplete)
  if (waitMs !== undefined && whole) return follow(report, waitMs, options, world)
  if (failure && !options.json && report.sent() + report.refusedCount() === 0) throw failure
  if (options.json) await json(world, sendRecord(report))
  else await printSent(world, report, queue.name, nextCommand(file, options, report.kept()))
  if (failure) throw failure
  if (!whole) return exit.interrupted
  return report.refusedCount() > 0 ? exit.refused : exit.ok
}

/** Waits for the outcomes of the sent events and prints them. Resolves to the exit code. */
async function follow(
  report: SendReport,
  waitMs: number,
  options: SendOptions,
  world: CliWorld,
): Promise<number> {
  const kept = report.kept().slice(0, mostFollowed)
  if (report.sent() > kept.length)
    await note(world, `Only the first ${kept.length} of ${report.sent()} events are waited for.`)
  const found = await followEvents(kept, waitMs, openSources(options, world), world)
  if (options.json) {
    const { sent, refused } = sendRecord(report)
    await json(world, { sent, counts: statusCounts(found), events: found.map(statusRecord), refused })
  } else await printStatuses(world, found, options)
  const isAll = report.refusedCount() === 0 && found.every(({ status }) => isDone(status))
  return isAll ? exit.ok : exit.refused
}

function waitOf(given: string | true | undefined): number | undefined {
  if (given === undefined) return undefined
  const ms = parseSpan(given === true ? defaultWait : given)
  if (ms === undefined) throw new Failure(`--wait ${given}: must be a time such as 60s or 5m`)
  return ms
}

const incomplete =
  'Stopped: not everything was sent. Send all of it again: events that are sent twice end as duplicates.'

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
