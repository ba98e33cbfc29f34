import type { Delivery } from '../core/event/by-member.ts'
import { backoffMs } from '../core/outcome/retry-delay.ts'
import type { RetryCause, Verdict } from '../core/outcome/verdict.ts'
import { attempt } from './attempt.ts'
import { LedgerUnavailable } from './conditional-write.ts'
import { ApprovalsUnavailable } from './guarded-delivery.ts'
import { holdBack } from './hold-back.ts'
import { HistoryUnavailable } from './record-history.ts'
import { schedule } from './schedule-changes.ts'
import { isShadowed, shadow } from './shadow-delivery.ts'
import type { TargetBatch } from './sync-world.ts'

/** What became of one delivery. */
export interface SettledChange {
  readonly delivery: Delivery
  readonly verdict: Verdict
}

/**
 * Settles one member's deliveries, newest first and one at a time: once one is proven the older ones are finished without
 * a call; a dead one makes room for the next older; when one must be tried again, the older ones wait with it. A change that is shadowed, or takes
 * effect later, waits for none, and none waits for it. Never rejects.
 */
export async function settleMember(
  newestFirst: readonly Delivery[],
  batch: TargetBatch,
): Promise<SettledChange[]> {
  const apartOf = (delivery: Delivery) =>
    delivery.change.due !== undefined ? schedule : isShadowed(delivery, batch.world) ? shadow : undefined
  const apart = newestFirst.flatMap(delivery => {
    const work = apartOf(delivery)
    if (!work) return []
    return [tried(() => work(delivery, batch), delivery, batch).then(verdict => ({ delivery, verdict }))]
  })
  const inTurn = settleInTurn(
    newestFirst.filter(delivery => !apartOf(delivery)),
    batch,
  )
  return [...(await inTurn), ...(await Promise.all(apart))]
}

async function settleInTurn(newestFirst: readonly Delivery[], batch: TargetBatch): Promise<SettledChange[]> {
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
        : await tried(
            async () => (await holdBack(delivery, batch)) ?? (await attempt(delivery, batch)),
            delivery,
            batch,
          )
    settled.push({ delivery, verdict })
  }
  return settled
}

/** The verdict on a delivery by some work, which may fail. */
async function tried(
  work: () => Promise<Verdict>,
  { message: { receives } }: Delivery,
  { world: { random, rules, telemetry } }: TargetBatch,
): Promise<Verdict> {
  try {
    return await work()
  } catch (error) {
    telemetry.trouble('attempt failed; the message will be retried', error)
    return { kind: 'retry', afterMs: backoffMs(receives, 0, random(), rules), cause: causeOf(error) }
  }
}

function causeOf(error: unknown): RetryCause {
  if (error instanceof ApprovalsUnavailable) return 'approvals_unavailable'
  if (!(error instanceof LedgerUnavailable)) return 'internal_error'
  return error.cause instanceof HistoryUnavailable ? 'history_unavailable' : 'ledger_unavailable'
}
