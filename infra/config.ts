import { maxReceives, messageRetentionMs, sqsBatchSize } from '../functions/core/sqs-limits.ts'

/** The numbers of the stack. Numbers that depend on others are computed here. */

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** The timings and limits that differ between the cloud and a developer's machine (stage `local`). The defaults are those of the cloud. */
export interface Profile {
  /** The first delay after a failed attempt, in seconds. @default 5 */
  readonly retryFromSeconds: number
  /** The longest delay that the function chooses by itself, in seconds. @default 900 */
  readonly retryCapSeconds: number
  /** The time-out of one request to a target, in seconds. @default 10 */
  readonly requestTimeoutSeconds: number
  /** How long after its time-out a target may still apply a request, in seconds; 1 s of clock skew included. @default 60 */
  readonly landWithinSeconds: number
  /** The time-out of the sync function, in whole seconds. @default 60 */
  readonly functionTimeoutSeconds: number
  /** How much longer a lease is than the time-out of the sync function, in seconds. @default 5 */
  readonly leaseSlackSeconds: number
  /**
   * The time at the end of an invocation in which no request starts, in seconds. Ledger entries, dead letters and visibility timeouts
   * are written in it.
   * @default 10
   */
  readonly closingSeconds: number
  /** How long a change is retried, in seconds from its first receive. @default 259200 */
  readonly giveUpSeconds: number
  /** When retries end at the latest, in seconds from the send: before SQS deletes the message. @default 1123200 */
  readonly giveUpAtLatestSeconds: number
  /** How long a 404 is retried because the member may not exist yet, in seconds. @default 900 */
  readonly notFoundGraceSeconds: number
  /** How long an open breaker allows no request to its target, in seconds. @default 30 */
  readonly breakerOpenSeconds: number
  /**
   * The time-out of the replay function, in whole seconds. It must be enough for a plan of all letters and for replays at their rate.
   * @default 900
   */
  readonly replayTimeoutSeconds: number
  /** The age at which a dead letter is sent again so that SQS does not delete it, in seconds. @default 864000 */
  readonly renewAfterSeconds: number
  /** How often dead letters are drained, in whole minutes. @default 60 */
  readonly drainEveryMinutes: number
  /** How long the memberships of a person are remembered, in seconds. A 404 removes one at once. @default 86400 */
  readonly personMemorySeconds: number
  /**
   * How long a change must be applied before the sweep counts another state as drift, in seconds: more than clocks differ, and a list is late.
   * @default 60
   */
  readonly sweepSettleSeconds: number
  /** How many batches are processed at the same time. @default 10 */
  readonly maxConcurrency: number
  /**
   * How many requests a second each route of the intake accepts on average. It limits the cost of requests of strangers. They count
   * too, so it must be far above the rate of any source.
   * @default 500
   */
  readonly intakeRequestsPerSecond: number
  /** How many requests above the average each route of the intake accepts at once. @default 1000 */
  readonly intakeBurst: number
  /** How long logs are kept, in days: one of the retentions of CloudWatch Logs. @default 180 */
  readonly logRetentionDays: number
}

/** The limits of every stage. */
export const limits = {
  /** SQS's maximum, for both queues. */
  retentionSeconds: messageRetentionMs / 1000,
  /** SQS's maximum. It ends a message that crashes the function each time. It does not schedule retries. */
  maxReceiveCount: maxReceives,
  batchSize: sqsBatchSize,
  /** An event has at most 64 KiB. The rest is for the attributes that a replay adds. */
  changesMaxBytes: 128 * 1024,
  /** A dead letter is a message with its reason, and always fits. */
  deadLettersMaxBytes: 256 * 1024,
  /** Lambda gives CPU in proportion to memory. With this one a function starts in less than a second. */
  memoryMiB: 512,
  /** The time from the arrival of a delivery at API Gateway to its answer. Okta waits for three seconds and retries once. */
  intakeDeadlineSeconds: 2.5,
  /** A sender waits while the intake reads up to a mebibyte of events: it needs more CPU. */
  intakeMemoryMiB: 1024,
  /** Fifty conditional writes, sixteen at once. */
  approveTimeoutSeconds: 30,
  /** Lambda's longest. The next invocation continues what is left. */
  sweepTimeoutSeconds: 15 * minute,
  sweepEveryMinutes: 15,
  /** Until the next invocation begins. */
  dueTimeoutSeconds: minute,
  /** All that is read at once fits. */
  dueMemoryMiB: 1024,
  /** A change is on the queue five minutes before its instant, unless several invocations in a row failed. */
  dueLateSeconds: minute,
  /** How long the last readings of a scope are kept that is not read any more. */
  sweepKeepSeconds: 90 * day,
  /** The intake function always answers earlier. */
  intakeTimeoutSeconds: 6,
} as const

