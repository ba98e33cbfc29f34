import { shellWord } from '../../core/printable.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { json, line, note, stateLine } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { forecastRecord, laterWords } from '../page/forecast-words.ts'
import type { AskedEvent, EventStatus } from './event-status.ts'
import type { FoundStatus } from './find-statuses.ts'
import { countsOf, countWords, shortMember } from './letter-rows.ts'
import { type GlobalOptions, givenOptions } from './stage-options.ts'
import { exposureWords, statusWords } from './status-words.ts'

/** The most events that are shown with their whole text on a terminal. */
const mostInFull = 5

/** An event with its status for `--json`. */
export const statusRecord = ({ asked: { event, version, member, message }, status, later }: FoundStatus) => ({
  event,
  ...(version && { source: version.source }),
  ...(member !== undefined && { member }),
  ...(message !== undefined && { message }),
  ...{ ...status, status: nameOf(status) },
  ...(later && { later: forecastRecord(later) }),
})

/** What a status is called. Held is one of its own: nothing failed, and a person decides. */
const nameOf = (status: EventStatus): EventStatus['status'] | 'held' =>
  status.status === 'dead' && status.reason === 'held' ? 'held' : status.status

/** The count of each status, most frequent first. */
export const statusCounts = (found: readonly FoundStatus[]) =>
  countsOf(found.map(({ status }) => nameOf(status)))

/** Prints statuses: a few in full, many as a table after their counts; then the next command for what is held or dead. */
export async function printStatuses(
  world: CliWorld,
  found: readonly FoundStatus[],
  options: GlobalOptions,
): Promise<void> {
  if (options.json) {
    await json(world, { counts: statusCounts(found), events: found.map(statusRecord) })
    return
  }
  if (found.length <= mostInFull) {
    for (const { asked, status, later = [] } of found) {
      await line(world, `${asked.event}${memberWords(asked)}`)
      await stateLine(world, `  ${statusWords(status, world.now())}`)
      const exposure = exposureWords(asked, status, world.now())
      if (exposure !== undefined) await line(world, `  ${exposure}`)
      for (const row of later) await line(world, `  ${laterWords(row)}`)
    }
  } else {
    await line(world, countWords(statusCounts(found)).replaceAll('_', ' '))
    await table(world, columnsAt(world.now()), found)
  }
  const dead = found.find(({ status }) => nameOf(status) === 'dead')
  if (found.some(({ status }) => nameOf(status) === 'held'))
    await note(world, `next: role-sync hold list${givenOptions(options)}`)
  if (dead)
    await note(world, `next: role-sync dead show ${shellWord(dead.asked.event)}${givenOptions(options)}`)
}

const memberWords = ({ member }: AskedEvent): string =>
  member === undefined ? '' : ` → ${member ?? 'the members of a person'}`

const columnsAt = (now: number): readonly Column<FoundStatus>[] => [
  { head: 'event', of: ({ asked }) => asked.event },
  {
    head: 'member',
    of: ({ asked: { member } }) => (member === null ? '(a person)' : (member ?? '')),
    short: ({ asked: { member } }) => (member === null ? '(a person)' : shortMember(member ?? '')),
  },
  { head: 'status', of: ({ status }) => statusWords(status, now), isState: true },
]
