/** Delays in milliseconds (DESIGN 8). */
export interface BackoffRules {
  readonly retryFromMs: number
  readonly retryCapMs: number
}

/** The most that a target's own wish is followed: one hour. */
export const askedCapMs = 3_600_000

/**
 * How long a message waits after its `failures`-th attempt without success: exponential from `retryFromMs`, capped, with
 * full jitter over the upper half, and never below what the target asked for (itself capped at an hour).
 * `random` is in [0, 1).
 */
export function backoffMs(failures: number, askedMs: number, random: number, rules: BackoffRules): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30)
  const full = Math.min(rules.retryFromMs * 2 ** doublings, rules.retryCapMs)
  return Math.max((full / 2) * (1 + random), Math.min(askedMs, askedCapMs))
}

/** How long a message waits whose member is being written to: 1 to 5 s, at random (DESIGN 7, open 2). */
export const busyMs = (random: number): number => 1000 + random * 4000
