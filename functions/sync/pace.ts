import type { Effect } from '../core/effect.ts'

/** The first rest after a 429 that does not say how long, and the longest of all, in milliseconds. */
const firstRestMs = 1000
const longestRestMs = 60_000

/** The gap between two calls after a first 429, the widest, and how much of it is left after a call that is not refused. */
const firstGapMs = 100
const widestGapMs = 500
const narrowing = 0.99

/** How fast an instance calls a target: as fast as the target lets it. One per target and instance. */
export interface Pace {
  /** For how long no call is made at all, in milliseconds; 0 when calls may be made. */
  readonly restMs: () => number
  /** Takes a turn among the calls of this instance: how long to wait for it, in milliseconds. */
  readonly turnMs: () => number
  /** Hears what an attempt came to. */
  readonly hear: (effect: Effect) => void
}

/**
 * A 429 speaks of all calls and not of one member: for as long as the target asks, and a minute at the most, no other is
 * sent either; where it does not say, twice as long each time. From then on calls keep a gap, which doubles with every 429
 * and narrows with every other answer until it is none (additive increase, multiplicative decrease, as in TCP).
 */
export function createPace(now: () => number): Pace {
  let restsUntil = 0
  let row = 0
  let gapMs = 0
  let nextTurn = 0
  const restMs = () => Math.max(0, restsUntil - now())

  const refused = (askedMs: number | undefined): void => {
    // Calls that were under way together are refused together: they count once.
    if (restMs() === 0) {
      row += 1
      gapMs = Math.min(Math.max(firstGapMs, 2 * gapMs), widestGapMs)
    }
    const ownMs = firstRestMs * 2 ** Math.min(row - 1, 10)
    restsUntil = Math.max(restsUntil, now() + Math.min(askedMs ?? ownMs, longestRestMs))
  }

  return {
    restMs,
    turnMs: () => {
      if (gapMs === 0) return 0
      const turn = Math.max(nextTurn, now())
      nextTurn = turn + gapMs
      return turn - now()
    },
    hear: effect => {
      if (effect.kind === 'deferred' && effect.cause === 'throttled') return refused(effect.delayMs)
      if (effect.kind === 'deferred') return
      row = 0
      gapMs = gapMs < firstGapMs / 4 ? 0 : gapMs * narrowing
    },
  }
}
