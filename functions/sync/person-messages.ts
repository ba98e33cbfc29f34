import type { Grounds } from '../core/dead-letter/reason.ts'
import type { Named } from '../core/event/event.ts'
import { isReplay, type Message } from '../core/event/sqs-message.ts'
import { backoffMs, busyMs } from '../core/outcome/retry-delay.ts'
import type { Final, Verdict } from '../core/outcome/verdict.ts'
import { eventOfMember, type Lookup } from '../core/people/person-event.ts'
import { doneWords, soughtIn } from '../core/people/person-findings.ts'
import {
  afterReading,
  afterSending,
  type Begun,
  beforeSending,
  begin,
  none,
  type PersonRecord,
  type Progress,
} from '../core/people/person-progress.ts'
import { type PersonVerdict, personVerdict, unlessTooOld, type Waits } from '../core/people/person-verdict.ts'
import { findPeople, type People } from './find-people.ts'
import { schedulePerson } from './schedule-changes.ts'
import type { SyncWorld, TargetLink } from './sync-world.ts'

/** A message with a valid event that names a person. */
export interface PersonDelivery {
  readonly message: Message
  readonly named: Named
  readonly lookup: Lookup
}

/** A delivery with its verdict. */
export interface SettledPerson {
  readonly delivery: PersonDelivery
  readonly verdict: Verdict
}

/**
 * Settles the deliveries of a batch that name people: finds each person's members, enqueues one event for each, and ends the
 * original. These messages have no ledger entry. So the end of a message is stored before it leaves the queue, and a repeat
 * ends the same way without sending events. Never rejects.
 */
export async function settlePeople(
  deliveries: readonly PersonDelivery[],
  world: SyncWorld,
  deadline: number,
): Promise<SettledPerson[]> {
  try {
    const all = await Promise.all(deliveries.map(delivery => beginOne(delivery, world)))
    const lookups = all.flatMap(one => ('verdict' in one ? [] : [one.lookup]))
    const people = await findPeople(lookups, world, deadline)
    return await Promise.all(all.map(one => ('verdict' in one ? one : settle(one, people, world))))
  } catch (error) {
    world.telemetry.trouble('search for people failed; the messages will be retried', error)
    return deliveries.map(delivery => ({ delivery, verdict: retryVerdict(delivery.message, failed, world) }))
  }
}

/** A delivery with the work that earlier attempts left. */
interface Open extends Pick<Begun, 'settled'> {
  readonly delivery: PersonDelivery
  readonly record: PersonRecord
  /** The lookup with only the scopes that are left. */
  readonly lookup: Lookup
}

/** Reads the record of a delivery, except at the first receive. If a record exists then, the first conditional write fails. */
async function beginOne(delivery: PersonDelivery, world: SyncWorld): Promise<Open | SettledPerson> {
  const { message, lookup } = delivery
  if (lookup.due !== undefined) return { delivery, verdict: await schedulePerson(message, lookup, world) }
  try {
    const record = message.receives > 1 ? await world.people.message(message.id) : untouched
    if (record.end) return { delivery, verdict: record.end }
    const { settled, left } = begin(lookup.scopes, record.progress)
    return { delivery, record, settled, lookup: { ...lookup, scopes: left } }
  } catch (error) {
    world.telemetry.trouble(notRead, error)
    return {
      delivery,
      verdict: retryVerdict(
        message,
        { cause: 'ledger_unavailable', detail: 'its progress is not readable' },
        world,
      ),
    }
  }
}

const untouched: PersonRecord = { rev: 0, progress: none }

const notRead = 'progress of a message that names a person not readable; the message will be retried'
const failed: Waits = { cause: 'internal_error', detail: 'search for people failed' }

/**
 * Settles one delivery. Each step is stored before it is done: the members whose events are sent, and the end of the message.
 * So the next attempt knows them if this one dies. Each step is a conditional write: of two deliveries of one message only one
 * continues.
 */
