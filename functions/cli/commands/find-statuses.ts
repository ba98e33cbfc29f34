import { forEachOf } from '../../core/for-each-of.ts'
import type { Entry } from '../../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../../core/ports.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { openLedger } from '../io/ledger-reader.ts'
import { startProgress } from '../io/progress-bar.ts'
import {
  type AskedEvent,
  type EventStatus,
  isDone,
  statusInLedger,
  statusWithLetters,
} from './event-status.ts'
import { findLetters } from './find-letters.ts'
import { type DeadLetters, openDeadLetters } from './open-dead-letters.ts'
import { type GlobalOptions, stageNames } from './stage-options.ts'

/** An event with its status. */
export interface FoundStatus {
  readonly asked: AskedEvent
  readonly status: EventStatus
}

/** The ledger and the dead letters of a stage. Nothing is ever received from the changes queue. */
export interface StatusSources {
  readonly ledger: Pick<LedgerStore, 'read'>
  readonly letters: DeadLetters
}

/** Opens the ledger and the dead letters of the stage. */
export async function openSources(options: GlobalOptions, world: CliWorld): Promise<StatusSources> {
  const letters = await openDeadLetters(options, world)
  return { letters, ledger: openLedger(world, letters.stage, stageNames(letters.stage).ledgerTable) }
}

/** How many ledger entries are read at once. */
const reads = 16

/** Finds the status of each event: in the ledger, then among the dead letters. */
export async function findStatuses<T extends AskedEvent>(
  events: readonly T[],
  { ledger, letters }: StatusSources,
  world: CliWorld,
): Promise<(FoundStatus & { readonly asked: T })[]> {
  const entries = await readEntries(events, ledger)
  const found = events.map(asked => {
    const entry = entries.get(asked.member ?? '')
    return { asked, entry, status: statusInLedger(asked, entry, world.now()) }
  })
  const keys = found.filter(({ status }) => status.status !== 'applied').map(({ asked }) => keyOf(asked))
  const dead = keys.length === 0 ? undefined : await findLetters(letters, world, [...new Set(keys)])
  return found.map(({ asked, entry, status }) => ({
    asked,
    status: statusWithLetters(status, dead?.get(keyOf(asked)) ?? [], entry, world.now()),
  }))
}

/** The text that names an event's letter. */
const keyOf = ({ event, version }: AskedEvent): string => (version ? `${version.source} ${event}` : event)

async function readEntries(
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

/** How long between two reads of the ledger, in milliseconds; longer for many members. */
const pollMs = (members: number): number => Math.max(1000, members * 20)

/**
 * Follows events for at most `forMs` milliseconds, until each has its outcome, and returns the status of each. The outcome of an
 * event that names a person cannot be followed: its members have events of their own.
 */
export async function followEvents<T extends AskedEvent>(
  events: readonly T[],
  forMs: number,
  sources: StatusSources,
  world: CliWorld,
): Promise<(FoundStatus & { readonly asked: T })[]> {
  const until = world.now() + forMs
  const progress = startProgress(world, 'waiting for outcomes', events.length, { waiting: events.length })
  let open = events.filter(({ member }) => typeof member === 'string')
  try {
    while (open.length > 0 && !world.stop.aborted) {
      const entries = await readEntries(open, sources.ledger)
      open = open.filter(asked => {
        const status = statusInLedger(asked, entries.get(asked.member ?? ''), world.now())
        return !isDone(status) && status.status !== 'dead'
      })
      progress.update(events.length - open.length, { waiting: open.length })
      if (open.length === 0 || world.now() >= until) break
      await world.wait(Math.min(pollMs(open.length), until - world.now()))
    }
  } finally {
    progress.stop()
  }
  return findStatuses(events, sources, world)
}
