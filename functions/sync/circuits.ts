import { BoundedMap } from '../core/bounded-map.ts'
import type { Health } from '../core/outcome/effect.ts'

/** Failures in a row that open a circuit. */
const mostFailures = 5

/** The most scopes that are remembered: their names come from events. */
const mostScopes = 100

/** A call that may be made now; it must be ended with what it showed: nothing, where it threw. */
export interface Entered {
  readonly end: (health: Health | undefined, now: number) => void
}

/**
 * The circuits of one target and of its scopes: closed, open for a while, and then half-open, when one call is let through to
 * try. Times are milliseconds since 1970, and the clock is an argument.
 */
export interface Circuits {
  /** For how long no call of the scope may be made, in milliseconds; 0 when one may. */
  readonly openFor: (scope: string, now: number) => number
  /** Lets a call begin, where `openFor` is 0; or names the call under way that decides whether more may be made. */
  readonly enter: (scope: string) => Entered | { readonly trial: Promise<void> }
}

interface Circuit {
  failures: number
  /** When it is half-open; absent while it is closed. */
  openUntil?: number
  /** Ends with the call that tries a half-open circuit. */
  trial?: Promise<void>
}

/**
 * A row of failures of one scope opens the circuit of that scope alone. A row in which several scopes fail, and no call of any
 * succeeds in between, opens that of the target. `openMs`: how long a circuit stays open.
 */
export function createCircuits(openMs: number): Circuits {
  const target: Circuit = { failures: 0 }
  const scopes = new BoundedMap<string, Circuit>(mostScopes)
  const openFor: Circuits['openFor'] = (scope, now) =>
    Math.max(0, ...[target, scopes.get(scope)].map(circuit => (circuit?.openUntil ?? now) - now))

  const fail = (scope: string, now: number): void => {
    const own = scopes.get(scope) ?? { failures: 0 }
    // The call was under way when the circuit opened, and says nothing new.
    if (target.openUntil !== undefined || own.openUntil !== undefined) return
    own.failures += 1
    target.failures += 1
    if (own.failures >= mostFailures) {
      own.openUntil = now + openMs
      target.failures = 0
    } else if (target.failures >= mostFailures) {
      target.openUntil = now + openMs
      for (const [name, { openUntil }] of scopes) if (openUntil === undefined) scopes.delete(name)
      return
    }
    scopes.set(scope, own)
  }
  const succeed = (scope: string): void => {
    target.failures = 0
    if (scopes.get(scope)?.openUntil === undefined) scopes.delete(scope)
  }

  return {
    openFor,
    enter: scope => {
      const own = scopes.get(scope)
      const tried = [target, own].filter(circuit => circuit?.openUntil !== undefined) as Circuit[]
      const trial = tried.find(circuit => circuit.trial)?.trial
      if (trial) return { trial }
      const { promise, resolve } = Promise.withResolvers<void>()
      for (const circuit of tried) circuit.trial = promise

      return {
        end: (health, now) => {
          for (const circuit of tried) delete circuit.trial
          if (health === 'well') {
            if (tried.includes(target)) delete target.openUntil
            if (own && tried.includes(own)) scopes.delete(scope)
            succeed(scope)
          } else if (health === 'ill') {
            // A scope that fails by itself does not decide for the others.
            const [decided] = own && tried.includes(own) ? [own] : tried
            if (decided) decided.openUntil = now + openMs
            else fail(scope, now)
          }
          resolve()
        },
      }
    },
  }
}
