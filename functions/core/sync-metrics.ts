/** The metrics of the sync function. The alarms and the dashboard read them. */
export const metricNames = {
  applied: 'Applied',
  superseded: 'Superseded',
  duplicate: 'Duplicate',
  /** Events that named a person: one event for each membership was enqueued instead. */
  resolved: 'Resolved',
  /** Changes that are shadowed: nothing was written. */
  shadow: 'Shadowed',
  /** What was applied was written again and proven, because the target showed another state. */
  reasserted: 'Reasserted',
  /** Changes that take effect later, and are kept until then. */
  scheduled: 'Scheduled',
  /** Also by reason. */
  dead: 'Dead',
  /** Changes that a guard holds until a person approves them. Also by guard. */
  held: 'Held',
  /** Also by reason. */
  retries: 'Retries',
  /** Writes that were not answered and may still land. */
  unansweredWrites: 'UnansweredWrites',
  /** After a refusal the applied state was written again and proven. */
  putRight: 'PutRight',
  /** Attempts that ended with a 401, also with the new secret. */
  credentialsRejected: 'CredentialsRejected',
  /** The age of the oldest message that an invocation retries, from its send, in seconds. */
  oldestChangeAge: 'OldestChangeAge',
  /** 1 if the breaker was open in an invocation, 0 if calls were made and it was closed. */
  breakerOpen: 'BreakerOpen',
  /** From the event's time to the proof, in milliseconds, for each applied change. */
  timeToEffect: 'TimeToEffect',
  /** From the time of a withdrawal's event to its proof, in milliseconds. Also by source. */
  exposure: 'Exposure',
  /**
   * The longest exposure that an invocation saw, in seconds: of the withdrawals that it proved, retried or dead-lettered. Also by
   * source.
   */
  longestExposure: 'LongestExposure',
  /** Requests to the target. Divided by the outcomes they give the calls per event. */
  calls: 'Calls',
} as const

export type MetricName = (typeof metricNames)[keyof typeof metricNames]

/** The subject of a metric: a target, a target and a reason, or a source. */
export type MetricOf =
  | {
      /** Null if the message's target could not be read. */
      readonly target: string | null
      readonly reason?: string
    }
  | { readonly source: string }

/** The dimensions of a metric, besides the service. The function's name keeps stages apart. */
export const metricDimensions = (
  functionName: string,
  target: string | null,
  reason?: string,
): Record<string, string> => ({
  function: functionName,
  target: target ?? 'none',
  ...(reason === undefined ? {} : { reason }),
})
