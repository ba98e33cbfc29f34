import { backoffMs, busyMs } from '../core/backoff.ts'
import type { Delivery } from '../core/batch.ts'
import { scopeOf } from '../core/person.ts'
import type { Verdict } from '../core/verdict.ts'
import { attempt } from './attempt.ts'
import { LedgerUnavailable, type MakeMove } from './moves.ts'
import type { Link, World } from './world.ts'

/** What became of one delivery. */
export interface Settled {
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
  link: Link,
  world: World,
  move: MakeMove,
  deadline: number,
): Promise<Settled[]> {
  const settled: Settled[] = []
  for (const delivery of newestFirst) {
    const newer = settled.at(-1)?.verdict
    const verdict: Verdict =
      newer?.kind === 'again'
        ? {
            kind: 'again',
            afterMs: newer.afterMs,
            cause: newer.cause === 'no_time' ? 'no_time' : 'behind_newer',
          }
        : await tryOne(delivery, link, world, move, deadline)
    settled.push({ delivery, verdict })
  }
  return settled
}

async function tryOne(
  delivery: Delivery,
  link: Link,
  world: World,
  move: MakeMove,
  deadline: number,
): Promise<Verdict> {
  const { now, random, rules } = world
  const { receives } = delivery.message
  if (now() + rules.requestTimeoutMs > deadline) return { kind: 'again', afterMs: 0, cause: 'no_time' }

  const held = await holdBack(delivery, link, world, deadline)
  if (held) return held
  try {
    return await attempt(delivery, link, world, move, deadline)
  } catch (error) {
    world.telemetry.trouble('an attempt ended without a clear answer: its message goes again', error)
    const cause = error instanceof LedgerUnavailable ? 'ledger_unavailable' : 'internal_error'
    return { kind: 'again', afterMs: backoffMs(receives, 0, random(), rules), cause }
  }
}

/** Keeps the pace of the target and of the scope; what would have to wait for too long goes again without a call. */
async function holdBack(
  { message, change }: Delivery,
  { breaker }: Link,
  { now, random, rules, wait }: World,
  deadline: number,
): Promise<Verdict | undefined> {
  const scope = scopeOf(change.member)
  const blocked = (): Verdict | undefined => {
    const held = breaker.blocked(scope)
    if (!held) return undefined
    const { cause, forMs } = held
    const afterMs =
      cause === 'resting' ? restingMs(forMs) : backoffMs(message.receives, forMs, random(), rules)
    return { kind: 'again', afterMs, cause }
  }
  const restingMs = (forMs: number) => forMs + busyMs(random())

  const before = blocked()
  if (before) return before
  const turnMs = breaker.turnMs(scope)
  if (turnMs === 0) return undefined
  if (now() + turnMs + rules.requestTimeoutMs > deadline) {
    return { kind: 'again', afterMs: restingMs(turnMs), cause: 'resting' }
  }
  await wait(turnMs)
  return blocked()
}
