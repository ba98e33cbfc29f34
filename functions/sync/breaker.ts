import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
} from 'cockatiel'
import { type Effect, isOutage } from '../core/effect.ts'
import { createPace } from './pace.ts'

/** Attempts in a row that show an outage before the breaker opens. */
const outages = 5

/** Keeps calls from a target that is not answering, or has had too many; one per target and instance (DESIGN 6). */
export interface Breaker {
  /** How long it stays open still, in milliseconds; 0 when calls may be made. */
  readonly openFor: () => number
  /** Why no call may be made now, and for how long, in milliseconds; undefined when one may. */
  readonly blocked: () => { readonly cause: 'breaker_open' | 'resting'; readonly forMs: number } | undefined
  /** Takes a turn: how long to wait for it, in milliseconds; 0 unless the target had too many calls lately. */
  readonly turnMs: () => number
  /** Makes the call, or answers `breaker_open` or `resting` without one. */
  readonly run: (call: () => Promise<Effect>) => Promise<Effect>
}

const failing = 'calls to this target rest after a row of failures'
const tooMany = 'calls to this target rest because it had too many'

/** `openMs`: how long it stays open before one call is let through to try. */
export function createBreaker(openMs: number, now: () => number): Breaker {
  const policy = circuitBreaker(
    handleWhenResult(effect => isOutage(effect as Effect)),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(outages) },
  )
  let openedAt = 0
  policy.onBreak(() => {
    openedAt = now()
  })
  const openFor = () => (policy.state === CircuitState.Open ? Math.max(0, openedAt + openMs - now()) : 0)

  const pace = createPace(now)
  const blocked: Breaker['blocked'] = () => {
    if (openFor() > 0) return { cause: 'breaker_open', forMs: openFor() }
    return pace.restMs() > 0 ? { cause: 'resting', forMs: pace.restMs() } : undefined
  }
  const heard = async (call: () => Promise<Effect>): Promise<Effect> => {
    const effect = await call()
    pace.hear(effect)
    return effect
  }

  return {
    openFor,
    blocked,
    turnMs: pace.turnMs,
    run: async call => {
      const delayMs = pace.restMs()
      if (delayMs > 0) return { kind: 'deferred', cause: 'resting', detail: tooMany, delayMs }
      try {
        return await policy.execute(() => heard(call))
      } catch (error) {
        if (!isBrokenCircuitError(error)) throw error
        return { kind: 'deferred', cause: 'breaker_open', detail: failing, delayMs: openFor() }
      }
    },
  }
}
