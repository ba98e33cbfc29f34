import type { StoredDue } from '../../core/due/due-item.ts'
import { type Forecast, forecastOf } from '../../core/due/forecast.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import type { Entry } from '../../core/ledger/ledger-entry.ts'
import { redactId } from '../../core/redact.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { openDue } from '../io/due-reader.ts'
import { Unavailable } from '../io/exit-codes.ts'
import { openLedger } from '../io/ledger-reader.ts'
import { note } from '../io/output.ts'
import { atMostOnce, type Troubles } from '../io/shared-reads.ts'
import type { AskedEvent } from './event-status.ts'
import { type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

/** Reads the forecast of a member; its ledger entry too, unless it is given. */
export type ReadForecast = (member: string, entry?: Entry) => Promise<readonly Forecast[]>

/** Opens the forecasts of a stage, by the role catalogue of the command line. Reads reject with a Failure. */
export async function openForecasts(options: GlobalOptions, world: CliWorld): Promise<ReadForecast> {
  const stage = stageOf(options, world.env)
  const parse = createEventParser(kinds, await readCatalogue(options, world))
  const { dueTable, ledgerTable } = stageNames(stage)
  const { ofMember } = openDue(world, stage, dueTable)
  const ledger = openLedger(world, stage, ledgerTable)
  return async (member, entry) => {
    const items = await ofMember(member)
    return forecastOf(entry ?? (await ledger.read(member)), items, parse, world.now())
  }
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

/** Opens the due items of members, each asked for once in `everyMs`. Does not reject: `troubles` tells what cannot be read, and there are none then. */
export function openDueOfMember(
  options: GlobalOptions,
  world: CliWorld,
  troubles: Troubles,
  everyMs: number,
): (member: string) => Promise<readonly StoredDue[]> {
  const stage = stageOf(options, world.env)
  const { ofMember } = openDue(world, stage, stageNames(stage).dueTable)
  return atMostOnce(everyMs, world.now, async member => {
    let found: readonly StoredDue[] = []
    await troubles.watch('the due changes', async () => {
      found = await ofMember(member)
    })
    return found
  })
}

/** How many events are asked for at once. */
const reads = 16

/** What comes later because of those events that have dates, or of which only the id is known. */
export async function laterOf<T extends AskedEvent>(
  events: readonly T[],
  forecasts: () => Promise<ReadForecast>,
): Promise<ReadonlyMap<T, readonly Forecast[]>> {
  const later = new Map<T, readonly Forecast[]>()
  await forEachOf(events, reads, async asked => {
    const { member, version, source = version?.source, ends } = asked
    if (typeof member !== 'string' || (version && version.from === undefined && !ends)) return
    const rows = await (await forecasts())(member)
    const isOwn = (row: Forecast) =>
      row.event === redactId(asked.event) && (source === undefined || row.source === redactId(source))
    if (rows.some(isOwn)) later.set(asked, rows.filter(isOwn))
  })
  return later
}

/** The beginning of an event, if that comes later. */
export const beginOf = (rows: readonly Forecast[] | undefined): Forecast | undefined =>
  rows?.find(({ half }) => half === 'begin')
