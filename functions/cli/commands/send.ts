import { createEventParser } from '../../core/event/event.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { readEvents } from '../io/event-lines.ts'
import { exit } from '../io/exit-codes.ts'
import { openInput } from '../io/files.ts'
import { json, line } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import { openQueue } from '../io/queue-sink.ts'
import { sendEvents } from './send-events.ts'
import { createSendReport } from './send-report.ts'
import { type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

/** `send FILE|-`: validates events and puts them on the changes queue. */
export const addSend: AddCommand = (program, world, exitWith) => {
  program
    .command('send')
    .description(
      'Validates events and puts them on the changes queue of the stage. Lines that are refused are reported on ' +
        'standard error; exit code 1 then, 2 when the queue cannot be used.',
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
  const sink = await openQueue(world, stage, changesQueue)

  const progress = startProgress(world, `sending to ${sink.name}`, input.size)
  const report = createSendReport(progress, options.json === true)
  const lines = readEvents(report.reading(input.chunks), parse, world.now)
  const { whole, failure } = await sendEvents(lines, sink, world, report.settled).finally(progress.stop)

  if (!whole) await progress.note(incomplete)
  if (options.json) await json(world, report.result())
  else await line(world, report.summary(sink.name))
  if (failure) throw failure
  if (!whole) return exit.interrupted
  return report.anyRefused() ? exit.refused : exit.ok
}

const incomplete =
  'Not everything was sent. Send all of it again: what is on the queue already will be recognised as a duplicate.'
