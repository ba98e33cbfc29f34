import { maxReceives, messageRetentionMs, sqsBatchSize } from '../functions/core/sqs-limits.ts'

/** The numbers of the stack. A number that follows from another is derived here. */

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/**
 * The timings and limits that differ between the cloud and a developer's machine (`local`). Each default is that of every other
 * stage.
 */
export interface Profile {
  /** The first delay after a failed attempt, in seconds. @default 5 */
  readonly retryFromSeconds: number
  /** The longest delay that the function chooses by itself, in seconds. @default 900 */
  readonly retryCapSeconds: number
  /** How long one request to a target may take, in seconds. @default 10 */
  readonly requestTimeoutSeconds: number
  /** How long after its time-out a target may still apply a request, in seconds; 1 s of clock skew included. @default 60 */
  readonly landWithinSeconds: number
  /** The sync function's time-out, in whole seconds. @default 60 */
  readonly functionTimeoutSeconds: number
  /** How long a lease outlives the function that took it, in seconds. @default 5 */
  readonly leaseSlackSeconds: number
  /**
   * Kept free at the end of an invocation, in seconds: ledger entries, dead letters and visibility have to fit.
   * @default 10
   */
  readonly closingSeconds: number
  /** How long a change is tried, in seconds from its first receive. @default 259200 */
  readonly giveUpSeconds: number
  /** When retrying ends at the latest, in seconds from the send: before SQS drops the message unseen. @default 1123200 */
  readonly giveUpAtLatestSeconds: number
  /** How long a 404 may mean a member who is not there yet, in seconds. @default 900 */
  readonly notFoundGraceSeconds: number
  /** How long a target is left alone once its breaker has opened, in seconds. @default 30 */
  readonly breakerOpenSeconds: number
  /**
   * The replay function's time-out, in whole seconds: a plan over all letters, and as many replays as its rate allows.
   * @default 900
   */
  readonly replayTimeoutSeconds: number
  /** How old a dead letter is when it is sent again, in seconds, so that SQS does not drop it. @default 864000 */
  readonly renewAfterSeconds: number
  /** How often dead letters are drained, in whole minutes. @default 60 */
  readonly drainEveryMinutes: number
  /** How long it is remembered where a person was found, in seconds; a 404 there ends it at once. @default 86400 */
  readonly personMemorySeconds: number
  /** How many batches are in work at once. @default 10 */
  readonly maxConcurrency: number
  /**
   * How many requests a second each route of the intake takes on average. It bounds what strangers can cost, and strangers count
   * against it: far above what any source delivers, or they use its rate up.
   * @default 500
   */
  readonly intakeRequestsPerSecond: number
  /** How many requests each route of the intake takes at once, beyond the average. @default 1000 */
  readonly intakeBurst: number
  /** How long logs are kept, in days: a retention that CloudWatch Logs knows. @default 180 */
  readonly logRetentionDays: number
}

/** The limits of every stage. */
export const limits = {
  /** SQS's maximum, for both queues. */
  retentionSeconds: messageRetentionMs / 1000,
  /** SQS's maximum. It stops a message that kills the process; it schedules nothing. */
  maxReceiveCount: maxReceives,
  batchSize: sqsBatchSize,
  /** An event is at most 64 KiB; the rest is room for what replay stamps on it. */
  changesMaxBytes: 128 * 1024,
  /** A letter is a message and its reasons: it always fits. */
  deadLettersMaxBytes: 256 * 1024,
  /** Lambda's share of CPU follows the memory; half a vCPU starts in well under a second. */
  memoryMiB: 512,
  /** From when API Gateway gets a delivery until it is answered: Okta waits for three seconds and retries once. */
  intakeDeadlineSeconds: 2.5,
  /** A sender waits for the intake, which reads up to a mebibyte of events in its time. */
  intakeMemoryMiB: 1024,
  /** The intake function answers by itself long before this. */
  intakeTimeoutSeconds: 6,
} as const

/** Every stage but `local`. */
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
  maxConcurrency: 10,
  intakeRequestsPerSecond: 500,
  intakeBurst: 1000,
  logRetentionDays: 180,
}

/** The stage `local`: the same template on one machine, where all retries fit into seconds. */
export const local: Profile = {
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
  renewAfterSeconds: 10 * day,
  drainEveryMinutes: 60,
  personMemorySeconds: day,
  maxConcurrency: 4,
  intakeRequestsPerSecond: 500,
  intakeBurst: 1000,
  logRetentionDays: 1,
}

/** A profile's timings with all that follows from them. */
export interface Timings extends Omit<Profile, 'leaseSlackSeconds'> {
  /**
   * How long a lease on a member holds, in seconds: past the function's own deadline, or it ends while its holder may still send.
   * @default 65
   */
  readonly leaseSeconds: number
  /** Six function time-outs: what AWS asks of a queue that feeds a function. */
  readonly visibilitySeconds: number
  /** An age that no dead letter reaches while it is renewed in time. */
  readonly oldestLetterSeconds: number
}

/** These follow from other numbers and cannot be set. */
type Derived = 'visibilitySeconds' | 'oldestLetterSeconds'

/** The timings that a deployment may set, each by the context key of its own name. */
export type Overrides = { readonly [K in keyof Omit<Timings, Derived>]?: number | undefined }

/** The timings of a stage: its profile, what was set instead, and what follows from both. */
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

/** Where alarms go off. A deployment may set each, by the context key of its own name. */
export interface Thresholds {
  /** Dead letters that wait for a person. @default 1 */
  readonly deadLettersAlarm: number
  /**
   * The age of a change that is retried, in seconds from its send: far beyond a joiner's grace or one long delay.
   * @default 3600
   */
  readonly oldestChangeAlarmSeconds: number
  /** Messages in flight; at about 120,000 SQS gives out no more. @default 80000 */
  readonly inFlightAlarm: number
  /** How long a breaker is open, in whole minutes. @default 5 */
  readonly breakerOpenAlarmMinutes: number
  /**
   * The 99th percentile of the time from an event to its proof, in seconds: your source may be the slow one.
   * @default 1800
   */
  readonly timeToEffectAlarmSeconds: number
}

/** The thresholds that a deployment sets. */
export type ThresholdOverrides = { readonly [K in keyof Thresholds]?: number | undefined }

const thresholds: Thresholds = {
  deadLettersAlarm: 1,
  oldestChangeAlarmSeconds: hour,
  inFlightAlarm: 80_000,
  breakerOpenAlarmMinutes: 5,
  timeToEffectAlarmSeconds: hour / 2,
}

/** The thresholds of a stage, with what was set instead. */
export const thresholdsOf = (set: Partial<Thresholds> = {}): Thresholds => ({ ...thresholds, ...set })
