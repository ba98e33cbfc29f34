import { type Deferred, type Effect, healthOf } from '../core/outcome/effect.ts'
import { type Circuits, createCircuits, type Entered } from './circuits.ts'
import { createThrottle } from './throttle.ts'

/**
 * Blocks calls to a target that fails or throttles. There is one for each target and instance. If only one scope, given by
 * name, fails or is throttled, only its calls are blocked.
 */
export interface Breaker {
  /** How long the breaker stays open for writes of a scope, in milliseconds; 0 if it is closed. */
  readonly openFor: (scope: string) => number
  /** Why writes are blocked now, and for how long, in milliseconds. Undefined if they are not. */
  readonly blocked: (
    scope: string,
  ) => { readonly cause: 'breaker_open' | 'resting'; readonly forMs: number } | undefined
  /** Whether only this scope is throttled. */
  readonly throttledAlone: (scope: string) => boolean
  /** Reserves the next call, and returns how long to wait for it, in milliseconds. 0 if the target does not throttle. */
  readonly turnMs: (scope: string) => number
  /** Runs the calls of an attempt, or returns `breaker_open` or `resting` without a call. */
  readonly run: (scope: string, call: () => Promise<Effect>) => Promise<Effect>
  /** The same for a page of a list. Lists have a breaker of their own, and are blocked while writes are. */
  readonly list: (scope: string, call: () => Promise<Effect>) => Promise<Effect>
}

const details = {
  breaker_open: 'the breaker is open: calls to this target or scope failed several times in a row',
  resting: 'calls to this target or scope pause after a 429',
}

/** `openMs`: how long the breaker stays open before one trial call. */
export function createBreaker(openMs: number, now: () => number): Breaker {
  const writes = createCircuits(openMs)
  const lists = createCircuits(openMs)
  const pace = createThrottle()

  const openFor: Breaker['openFor'] = scope => writes.openFor(scope, now())
  const heldBy = (circuits: Circuits, scope: string): ReturnType<Breaker['blocked']> => {
    const openMs = Math.max(openFor(scope), circuits.openFor(scope, now()))
    if (openMs > 0) return { cause: 'breaker_open', forMs: openMs }
    const restMs = pace.restMs(scope, now())
    return restMs > 0 ? { cause: 'resting', forMs: restMs } : undefined
  }
  const through =
    (circuits: Circuits): Breaker['run'] =>
    async (scope, call) => {
      for (;;) {
        const held = heldBy(circuits, scope)
        if (held) return withoutCall(held.cause, held.forMs)
        const entered = circuits.enter(scope)
        if ('end' in entered) return heard(entered.end)
        await entered.trial
      }
      async function heard(end: Entered['end']): Promise<Effect> {
        const began = now()
        let effect: Effect | undefined
        try {
          effect = await call()
          pace.hear(scope, effect, began, now())
          return effect
        } finally {
          end(effect && healthOf(effect), now())
        }
      }
    }

  return {
    openFor,
    blocked: scope => heldBy(writes, scope),
    throttledAlone: pace.isAlone,
    turnMs: scope => pace.turnMs(scope, now()),
    run: through(writes),
    list: through(lists),
  }
}

const withoutCall = (cause: 'breaker_open' | 'resting', delayMs: number): Deferred => ({
  ...{ kind: 'deferred', cause, detail: details[cause], delayMs },
})
