import type { Clock } from './clock.ts'
import { scopeId } from './events.ts'
import { placeAt } from './places.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/** What a 429 says to a request that is over a limit. */
export interface OverLimit {
  readonly message: string
  /** The delay that its header asks for; absent where it has none. */
  readonly retryAfterMs?: number | undefined
  /** The limit is that of its scope alone. */
  readonly ofScope: boolean
}

/** The limits of a scenario. The result counts a request against them; undefined: it is taken. */
export function createRequestLimits(
  { perSecond, perMinute, scopeLimits }: Pick<Scenario, 'perSecond' | 'perMinute' | 'scopeLimits'>,
  clock: Clock,
): (url: string, random: Random) => OverLimit | undefined {
  const start = clock.now()
  const inSecond = countSeconds(perSecond || Number.POSITIVE_INFINITY)
  const inMinute = countRolling(perMinute || Number.POSITIVE_INFINITY, 60_000)
  const ofScopes = scopeLimits.map(limit => ({ ...limit, takes: countSeconds(limit.perSecond) }))

  return (url, random) => {
    const now = clock.now()
    if (!inSecond(now)) {
      const retryAfterMs = random.chance(0.5) ? 1000 : undefined
      return { message: 'Rate limit exceeded. Retry after 1 seconds', retryAfterMs, ofScope: false }
    }
    const seconds = Math.ceil(inMinute(now) / 1000)
    if (seconds > 0) {
      const message = `Rate limit exceeded. Retry after ${seconds} seconds`
      return { message, retryAfterMs: random.chance(0.5) ? seconds * 1000 : undefined, ofScope: false }
    }
    const limit = ofScopes.find(
      ({ scope, from, to }) =>
        now - start >= from && now - start < to && url.includes(`/${scopeId(placeAt(url), scope)}/`),
    )
    if (!limit || limit.takes(now)) return undefined
    return { message: 'Rate limit exceeded', retryAfterMs: limit.retryAfterMs, ofScope: true }
  }
}

/** Takes at most `most` requests in each second of the clock. */
function countSeconds(most: number): (now: number) => boolean {
  let second = 0
  let taken = 0
  return now => {
    const current = Math.floor(now / 1000)
    if (current !== second) [second, taken] = [current, 0]
    return ++taken <= most
  }
}

/** Takes at most `most` requests in any span of `spanMs`: 0 if it takes one now, else the milliseconds until it does. */
function countRolling(most: number, spanMs: number): (now: number) => number {
  const taken: number[] = []
  return now => {
    while (taken.length > 0 && (taken[0] as number) <= now - spanMs) taken.shift()
    if (taken.length >= most) return (taken[0] as number) + spanMs - now
    taken.push(now)
    return 0
  }
}
