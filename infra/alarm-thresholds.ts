/** The thresholds of alarms. A deployment may set each. Each has the name of its context key. */
export interface Thresholds {
  /** The number of dead letters that wait for an operator. @default 1 */
  readonly deadLettersAlarm: number
  /**
   * The age of a change that is retried, in seconds from its send: much more than the grace of a 404 or one long delay.
   * @default 3600
   */
  readonly oldestChangeAlarmSeconds: number
  /** The number of messages in flight. At about 120,000 SQS delivers no more. @default 80000 */
  readonly inFlightAlarm: number
  /** How long a breaker has been open, in whole minutes. @default 5 */
  readonly breakerOpenAlarmMinutes: number
  /**
   * The 99th percentile of the time from an event to its proof, in seconds. It includes the time that the source needs to send.
   * @default 1800
   */
  readonly timeToEffectAlarmSeconds: number
  /** The exposure of a withdrawal, from its event's time to its proof, in seconds. Counts also while it is open. @default 300 */
  readonly exposureAlarmSeconds: number
}

/** The thresholds that a deployment sets. */
export type ThresholdOverrides = { readonly [K in keyof Thresholds]?: number | undefined }

const thresholds: Thresholds = {
  deadLettersAlarm: 1,
  oldestChangeAlarmSeconds: 3600,
  inFlightAlarm: 80_000,
  breakerOpenAlarmMinutes: 5,
  timeToEffectAlarmSeconds: 1800,
  exposureAlarmSeconds: 300,
}

/** The thresholds of a stage: the defaults and the overrides. */
export const thresholdsOf = (set: Partial<Thresholds> = {}): Thresholds => ({ ...thresholds, ...set })
