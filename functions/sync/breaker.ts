import { type Deferred, type Effect, healthOf } from '../core/outcome/effect.ts'
import { type Circuits, createCircuits, type Entered } from './circuits.ts'
import { createThrottle } from './throttle.ts'

/**
 * Keeps calls from a target that is not answering, or has had too many; one per target and instance. A scope, by its
 * name, that alone fails or is throttled is kept from it alone.
 */
export interface Breaker {
  /** How long it stays open still for the writes of a scope, in milliseconds; 0 when calls may be made. */
  readonly openFor: (scope: string) => number
  /** Why no write may be sent now, and for how long, in milliseconds; undefined when one may. */
  readonly blocked: (
    scope: string,
  ) => { readonly cause: 'breaker_open' | 'resting'; readonly forMs: number } | undefined
  /** Whether the scope had too many calls while the others had not. */
  readonly throttledAlone: (scope: string) => boolean
  /** Takes a turn: how long to wait for it, in milliseconds; 0 unless the target had too many calls lately. */
  readonly turnMs: (scope: string) => number
  /** Makes the calls of an attempt, or answers `breaker_open` or `resting` without one. */
  readonly run: (scope: string, call: () => Promise<Effect>) => Promise<Effect>
  /** As `run`, for a page of a list. Lists have a breaker of their own; while the one for writes is open, no list is read. */
  readonly list: (scope: string, call: () => Promise<Effect>) => Promise<Effect>
}

const details = {
  breaker_open: 'the breaker is open: calls to this target or scope failed several times in a row',
  resting: 'calls to this target or scope pause after a 429',
}

/** `openMs`: how long it stays open before one call is let through to try. */
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
