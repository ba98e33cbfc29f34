/** The sync function's metrics: it publishes them, the alarms watch them, the dashboard shows them. */
export const metricNames = {
  applied: 'Applied',
  superseded: 'Superseded',
  duplicate: 'Duplicate',
  /** Events that named a person, whose members' events were enqueued instead. */
  resolved: 'Resolved',
  /** By reason as well. */
  dead: 'Dead',
  /** By reason as well. */
  retries: 'Retries',
  /** Writes that may land until their time is up. */
  unansweredWrites: 'UnansweredWrites',
  /** The applied state was written once more after a refusal, and proven. */
  putRight: 'PutRight',
  /** Attempts that ended with a 401, the fresh secret's included. */
  credentialsRejected: 'CredentialsRejected',
  /** The highest age of an invocation's messages that are retried, from their send, in seconds. */
  oldestChangeAge: 'OldestChangeAge',
  /** 1 when the breaker was open in an invocation, 0 when calls were made and it was not. */
  breakerOpen: 'BreakerOpen',
  /** From the event's time to the proof, in milliseconds: one value per applied change. */
  timeToEffect: 'TimeToEffect',
  /** Requests to the target; by the outcomes of the same time they are the calls per event. */
  calls: 'Calls',
} as const

/** The name of a metric. */
export type MetricName = (typeof metricNames)[keyof typeof metricNames]

/** What a metric is of: a target, or a target and a reason. */
export interface MetricOf {
  /** Null for a message whose target could not be read. */
  readonly target: string | null
  readonly reason?: string
}

/**
 * What a metric is by, beside the service. Stages have functions of their own, so that their metrics are never mixed.
 * `target` is null for a message whose target could not be read.
 */
export const metricDimensions = (
  functionName: string,
  target: string | null,
  reason?: string,
): Record<string, string> => ({
  function: functionName,
  target: target ?? 'none',
  ...(reason === undefined ? {} : { reason }),
})
