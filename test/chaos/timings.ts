/** The timings of a round that its targets and its judge go by, in seconds; by the names of the CDK context. */
export interface Timings {
  readonly functionTimeoutSeconds: number
  readonly requestTimeoutSeconds: number
  readonly closingSeconds: number
  readonly landWithinSeconds: number
  readonly retryFromSeconds: number
  readonly retryCapSeconds: number
  readonly notFoundGraceSeconds: number
  readonly breakerOpenSeconds: number
  readonly giveUpSeconds: number
}

/** A write may land long after the lease of a killed process has run out: later than a new process sets to work. */
export const long: Timings = {
  functionTimeoutSeconds: 2,
  requestTimeoutSeconds: 0.5,
  closingSeconds: 0.3,
  landWithinSeconds: 6,
  retryFromSeconds: 0.5,
  retryCapSeconds: 2,
  notFoundGraceSeconds: 10,
  breakerOpenSeconds: 0.5,
  giveUpSeconds: 1800,
}

/** What `npm test` has time for: what a kill left in flight comes back after six function time-outs. */
export const short: Timings = {
  ...long,
  functionTimeoutSeconds: 1,
  requestTimeoutSeconds: 0.3,
  closingSeconds: 0.2,
  landWithinSeconds: 1.5,
  notFoundGraceSeconds: 5,
}

/** How much sooner the targets let their latest writes land: two processes do not see a moment at the same time. */
export const landMarginMs = 400

/** What an observer at the target may be off by, in milliseconds: a request is seen here later than it was begun. */
export const slackMs = 150

/** Timings as arguments of `npm start`, with all that a stage can tell. */
export const timingArguments = (timings: Timings): string[] =>
  Object.entries({ ...timings, outcomes: 'on' }).flatMap(([key, value]) => ['-c', `${key}=${value}`])

/** When nobody waits for a write any more: its end, or its time-out. */
export const overAt = (write: { begin: number; end?: number }, { requestTimeoutSeconds }: Timings): number =>
  Math.min(write.end ?? Number.POSITIVE_INFINITY, write.begin + requestTimeoutSeconds * 1000)

/** Until when it may land all the same. */
export const mayLandUntil = (write: { begin: number; end?: number }, timings: Timings): number =>
  overAt(write, timings) + timings.landWithinSeconds * 1000