async function settle(
  { delivery, record, settled, lookup }: Open,
  { keyOf, findingsOf }: People,
  world: SyncWorld,
): Promise<SettledPerson> {
  const { message } = delivery
  const { now, people, queues, rules, telemetry } = world
  const findings = findingsOf(lookup)
  const read = afterReading(record.progress, findings, isReplay(message) ? 0 : rules.notFoundGraceMs)
  const sought = soughtIn([...settled, ...findings], read)
  const members = sought.kind === 'found' ? sought.members : []
  const sending = beforeSending(read, members)
  const done = members.length > 0 ? afterSending(sending) : read

  let kept = record
  let reached = record.progress
  const keep = async (progress: Progress, end?: Final): Promise<boolean> => {
    const next = { rev: kept.rev + 1, progress, ...(end && { end }) }
    if ((await people.keep(message, next)) === 'conflict') return false
    kept = next
    return true
  }
  const conclude = async (verdict: PersonVerdict, progress: Progress): Promise<Verdict> => {
    if (verdict.kind !== 'retry') return (await keep(progress, verdict)) ? verdict : overtaken(message, world)
    // If this fails, the next attempt sends the same events once more.
    if (progress !== kept.progress) await keep(progress).catch(error => telemetry.trouble(notKept, error))
    return retryVerdict(message, verdict, world)
  }
  const decide = async (): Promise<Verdict> => {
    if (members.length > 0) {
      if (!(await keep(sending))) return overtaken(message, world)
      try {
        await queues.enqueue(members.map(bodyOf), message.sender)
      } catch (error) {
        telemetry.trouble('events of a person not enqueued; the original message will be retried', error)
        const waits = { cause: 'enqueue_failed', detail: detailOf(sending) } as const
        return conclude(unlessTooOld(waits, message, now(), rules), sending)
      }
      reached = done
    }
    return conclude(personVerdict(sought, message, now(), rules), done)
  }
  try {
    return { delivery, verdict: await decide() }
  } catch (error) {
    telemetry.trouble(notKept, error)
    const waits = { cause: 'ledger_unavailable', detail: detailOf(reached) } as const
    return { delivery, verdict: retryVerdict(message, waits, world) }
  }

  function bodyOf(member: string): string {
    const { target } = world.targets.get(member.split('/')[0] as string) as TargetLink
    return eventOfMember(lookup, member, target.naming(member), keyOf(lookup.email), world.hash)
  }
}

/**
 * Ends a message whose event names a person and is refused, but may be valid when SQS repeats the message. The letter is stored before it
 * is sent. If another delivery of the message has ended, this one ends the same way. Never rejects.
 */
export async function endRefused(message: Message, letter: Grounds, world: SyncWorld): Promise<Verdict> {
  try {
    const { rev, progress, end } = message.receives > 1 ? await world.people.message(message.id) : untouched
    if (end) return end
    const done = doneWords(progress.enqueued, progress.sending)
    const detail = done === undefined ? letter.detail : `${letter.detail}; ${done}`
    const refusal: Final = { kind: 'dead', letter: { ...letter, detail } }
    const stored = await world.people.keep(message, { rev: rev + 1, progress, end: refusal })
    return stored === 'stored' ? refusal : await overtaken(message, world)
  } catch (error) {
    world.telemetry.trouble(notKept, error)
    return retryVerdict(message, { cause: 'ledger_unavailable', detail: 'its end is not stored' }, world)
  }
}

const notKept = 'progress of a message that names a person not stored; the message will be retried'

const detailOf = ({ enqueued, sending }: Progress): string =>
  doneWords(enqueued, sending) ?? 'no member was changed'

/** The verdict if another delivery of the message stored a step meanwhile: its end, or a retry until it has one. */
async function overtaken(message: Message, world: SyncWorld): Promise<Verdict> {
  const { people, now, random, rules } = world
  const { rev, progress, end } = await people.message(message.id)
  if (end) return end
  const waits = { cause: 'busy', detail: detailOf(progress) } as const
  const verdict = unlessTooOld(waits, message, now(), rules)
  if (verdict.kind === 'retry') return { kind: 'retry', afterMs: busyMs(random()), ...waits }
  const stored = await people.keep(message, { rev: rev + 1, progress, end: verdict })
  return stored === 'stored' ? verdict : overtaken(message, world)
}

/** The retry of a message that waits, later with each receive. */
export function retryVerdict(
  { receives }: Message,
  { cause, detail, status, delayMs = 0 }: Waits,
  { random, rules }: SyncWorld,
): Verdict {
  const afterMs = backoffMs(receives, delayMs, random(), rules)
  return { kind: 'retry', afterMs, cause, detail, ...(status !== undefined && { status }) }
}
