import { maxReceives, messageRetentionMs, sqsBatchSize } from '../functions/core/sqs-limits.ts'

/** The one place for the numbers of the stack; whatever follows from another number is derived here. */

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** The timings and limits that differ between the cloud and a developer's machine. Times are seconds. */
export interface Profile {
  /** The first delay after a failed attempt. */
  readonly retryFromSeconds: number
  /** The longest delay that the function chooses by itself. */
  readonly retryCapSeconds: number
  /** How long one request to a target may take. */
  readonly requestTimeoutSeconds: number
  /** How long after its time-out a target may still apply a request; 1 s of clock skew included. */
  readonly landWithinSeconds: number
  /** The sync function's time-out. */
  readonly functionTimeoutSeconds: number
  /** How long a lease outlives the function that took it. */
  readonly leaseSlackSeconds: number
  /** Kept free at the end of an invocation: ledger entries, dead letters and visibility have to fit. */
  readonly closingSeconds: number
  /** How long a change is tried, from its first receive. */
  readonly giveUpSeconds: number
  /** When retrying ends at the latest, from the send: before SQS drops the message unseen. */
  readonly giveUpAtLatestSeconds: number
  /** How long a 404 may mean a member who is not there yet. */
  readonly notFoundGraceSeconds: number
  /** How long a target is left alone once its breaker has opened. */
  readonly breakerOpenSeconds: number
  /** The replay function's time-out: a plan over all letters, and as many replays as its rate allows. */
  readonly replayTimeoutSeconds: number
  /** How old a dead letter is when it is sent again, so that SQS does not drop it. */
  readonly renewAfterSeconds: number
  /** How often dead letters are drained, in minutes. */
  readonly drainEveryMinutes: number
  /** How long it is remembered where a person was found; a 404 there ends it at once. */
  readonly personMemorySeconds: number
  /** How many batches are in work at once. */
  readonly maxConcurrency: number
  /**
   * How many requests a second each route of the intake takes on average, and how many at once beyond that. It bounds what
   * strangers can cost, and strangers count against it: far above what any source delivers, or they use its rate up.
   */
  readonly intakeRequestsPerSecond: number
  readonly intakeBurst: number
  readonly logRetentionDays: number
}

/** What holds at every stage. */
export const limits = {
  /** SQS's maximum, for both queues. */
  retentionSeconds: messageRetentionMs / 1000,
  /** SQS's maximum: the backstop for a message that kills the process, never the schedule. */
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
  /** Somebody waits for the intake, which may have a mebibyte of events to read in its time. */
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

/** The stage `local`: the same template on one machine, where a whole retry story has to fit into seconds. */
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

/** A profile's timings with all that follows from them. Times are seconds. */
export interface Timings extends Omit<Profile, 'leaseSlackSeconds'> {
  /** Lies after the function's own deadline, so that no lease ends while its holder may still send. */
  readonly leaseSeconds: number
  /** Six function time-outs: what AWS asks of a queue that feeds a function. */
  readonly visibilitySeconds: number
  /** An age that no dead letter reaches while it is renewed in time. */
  readonly oldestLetterSeconds: number
}

/** What follows from other numbers alone and cannot be set. */
type Derived = 'visibilitySeconds' | 'oldestLetterSeconds'

/** The timings that may be set at a deployment, each by the context key of its own name. */
export type Overrides = { readonly [K in Exclude<keyof Timings, Derived>]?: number | undefined }

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

/** From when on an alarm goes off. Each may be set at a deployment, by the context key of its own name. */
export interface Thresholds {
  /** Dead letters that wait for a person. */
  readonly deadLettersAlarm: number
  /** The age of a change that goes again, from its send, in seconds: far beyond a joiner's grace or one long delay. */
  readonly oldestChangeAlarmSeconds: number
  /** Messages in flight; at about 120,000 SQS gives out no more. */
  readonly inFlightAlarm: number
  /** How long a breaker is open, in minutes. */
  readonly breakerOpenAlarmMinutes: number
  /** The 99th percentile of the time from an event to its proof, in seconds: your source may be the slow one. */
  readonly timeToEffectAlarmSeconds: number
}

const thresholds: Thresholds = {
  deadLettersAlarm: 1,
  oldestChangeAlarmSeconds: hour,
  inFlightAlarm: 80_000,
  breakerOpenAlarmMinutes: 5,
  timeToEffectAlarmSeconds: hour / 2,
}

/** The thresholds of a stage, with what was set instead. */
export const thresholdsOf = (set: Partial<Thresholds> = {}): Thresholds => ({ ...thresholds, ...set })
