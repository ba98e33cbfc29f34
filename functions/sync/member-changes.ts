import type { Delivery } from '../core/event/by-member.ts'
import { backoffMs, busyMs } from '../core/outcome/retry-delay.ts'
import type { RetryCause, Verdict } from '../core/outcome/verdict.ts'
import { scopeOf } from '../core/people/person-event.ts'
import { attempt } from './attempt.ts'
import { LedgerUnavailable } from './conditional-write.ts'
import { ApprovalsUnavailable } from './guarded-delivery.ts'
import { HistoryUnavailable } from './record-history.ts'
import type { TargetBatch } from './sync-world.ts'

/** What became of one delivery. */
export interface SettledChange {
  readonly delivery: Delivery
  readonly verdict: Verdict
}

/**
 * Settles one member's deliveries, newest first and one at a time: once one is proven the older ones are finished without
 * a call; a dead one makes room for the next older; when one must be tried again, the older ones wait with it.
 * Never rejects.
 */
export async function settleMember(
  newestFirst: readonly Delivery[],
  batch: TargetBatch,
): Promise<SettledChange[]> {
  const settled: SettledChange[] = []
  for (const delivery of newestFirst) {
    const newer = settled.at(-1)?.verdict
    const verdict: Verdict =
      newer?.kind === 'retry'
        ? {
            kind: 'retry',
            afterMs: newer.afterMs,
            cause: newer.cause === 'no_time' ? 'no_time' : 'behind_newer',
          }
        : await tryOne(delivery, batch)
    settled.push({ delivery, verdict })
  }
  return settled
}

async function tryOne(delivery: Delivery, batch: TargetBatch): Promise<Verdict> {
  const { world, deadline } = batch
  const { now, random, rules } = world
  const { receives } = delivery.message
  if (now() + rules.requestTimeoutMs > deadline) return { kind: 'retry', afterMs: 0, cause: 'no_time' }

  const held = await holdBack(delivery, batch)
  if (held) return held
  try {
    return await attempt(delivery, batch)
  } catch (error) {
    world.telemetry.trouble('attempt failed; the message will be retried', error)
    return { kind: 'retry', afterMs: backoffMs(receives, 0, random(), rules), cause: causeOf(error) }
  }
}

function causeOf(error: unknown): RetryCause {
  if (error instanceof ApprovalsUnavailable) return 'approvals_unavailable'
  if (!(error instanceof LedgerUnavailable)) return 'internal_error'
  return error.cause instanceof HistoryUnavailable ? 'history_unavailable' : 'ledger_unavailable'
}

/** Waits for the throttle of the target and of the scope. A change that would wait too long is retried later, without a call. */
async function holdBack(
  { message, change }: Delivery,
  { breaker, world, deadline }: TargetBatch,
): Promise<Verdict | undefined> {
  const { now, random, rules, wait } = world
  const scope = scopeOf(change.member)
  const blocked = (): Verdict | undefined => {
    const held = breaker.blocked(scope)
    if (!held) return undefined
    const { cause, forMs } = held
    const afterMs =
      cause === 'resting' ? restingMs(forMs) : backoffMs(message.receives, forMs, random(), rules)
    return { kind: 'retry', afterMs, cause }
  }
  const restingMs = (forMs: number) => forMs + busyMs(random())

  const before = blocked()
  if (before) return before
  const turnMs = breaker.turnMs(scope)
  if (turnMs === 0) return undefined
  if (now() + turnMs + rules.requestTimeoutMs > deadline) {
    return { kind: 'retry', afterMs: restingMs(turnMs), cause: 'resting' }
  }
  await wait(turnMs)
  return blocked()
}
