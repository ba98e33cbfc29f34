import type { Delivery } from '../core/event/by-member.ts'
import { backoffMs, busyMs } from '../core/outcome/retry-delay.ts'
import type { Verdict } from '../core/outcome/verdict.ts'
import { scopeOf } from '../core/people/person-event.ts'
import type { TargetBatch } from './sync-world.ts'

/**
 * Waits for the throttle of the target and of the scope. A change that would wait too long, or for whose call no time is left, is retried later,
 * without a call.
 */
export async function holdBack(
  { message, change }: Delivery,
  { breaker, world, deadline }: TargetBatch,
): Promise<Verdict | undefined> {
  const { now, random, rules, wait } = world
  if (now() + rules.requestTimeoutMs > deadline) return { kind: 'retry', afterMs: 0, cause: 'no_time' }
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
