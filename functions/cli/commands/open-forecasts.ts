import { type Forecast, forecastOf } from '../../core/due/forecast.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import type { Entry } from '../../core/ledger/ledger-entry.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { openDue } from '../io/due-reader.ts'
import { Unavailable } from '../io/exit-codes.ts'
import { note } from '../io/output.ts'
import { type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

/** Reads the forecast of a member with this ledger entry. */
export type ReadForecast = (member: string, entry: Entry | undefined) => Promise<readonly Forecast[]>

/** Opens the forecasts of a stage, by the role catalogue of the command line. Reads reject with a Failure. */
export async function openForecasts(options: GlobalOptions, world: CliWorld): Promise<ReadForecast> {
  const stage = stageOf(options, world.env)
  const parse = createEventParser(kinds, await readCatalogue(options, world))
  const { ofMember } = openDue(world, stage, stageNames(stage).dueTable)
  return async (member, entry) => forecastOf(entry, await ofMember(member), parse, world.now())
}

/** The same for a command that does without: if due changes may not be read, one note says so, and no forecast has a row. */
export async function openOptionalForecasts(options: GlobalOptions, world: CliWorld): Promise<ReadForecast> {
  const read = await openForecasts(options, world)
  let noted: Promise<void> | undefined
  return (member, entry) =>
    read(member, entry).catch(async error => {
      if (!(error instanceof Unavailable)) throw error
      noted ??= note(world, `What takes effect later is not known: ${error.message}`)
      await noted
      return []
    })
}
