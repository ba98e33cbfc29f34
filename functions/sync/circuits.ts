import { BoundedMap } from '../core/bounded-map.ts'
import type { Health } from '../core/outcome/effect.ts'

/** The number of failures in a row that opens a circuit. */
const mostFailures = 5

/** The maximum of remembered scopes: their names come from events. */
const mostScopes = 100

/** A permitted call. It must be ended, with the health that it showed, or undefined if it threw. */
export interface Entered {
  readonly end: (health: Health | undefined, now: number) => void
}

/**
 * The circuits of one target and of its scopes: closed, open for a while, then half-open with one trial call. Times are
 * milliseconds since 1970.
 */
export interface Circuits {
  /** How long the calls of a scope are blocked, in milliseconds; 0 if they are not. */
  readonly openFor: (scope: string, now: number) => number
  /** Permits a call, if `openFor` is 0, or returns the running trial call to wait for. */
  readonly enter: (scope: string) => Entered | { readonly trial: Promise<void> }
}

interface Circuit {
  failures: number
  /** When it becomes half-open. Absent while it is closed. */
  openUntil?: number
  /** Resolves at the end of the trial call. */
  trial?: Promise<void>
}

/**
 * Five failures in a row open a circuit: of the scope, if all are of one scope, or of the target, if they are of several.
 * `openMs`: how long a circuit stays open.
 */
export function createCircuits(openMs: number): Circuits {
  const target: Circuit = { failures: 0 }
  const scopes = new BoundedMap<string, Circuit>(mostScopes)
  const openFor: Circuits['openFor'] = (scope, now) =>
    Math.max(0, ...[target, scopes.get(scope)].map(circuit => (circuit?.openUntil ?? now) - now))

  const fail = (scope: string, now: number): void => {
    const own = scopes.get(scope) ?? { failures: 0 }
    // The call started before the circuit opened: it shows nothing new.
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
            // The failure of a scope with its own open circuit does not keep the target's circuit open.
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
