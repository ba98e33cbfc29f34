import { byMember } from '../core/event/by-member.ts'
import { effectiveAt } from '../core/event/event.ts'
import type { Message } from '../core/event/sqs-message.ts'
import { traceOf } from '../core/event/traceparent.ts'
import { reassertFacts, type Settled } from '../core/history/history-item.ts'
import { outcomeEvent } from '../core/history/outcome-event.ts'
import { backoffMs, delaySeconds } from '../core/outcome/retry-delay.ts'
import type { RetryCause } from '../core/outcome/verdict.ts'
import { createDemotionClearer } from './clear-demotion.ts'
import { createEntryUpdater } from './conditional-write.ts'
import { type Decided, endWithoutAttempt } from './end-without-attempt.ts'
import { createLetterSender, type LetterSender } from './letter-sender.ts'
import { type SettledChange, settleMember } from './member-changes.ts'
import { exposureOf, outcomeOf } from './outcome-record.ts'
import { endRefused, type SettledPerson, settlePeople } from './person-messages.ts'
import { createIdentifyPeople } from './protected-people.ts'
import { readBatch } from './read-batch.ts'
import { resolveReassertions } from './reassertions.ts'
import { createHistoryRecorder } from './record-history.ts'
import type { SyncWorld, TargetLink } from './sync-world.ts'
import { createPlaceTaker } from './take-places.ts'

/**
 * Settles one batch. `end` is when the invocation must end, in milliseconds since 1970. Resolves to the ids of the messages
 * that stay on the queue; all others can be deleted. Nothing runs after it resolves. Never rejects: messages that fail stay.
 */
export type Consumer = (messages: readonly Message[], end: number) => Promise<string[]>

/** Creates the consumer. Its steps: functions/README.md#the-path-of-a-message. */
export function createConsumer(world: SyncWorld): Consumer {
  const { ledger, record } = createHistoryRecorder(world)
  const current = new Set<string>()
  const update = createEntryUpdater(ledger, world.now, undefined, current)
  const takePlace = createPlaceTaker(update, world)
  const clearDemotion = createDemotionClearer(update, world)
  const letters = createLetterSender(world)
  const identifyPeople = createIdentifyPeople(world)

  return async (messages, end) => {
    current.clear()
    const { deliveries, people, refused, reassertions } = readBatch(messages, world)
    const deadline = end - world.rules.closingMs
    const lookups = settlePeople(people, world, deadline)
    const refusals = Promise.all(refused.map(each => keepRefusedPerson(each, world)))
    const reasserted = await resolveReassertions(reassertions, world, update, deadline)
    const { known, unknown } = await identifyPeople([...deliveries, ...reasserted.deliveries], deadline)
    const groups = byMember(known).map(group => {
      const link = world.targets.get(group[0]?.change.target as string) as TargetLink
      return settleMember(group, { ...link, world, update, takePlace, clearDemotion, deadline })
    })
    const changed = [...(await Promise.all(groups)).flat(), ...unknown].map(decided)
    const looked = (await lookups).map(decidedPerson)
    const ended = await endWithoutAttempt(
      [...changed, ...looked, ...reasserted.ended, ...(await refusals)],
      world,
      update,
      deadline,
    )
    const buried = await Promise.all(ended.map(each => bury(each, letters, world)))
    const settled = buried.filter(isSettled)
    const unrecorded = await record(settled)
    const untold = await tell(
      settled.filter(({ message }) => !unrecorded.has(message.id)),
      world,
    )
    const told = buried.map(each => {
      const { message, verdict } = each
      const [isUnrecorded, isUntold] = [unrecorded.has(message.id), untold.has(message.id)]
      if (!isUnrecorded && !isUntold) return each
      if (verdict.kind === 'dead') letters.remember(message, verdict.letter)
      return again(each, isUnrecorded ? 'history_unavailable' : 'outcome_unsent', world)
    })
    const delayed = told.map(each => ({ ...each, seconds: secondsOf(each, world) }))
    await delayAll(delayed, world)
    for (const each of delayed) report(each, world)
    return told.filter(({ verdict }) => verdict.kind === 'retry').map(({ message }) => message.id)
  }
}

