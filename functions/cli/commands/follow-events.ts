import type { PersonRecord } from '../../core/people/person-progress.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { Unavailable } from '../io/exit-codes.ts'
import { startProgress } from '../io/progress-bar.ts'
import { type AskedEvent, isDone, statusInLedger } from './event-status.ts'
import { type FoundStatus, findStatuses, readEntries, type StatusSources } from './find-statuses.ts'
import { beginOf, laterOf } from './open-forecasts.ts'
import { eventsOfMembers, hasRecord, readRecords } from './person-statuses.ts'

/**
 * The statuses of events, and of those that were made for the members of a person, each after the person's. The members are known
 * for 14 days, to those who may read the ledger.
 */
export async function findStatusesOfAll(
  events: readonly AskedEvent[],
  sources: StatusSources,
  world: CliWorld,
): Promise<FoundStatus[]> {
  const found = await findStatuses(events, sources, world)
  const people = found.flatMap(({ asked, status }) => {
    const { message = asked.message } = status.status === 'resolved' ? status : {}
    return asked.member === null && message !== undefined && isDone(status) ? [{ ...asked, message }] : []
  })
  if (people.length === 0) return found
  const records = await sources
    .live()
    .then(({ ledger }) => readRecords(people, ledger))
    .catch(error => {
      if (error instanceof Unavailable) return new Map<AskedEvent, PersonRecord>()
      throw error
    })
  const made = [...records].flatMap(([asked, record]) => eventsOfMembers(asked, record))
  return [...found, ...(await findStatuses(made, sources, world))]
}

/** How long between two reads of the ledger, in milliseconds; longer for many members. */
const pollMs = (members: number): number => Math.max(1000, members * 20)

/**
 * Follows events for at most `forMs` milliseconds, until each has its outcome, and returns the status of each. An event that names a
 * person is followed to the events of its members, if the id of its message is known.
 */
export async function followEvents(
  events: readonly AskedEvent[],
  forMs: number,
  sources: StatusSources,
  world: CliWorld,
): Promise<FoundStatus[]> {
  const until = world.now() + forMs
  let total = events.length
  const progress = startProgress(world, 'waiting for outcomes', total, { waiting: total })
  let open = events.filter(asked => typeof asked.member === 'string' || hasRecord(asked))
  try {
    while (open.length > 0 && !world.stop.aborted) {
      const { ledger } = await sources.live()
      const entries = await readEntries(open, ledger)
      const records = await readRecords(open, ledger)
      const later = await laterOf(open, sources.forecasts)
      const made: AskedEvent[] = []
      open = open.filter(asked => {
        const record = records.get(asked)
        if (record?.end) made.push(...eventsOfMembers(asked, record))
        if (record) return !record.end
        if (beginOf(later.get(asked))) return false
        const status = statusInLedger(asked, entries.get(asked.member ?? ''), world.now())
        return !isDone(status) && status.status !== 'dead'
      })
      open.push(...made)
      total += made.length
      progress.update(total - open.length, { waiting: open.length })
      if (open.length === 0 || world.now() >= until) break
      if (made.length === 0) await world.wait(Math.min(pollMs(open.length), until - world.now()))
    }
  } finally {
    progress.stop()
  }
  return findStatusesOfAll(events, sources, world)
}
