import { createEventParser } from '../../core/event/event.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { readEvents } from '../io/event-lines.ts'
import { exit } from '../io/exit-codes.ts'
import { openInput } from '../io/files.ts'
import { openQueue } from '../io/open-queue.ts'
import { json, line } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import { sendEvents } from './send-events.ts'
import { createSendReport } from './send-report.ts'
import { type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

/** `send FILE|-`: validates events and sends them to the changes queue. */
export const addSend: AddCommand = (program, world, exitWith) => {
  program
    .command('send')
    .description(
      'Validates events and sends them to the changes queue of the stage. Reports refused lines on standard error. Exit ' +
        'code 1 if a line is refused, 2 if the queue cannot be used.',
    )
    .argument('<file>', 'one event per line (NDJSON), or exported dead letters; - for standard input')
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
  const report = createSendReport(progress, options.json === true)
  const lines = readEvents(report.reading(input.chunks), parse, world.now)
  const { whole, failure } = await sendEvents(lines, queue, world, report.add).finally(progress.stop)

  if (!whole) await progress.note(incomplete)
  if (options.json) await json(world, report.result())
  else await line(world, report.summary(queue.name))
  if (failure) throw failure
  if (!whole) return exit.interrupted
  return report.anyRefused() ? exit.refused : exit.ok
}

const incomplete =
  'stopped: not everything was sent; send all of it again: events that are sent twice end as duplicates'
