import { type DueFacts, dueAheadMs, dueItemOf } from '../core/due/due-item.ts'
import type { Delivery } from '../core/event/by-member.ts'
import { endBody, msOf } from '../core/event/dates.ts'
import type { Message } from '../core/event/sqs-message.ts'
import { openAhead } from '../core/ledger/open-entry.ts'
import type { Deferred } from '../core/outcome/effect.ts'
import { backoffMs } from '../core/outcome/retry-delay.ts'
import type { Verdict } from '../core/outcome/verdict.ts'
import type { Lookup } from '../core/people/person-event.ts'
import { guardedOf, openGuarded } from './guarded-delivery.ts'
import type { SyncWorld, TargetBatch } from './sync-world.ts'

/**
 * Settles a change that takes effect later (functions/README.md#waiting): it is kept until then, and its message ends as `scheduled`. If its
 * instant is near, the message itself waits. Rejects with `ApprovalsUnavailable` or `LedgerUnavailable`.
 */
export async function schedule(delivery: Delivery, batch: TargetBatch): Promise<Verdict> {
  const { message, change } = delivery
  const { world, update, deadline } = batch
  const { member, version, role, withdraws } = change
  const at = change.due as number
  const self = { version, message: message.id }
  const near = waiting(at, world)
  if (near) return near

  const guarded = await guardedOf(delivery, world)
  const openAs = (asked: typeof guarded) =>
    update(member, entry => openAhead(entry, member, { ...self, guarded: asked }, world.now()), deadline)
  const { opened, wouldHold } = guarded
    ? await openGuarded(openAs, guarded, delivery, batch)
    : { opened: { kind: 'free' as const }, wouldHold: undefined }
  switch (opened.kind) {
    case 'ended':
    case 'held':
      return { kind: 'dead', letter: opened.letter }
    case 'deferred':
      return again(opened, message, world)
  }
  const half = version.end ? ('end' as const) : ('begin' as const)
  const unkept = await keep(message, { at, half, role, version, member, withdraws: withdraws && true }, world)
  if (unkept) return again(unkept, message, world)
  return { kind: 'done', outcome: 'scheduled', ...(wouldHold && { wouldHold }) }
}

/** As `schedule`, for an event that names a person: who is looked up, and what the guards say, is asked when it takes effect. Never rejects. */
export async function schedulePerson(message: Message, lookup: Lookup, world: SyncWorld): Promise<Verdict> {
  const { role, version, withdraws } = lookup
  const at = lookup.due as number
  const near = waiting(at, world)
  if (near) return near
  const unkept = await keep(message, { at, half: 'begin', role, version, member: null, withdraws }, world)
  return unkept ? again(unkept, message, world) : { kind: 'done', outcome: 'scheduled' }
}

/** Keeps the end of a change that has one, before the first write of the change. If it cannot be kept, the change is deferred. */
export async function keepEnd(
  { message, change }: Delivery,
  world: SyncWorld,
): Promise<Deferred | undefined> {
  const { ends, version, member } = change
  if (!ends || version.end) return undefined
  const end = { ...message, body: endBody(message.body) }
  const at = msOf(ends.at)
  const withdraws = ends.withdraws && (true as const)
  return keep(end, { at, half: 'end', role: ends.role, version, member, withdraws }, world)
}

/** The message itself waits until an instant that is near, for as long as it takes and no longer. */
function waiting(at: number, { now }: SyncWorld): Verdict | undefined {
  const afterMs = at - now()
  return afterMs > dueAheadMs ? undefined : { kind: 'retry', afterMs, cause: 'not_yet' }
}

/** Keeps a message until its instant: as a due item, or on the queue if the instant is near. */
async function keep(
  { body, sender }: Pick<Message, 'body' | 'sender'>,
  facts: Omit<DueFacts, 'body' | 'sender'>,
  { due, queues, hash, now, telemetry }: SyncWorld,
): Promise<Deferred | undefined> {
  const aheadMs = facts.at - now()
  try {
    if (aheadMs > dueAheadMs) await due.put([dueItemOf({ ...facts, body, sender }, hash)])
    else await queues.enqueue([body], sender, Math.max(0, Math.ceil(aheadMs / 1000)))
    return undefined
  } catch (error) {
    telemetry.trouble('change that takes effect later not kept; its message will be retried', error)
    return { kind: 'deferred', cause: 'due_unavailable', detail: 'what takes effect later is not kept' }
  }
}

const again = (
  { cause, detail }: Deferred,
  { receives }: Message,
  { random, rules }: SyncWorld,
): Verdict => ({
  ...{ kind: 'retry', afterMs: backoffMs(receives, 0, random(), rules), cause, detail },
})
