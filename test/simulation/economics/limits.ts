import type { Code } from '../code.ts'
import { scopeId } from '../events.ts'
import { calm, of, type ScopeLimit } from '../scenario.ts'
import { simulate } from '../simulate.ts'

/** From send to end, in seconds. */
export interface Delays {
  readonly messages: number
  readonly p50: number
  readonly p99: number
  readonly longest: number
}

/** What the others wait for while scopes are throttled, and what they wait for while none is. */
export interface Limited {
  readonly undisturbed: Delays
  readonly others: Delays
  /** The calls that were throttled. */
  readonly refused: number
  /** Promises that were broken, in either. */
  readonly broken: number
}

const minute = 60_000

/** The scopes that nothing throttles; their changes come all day. */
const others = Array.from({ length: 20 }, () => ({ members: 50 }))

/**
 * Plays so many hours in which the first scope is throttled: each of its members has a change in the first minute, and the
 * others' thousand changes come one after the other all the time.
 */
export async function playScopeLimit(
  code: Code,
  seed: number,
  members: number,
  hours: number,
  limit: Pick<ScopeLimit, 'perSecond' | 'retryAfterMs'>,
): Promise<Limited> {
  const window = hours * 60 * minute
  const scenario = of('scope-limit', {
    ...{ members: members + 1000, scopes: [{ members, window: minute }, ...others], changes: 1, window },
    ...{ instances: 10, late: 0, repeated: 0, malformed: 0, faults: calm },
  })
  const scopeLimits = [{ ...limit, scope: 0, from: 0, to: window }]
  const calmRun = await simulate(code, scenario, seed)
  const run = await simulate(code, { ...scenario, scopeLimits }, seed)
  return {
    undisturbed: delaysOf(calmRun.ended),
    others: delaysOf(run.ended),
    refused: run.traffic.throttledScopes,
    broken: calmRun.violations.length + run.violations.length,
  }
}

function delaysOf(ended: readonly { readonly member: string; readonly tookMs: number }[]): Delays {
  const ofOthers = ended.filter(({ member }) => !member.includes(scopeId('wacht', 0)))
  const seconds = ofOthers.map(({ tookMs }) => tookMs / 1000).toSorted((a, b) => a - b)
  const at = (part: number) => seconds[Math.min(Math.floor(part * seconds.length), seconds.length - 1)] ?? 0
  return { messages: seconds.length, p50: at(0.5), p99: at(0.99), longest: at(1) }
}
