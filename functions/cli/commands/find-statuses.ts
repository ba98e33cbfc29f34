import type { Forecast } from '../../core/due/forecast.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import type { HistoryItem } from '../../core/history/history-item.ts'
import type { Entry } from '../../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../../core/ports.ts'
import { redactId } from '../../core/redact.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { Unavailable } from '../io/exit-codes.ts'
import { type HistoryReader, openHistory } from '../io/history-reader.ts'
import { type LedgerReader, openLedger } from '../io/ledger-reader.ts'
import { note } from '../io/output.ts'
import {
  type AskedEvent,
  type EventStatus,
  isDone,
  statusInHistory,
  statusInLedger,
  statusWithLetters,
} from './event-status.ts'
import { findLetters } from './find-letters.ts'
import { type DeadLetters, openDeadLetters } from './open-dead-letters.ts'
import { beginOf, laterOf, openOptionalForecasts, type ReadForecast } from './open-forecasts.ts'
import { readRecords, statusOfPerson } from './person-statuses.ts'
import { type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

/** An event with its status. */
export interface FoundStatus {
  readonly asked: AskedEvent
  readonly status: EventStatus
  /** What comes later because of the event. */
  readonly later?: readonly Forecast[] | undefined
}

/** The ledger and the dead letters of a stage. */
interface LiveSources {
  readonly ledger: LedgerReader
  readonly letters: DeadLetters
}

/** Where statuses come from. Nothing is ever received from the changes queue. */
export interface StatusSources {
  readonly history: HistoryReader
  /** Opens the ledger and the dead letters: a producer may not read them. */
  readonly live: () => Promise<LiveSources>
  /** Opens the due changes. A producer may not read them. */
  readonly forecasts: () => Promise<ReadForecast>
}

/** Opens the history of the stage, and the ledger and the dead letters when they are needed. */
export function openSources(options: GlobalOptions, world: CliWorld): StatusSources {
  const stage = stageOf(options, world.env)
  const { historyTable, ledgerTable } = stageNames(stage)
  const open = async () => ({
    letters: await openDeadLetters(options, world),
    ledger: openLedger(world, stage, ledgerTable),
  })
  let opened: Promise<LiveSources> | undefined
  let forecasts: Promise<ReadForecast> | undefined
  return {
    history: openHistory(world, stage, historyTable),
    live: () => {
      opened ??= open()
      return opened
    },
    forecasts: () => {
      forecasts ??= openOptionalForecasts(options, world)
      return forecasts
    },
  }
}

/** How many entries or events are read at once. */
const reads = 16

/**
 * Finds the status of each event: in the history; what has no end there in the ledger, then among the dead letters. Without a history
 * the ledger and the letters decide, and without permission for these the history.
 */
export async function findStatuses<T extends AskedEvent>(
  events: readonly T[],
  { history, live, forecasts }: StatusSources,
  world: CliWorld,
): Promise<(FoundStatus & { readonly asked: T })[]> {
  const ended = new Map<T, EventStatus | undefined>()
  let lacking: Unavailable | undefined
  await forEachOf(events, reads, async asked => {
    if (!lacking) ended.set(asked, await endOf(asked, history))
  }).catch(error => {
    if (!(error instanceof Unavailable)) throw error
    lacking = error
  })
  const open = events.filter(asked => !isEnd(ended.get(asked)))
  const found = await liveStatuses(open, ended, live, world).catch(error => {
    if (lacking || !(error instanceof Unavailable)) throw error
    const detail = `the history has no end of it: it waits, or was never sent; more is not readable (${error.message})`
    return new Map(open.map(asked => [asked, ended.get(asked) ?? unknown(detail)]))
  })
  if (lacking)
    await note(world, `${lacking.message}; the statuses are those of the ledger and the dead letters`)
  const later = await laterOf(events, forecasts)
  return events.map(asked => {
    const status = (found.get(asked) ?? ended.get(asked)) as EventStatus
    const rows = later.get(asked)
    const isScheduled = status.status === 'waiting_or_unknown' && beginOf(rows)
    return {
      asked,
      status: isScheduled ? { status: 'scheduled', from: asked.version?.from } : status,
      later: rows,
    }
  })
}

const unknown = (detail: string): EventStatus => ({ status: 'waiting_or_unknown', detail })

/** A dead event may have been replayed: the ledger and the letters tell. */
const isEnd = (status: EventStatus | undefined): boolean => status !== undefined && status.status !== 'dead'

/** The status of an event in the history. Without its source it is looked for among the changes of its member. */
async function endOf(asked: AskedEvent, history: HistoryReader): Promise<EventStatus | undefined> {
  const { event, version, member, source = version?.source } = asked
  const items: HistoryItem[] = []
  if (source !== undefined) for await (const item of history.ofEvent(source, event)) items.push(item)
  else if (typeof member === 'string')
    for await (const item of history.ofMember(member, {}))
      if (item.event === redactId(event)) items.push(item)
  return statusInHistory(asked, await Promise.all(items.map(item => wholeOf(item, history))))
}

/** The item with all its fields, if it is of a change that was shadowed or scheduled: the index lacks what would have happened, and when it will. */
async function wholeOf(item: HistoryItem, history: HistoryReader): Promise<HistoryItem> {
  if (!(item.outcome === 'shadow' || item.outcome === 'scheduled') || item.shows || item.time === undefined)
    return item
  const since = Date.parse(`${item.time}Z`)
  try {
    for await (const each of history.ofMember(item.member, { since, until: since + 1 }))
      if (each.version === item.version) return each
  } catch (error) {
    // A producer may read the index alone.
    if (!(error instanceof Unavailable)) throw error
  }
  return item
}

/** The statuses by the ledger, then by the dead letters. `ended` is what the history says. */
async function liveStatuses<T extends AskedEvent>(
  events: readonly T[],
  ended: ReadonlyMap<T, EventStatus | undefined>,
  live: StatusSources['live'],
  world: CliWorld,
): Promise<ReadonlyMap<T, EventStatus>> {
  if (events.length === 0) return new Map()
  const { ledger, letters } = await live()
  const entries = await readEntries(events, ledger)
  const records = await readRecords(events, ledger)
  const found = events.map(asked => {
    const entry = entries.get(asked.member ?? '')
    const record = records.get(asked)
    const now = (record && statusOfPerson(record)) ?? statusInLedger(asked, entry, world.now())
    return { asked, entry, status: (now.status === 'waiting_or_unknown' && ended.get(asked)) || now }
  })
  const keys = found.filter(({ status }) => !isDone(status)).map(({ asked }) => keyOf(asked))
  const dead = keys.length === 0 ? undefined : await findLetters(letters, world, [...new Set(keys)])
  return new Map(
    found.map(({ asked, entry, status }) => [
      asked,
      statusWithLetters(status, dead?.get(keyOf(asked)) ?? [], entry, world.now()),
    ]),
  )
}

/** The text that names an event's letter. */
const keyOf = ({ event, version, source = version?.source }: AskedEvent): string =>
  source === undefined ? event : `${source} ${event}`

/** The entries of the members of events. */
export async function readEntries(
  events: readonly AskedEvent[],
  { read }: Pick<LedgerStore, 'read'>,
): Promise<ReadonlyMap<string, Entry | undefined>> {
  const entries = new Map<string, Entry | undefined>()
  const members = new Set(events.flatMap(({ member }) => member ?? []))
  await forEachOf(members, reads, async member => {
    entries.set(member, await read(member))
  })
  return entries
}
