import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
} from 'cockatiel'
import { type Effect, isOutage } from '../core/effect.ts'

/** Attempts in a row that show an outage before the breaker opens. */
const outages = 5

/** Keeps calls from a target that is not answering; one per target and instance (DESIGN 6). */
export interface Breaker {
  /** How long it stays open still, in milliseconds; 0 when calls may be made. */
  readonly openFor: () => number
  /** Makes the call, or answers `breaker_open` without one. */
  readonly run: (call: () => Promise<Effect>) => Promise<Effect>
}

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

  return {
    openFor,
    run: call =>
      policy.execute(call).catch((error: unknown) => {
        if (!isBrokenCircuitError(error)) throw error
        const detail = 'calls to this target rest after a row of failures'
        return { kind: 'deferred', cause: 'breaker_open', detail, delayMs: openFor() }
      }),
  }
}