/** All stages except `local`. */
export const production: Profile = {
  retryFromSeconds: 5,
  retryCapSeconds: 15 * minute,
  requestTimeoutSeconds: 10,
  landWithinSeconds: minute,
  functionTimeoutSeconds: minute,
  leaseSlackSeconds: 5,
  closingSeconds: 10,
  giveUpSeconds: 72 * hour,
  giveUpAtLatestSeconds: limits.retentionSeconds - day,
  notFoundGraceSeconds: 15 * minute,
  breakerOpenSeconds: 30,
  replayTimeoutSeconds: 15 * minute,
  renewAfterSeconds: 10 * day,
  drainEveryMinutes: 60,
  personMemorySeconds: day,
  sweepSettleSeconds: minute,
  maxConcurrency: 10,
  intakeRequestsPerSecond: 500,
  intakeBurst: 1000,
  logRetentionDays: 180,
}

/** The stage `local`: the same template on one machine, with retries within seconds. */
export const local: Profile = {
  ...production,
  retryFromSeconds: 1,
  retryCapSeconds: 5,
  requestTimeoutSeconds: 2,
  landWithinSeconds: 3,
  functionTimeoutSeconds: 8,
  leaseSlackSeconds: 1,
  closingSeconds: 2,
  giveUpSeconds: 2 * minute,
  giveUpAtLatestSeconds: hour,
  notFoundGraceSeconds: 10,
  breakerOpenSeconds: 2,
  replayTimeoutSeconds: minute,
  sweepSettleSeconds: 1,
  maxConcurrency: 4,
  logRetentionDays: 1,
}

/** All timings of a stage. */
export interface Timings extends Omit<Profile, 'leaseSlackSeconds'> {
  /**
   * The duration of a lease on a member, in seconds. It must be longer than an invocation: else it ends while its holder may still send.
   * @default 65
   */
  readonly leaseSeconds: number
  /** Six times the function's time-out, as AWS recommends for the queue of a function. */
  readonly visibilitySeconds: number
  /** No dead letter reaches this age if it is renewed in time. */
  readonly oldestLetterSeconds: number
}

/** These are computed from other numbers and cannot be set. */
type Derived = 'visibilitySeconds' | 'oldestLetterSeconds'

/** The timings that a deployment may set. Each has the name of its context key. */
export type Overrides = { readonly [K in keyof Omit<Timings, Derived>]?: number | undefined }

/** The timings of a stage: its profile, the overrides, and the numbers that are computed from both. */
export function timingsOf(stage: string, overrides: Overrides = {}): Timings {
  const { leaseSlackSeconds, ...profile } = stage === 'local' ? local : production
  const set = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined))
  const functionTimeoutSeconds = overrides.functionTimeoutSeconds ?? profile.functionTimeoutSeconds
  const renewAfterSeconds = overrides.renewAfterSeconds ?? profile.renewAfterSeconds
  return {
    ...profile,
    leaseSeconds: functionTimeoutSeconds + leaseSlackSeconds,
    ...set,
    visibilitySeconds: 6 * functionTimeoutSeconds,
    oldestLetterSeconds: renewAfterSeconds + day,
  }
}
