import { sha256 } from '../../aws/sha256.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import { eventIdOfMember } from '../../core/people/person-event.ts'
import type { PersonRecord } from '../../core/people/person-progress.ts'
import type { LedgerReader } from '../io/ledger-reader.ts'
import type { AskedEvent, EventStatus } from './event-status.ts'

/** Whether an event names a person, and the record of its message can be read. */
export const hasRecord = (asked: AskedEvent): asked is AskedEvent & { readonly message: string } =>
  asked.member === null && asked.message !== undefined

/** The status of a person's event by the record of its message. Undefined if it has no end, or SQS has deleted the message. */
export function statusOfPerson({ end, progress }: PersonRecord): EventStatus | undefined {
  if (!end) return undefined
  if (end.kind === 'done') return { status: 'resolved', events: end.events ?? progress.enqueued.length }
  const { reason, unproven } = end.letter
  return { status: 'dead', reason, ...(unproven && { unproven }) }
}

/** The events that were enqueued for the members of the person. */
export const eventsOfMembers = (
  { event, version, source, withdraws }: AskedEvent,
  { progress }: PersonRecord,
): AskedEvent[] =>
  progress.enqueued.map(member => {
    const id = eventIdOfMember(event, member, sha256)
    return { event: id, member, source, withdraws, ...(version && { version: { ...version, id } }) }
  })

/** How many records are read at once. */
const reads = 16

/** The records of the messages that name a person, of those events whose message is known. Rejects with a Failure. */
export async function readRecords<T extends AskedEvent>(
  events: readonly T[],
  { message }: Pick<LedgerReader, 'message'>,
): Promise<ReadonlyMap<T, PersonRecord>> {
  const records = new Map<T, PersonRecord>()
  await forEachOf(events, reads, async asked => {
    if (hasRecord(asked)) records.set(asked, await message(asked.message))
  })
  return records
}
