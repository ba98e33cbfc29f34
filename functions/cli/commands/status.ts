import { existsSync } from 'node:fs'
import { createEventParser } from '../../core/event/event-parser.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { eventsArgument, isRefused, readEvents } from '../io/event-lines.ts'
import { exit } from '../io/exit-codes.ts'
import { openInput } from '../io/files.ts'
import { note } from '../io/output.ts'
import { type AskedEvent, isDone } from './event-status.ts'
import { openSources } from './find-statuses.ts'
import { findStatusesOfAll } from './follow-events.ts'
import { memberName } from './member.ts'
import { refusedWords } from './refusals.ts'
import { examples, type GlobalOptions, readCatalogue } from './stage-options.ts'
import { printStatuses } from './status-report.ts'

interface StatusOptions extends GlobalOptions {
  readonly member?: string
  readonly source?: string
}

/** `status FILE|ID`: what became of events. */
export const addStatus: AddCommand = (program, world, exitWith) => {
  program
    .command('status')
    .description(
      'Shows what became of events, from the history, the ledger and the dead letters: applied, superseded, resolved, scheduled, dead or waiting, ' +
        'why, and what comes later. Reads nothing from the changes queue. Exit code 1 if an event is dead, or has no end yet.',
    )
    .argument('<events>', `${eventsArgument}; or the id of an event`)
    .option('--member <member>', 'the member of the event whose id is given: wacht/… or project/…')
    .option('--source <source>', 'the source of the event whose id is given')
    .addHelpText(
      'after',
      examples(
        'status events.ndjson --stage prod',
        'status wd-2026-000123 --member wacht/7301954381230018561/7301954381230018999',
      ),
    )
    .action(async (events, _, command) => exitWith(await status(events, command.optsWithGlobals(), world)))
}

async function status(given: string, options: StatusOptions, world: CliWorld): Promise<number> {
  const { events, refused } = await askedEvents(given, options, world)
  const found = await findStatusesOfAll(events, openSources(options, world), world)
  await printStatuses(world, found, options)
  return refused === 0 && found.every(one => isDone(one.status)) ? exit.ok : exit.refused
}

/** The events of a file, or the one of the given id. Invalid events are noted and counted. */
async function askedEvents(
  given: string,
  options: StatusOptions,
  world: CliWorld,
): Promise<{ readonly events: readonly AskedEvent[]; readonly refused: number }> {
  const member = options.member === undefined ? undefined : memberName(options.member)
  const { source } = options
  if (member !== undefined || source !== undefined || (given !== '-' && !existsSync(given)))
    return { events: [{ event: given, member, source }], refused: 0 }

  const parse = createEventParser(kinds, await readCatalogue(options, world))
  const events: AskedEvent[] = []
  let refused = 0
  for await (const read of readEvents(await openInput(given, world), parse, world.now)) {
    if (isRefused(read)) {
      refused += 1
      await note(world, refusedWords(read))
    } else {
      const { change, lookup } = read.parsed
      const { version, withdraws } = change ?? lookup
      events.push({ event: version.id, version, withdraws, ends: change?.ends, member: read.named.member })
    }
  }
  return { events, refused }
}
