/**
 * The timings of a chaos run, as CDK context: short enough that what a SIGKILL left in flight (six function time-outs)
 * comes back within seconds, and long enough that a busy machine is not taken for a target that does not answer.
 */
export const timings = {
  functionTimeoutSeconds: 2,
  requestTimeoutSeconds: 0.5,
  closingSeconds: 0.3,
  landWithinSeconds: 1.5,
  retryFromSeconds: 0.5,
  retryCapSeconds: 2,
  notFoundGraceSeconds: 8,
  breakerOpenSeconds: 0.5,
  giveUpSeconds: 900,
} as const

/** How long the product waits for one answer, in milliseconds. */
export const requestMs = timings.requestTimeoutSeconds * 1000

/** How long after its time-out, or the break of its connection, a request may still land, in milliseconds. */
export const landWithinMs = timings.landWithinSeconds * 1000

/** How much sooner the targets let their latest writes land: two processes do not see a moment at the same time. */
export const landMarginMs = 400

/** What an observer at the target may be off by, in milliseconds: a request is seen here later than it was begun. */
export const slackMs = 150

/** The timings as arguments of `npm start`. */
export const timingArguments: readonly string[] = Object.entries(timings).flatMap(([key, value]) => [
  '-c',
  `${key}=${value}`,
])
