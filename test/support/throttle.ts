import type { Effect } from '../../functions/core/outcome/effect.ts'
import { createThrottle } from '../../functions/sync/throttle.ts'
import { effects } from './entries.ts'

/** A call that was one too many; the target asks for so many milliseconds. */
export const throttled = (delayMs?: number): Effect => ({
  ...{ kind: 'deferred', cause: 'throttled', status: 429, detail: 'too many' },
  ...(delayMs !== undefined && { delayMs }),
})

/** A pace with a clock; calls begin a millisecond after what came before, and take no time unless it is said when they began. */
export function paceAt() {
  const clock = { now: 1_000_000 }
  const pace = createThrottle()
  const hear = (scope: string, effect: Effect, began = ++clock.now) =>
    pace.hear(scope, effect, began, clock.now)
  const rest = (scope: string) => pace.restMs(scope, clock.now)
  const turn = (scope = 'a') => pace.turnMs(scope, clock.now)
  /** The gap that calls of the scope keep, a minute later. */
  const gap = (scope = 'a') => {
    clock.now += 60_000
    turn(scope)
    return turn(scope)
  }
  /** A 429 to the scope, after which its rest goes by; the rests of these scopes that it brought. */
  const refuse = (scope: string, delayMs = 7000, ...scopes: string[]) => {
    clock.now += rest(scope)
    hear(scope, throttled(delayMs))
    return scopes.map(rest)
  }
  return { clock, pace, hear, rest, turn, gap, refuse }
}

/** A scope that is throttled alone. */
export function alone() {
  const at = paceAt()
  at.refuse('ill')
  at.clock.now += 7000
  at.hear('well', effects.proven)
  const [rest] = at.refuse('ill', 7000, 'well')
  if (rest !== 0) throw new Error('it slows down the others as well')
  return at
}