const decided = ({ delivery: { message, named, change }, verdict }: SettledChange): Decided => ({
  ...{
    message,
    named,
    verdict,
    change,
    version: change.version,
    withdraws: change.withdraws !== undefined && !change.reasserts,
  },
})

const decidedPerson = ({ delivery: { message, named, lookup }, verdict }: SettledPerson): Decided => ({
  ...{ message, named, verdict, version: lookup.version, withdraws: lookup.withdraws },
})

/** The verdict on a refused event that names a person and may be valid later is kept, so that a repeat of its message ends the same way. */
async function keepRefusedPerson(each: Decided, world: SyncWorld): Promise<Decided> {
  const { message, named, verdict, version } = each
  if (verdict.kind !== 'dead' || !version || named.member !== null) return each
  return { ...each, verdict: await endRefused(message, verdict.letter, world) }
}

/** Sends the dead letter of a dead message. If that fails, the message stays on the queue and is retried. */
async function bury(each: Decided, letters: LetterSender, world: SyncWorld): Promise<Decided> {
  const { message, named, verdict } = each
  const isSafe = verdict.kind !== 'dead' || (await letters.send(message, named, verdict.letter))
  return isSafe ? each : again(each, 'dead_letter_refused', world)
}

/**
 * Tells the topic of messages that ended. Resolves to the ids of those that it did not take: they stay on the queue and are told again.
 */
async function tell(
  settled: readonly Settled[],
  { outcomes, now, hash, telemetry }: SyncWorld,
): Promise<ReadonlySet<string>> {
  if (!outcomes || settled.length === 0) return new Set()
  const events = settled.map(each => outcomeEvent(each, outcomes.source, now(), hash))
  const untold = await outcomes.topic.publish(events).catch(error => {
    telemetry.trouble('outcomes not sent; the messages stay on the changes queue and will be retried', error)
    return events
  })
  return new Set(untold.map(({ message }) => message))
}

/** A message that could have left the queue, but is retried. */
const again = (each: Decided, cause: RetryCause, { random, rules }: SyncWorld): Decided => ({
  ...each,
  verdict: { kind: 'retry', afterMs: backoffMs(each.message.receives, 0, random(), rules), cause },
})

const isSettled = (each: Decided): each is Decided & Settled => each.verdict.kind !== 'retry'

interface Delayed extends Decided {
  /** The visibility timeout of a retry. */
  readonly seconds: number | undefined
}

function secondsOf({ message, verdict }: Decided, { now, rules }: SyncWorld): number | undefined {
  if (verdict.kind !== 'retry') return undefined
  // What waits for its instant waits for minutes, so that its receives need not be spread.
  if (verdict.cause === 'not_yet') return Math.max(1, Math.ceil(verdict.afterMs / 1000))
  return delaySeconds(verdict.afterMs, message, now(), rules)
}

/** Sets visibility timeouts. If that fails, the messages are retried after their current visibility timeout. */
async function delayAll(all: readonly Delayed[], { queues, telemetry }: SyncWorld): Promise<void> {
  const delays = all.flatMap(({ message, seconds }) => (seconds === undefined ? [] : [{ message, seconds }]))
  if (delays.length === 0) return
  await queues
    .delay(delays)
    .catch(error =>
      telemetry.trouble(
        'visibility timeouts not set; the messages are retried when their visibility timeout ends',
        error,
      ),
    )
}

function report(
  { message, named, verdict, change, version, withdraws, seconds = 0 }: Delayed,
  { now, telemetry }: SyncWorld,
): void {
  const { id: messageId, receives, sentAt } = message
  const trace = traceOf(message.body)
  const base = {
    ...named,
    messageId,
    receives,
    ...(trace && { traceId: trace.traceId }),
    ...reassertFacts(change),
  }
  const ageMs = Math.max(0, now() - sentAt)
  const effective = version && effectiveAt(change ?? { version })
  const exposure = withdraws && effective && exposureOf(effective, verdict, now())
  if (verdict.kind === 'retry') {
    telemetry.retry({ ...base, ageMs, cause: verdict.cause, seconds, ...exposure })
  } else {
    const facts = outcomeOf(verdict, sentAt, effective)
    telemetry.outcome({ ...base, ...(facts.effectMs === undefined && { ageMs }), ...facts, ...exposure })
  }
}
