/** What became of one delivery of a source: one log line each. Never bodies, headers, secrets or e-mail addresses. */
export interface DeliveryRecord {
  /** Null where no source of this name is declared. */
  readonly source: string | null
  /** Of the HTTP answer. */
  readonly status: number
  /** Events that are on the changes queue. */
  readonly accepted: number
  /** Events that were refused, by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** What came and is no role change of ours, by reason. */
  readonly ignored: Readonly<Record<string, number>>
  /** Why nothing could be taken now. */
  readonly unavailable?: string
  readonly durationMs: number
}

/** The intake's metrics, by source: it publishes them, the alarms watch them, the dashboard shows them. */
export const intakeMetricNames = {
  accepted: 'Accepted',
  /** By reason as well. */
  refused: 'Refused',
  ignored: 'Ignored',
  /** Deliveries that neither secret of the source stands for. */
  unauthorized: 'Unauthorized',
  /** Deliveries that were answered with 503. */
  unavailable: 'Unavailable',
} as const

/** The name of a metric of the intake. */
export type IntakeMetricName = (typeof intakeMetricNames)[keyof typeof intakeMetricNames]

/** What a metric of the intake is of: a source, or a source and a reason. */
export interface IntakeMetricOf {
  readonly source: string | null
  readonly reason?: string
}

/** What such a metric is by, beside the service. */
export const intakeDimensions = (
  functionName: string,
  { source, reason }: IntakeMetricOf,
): Record<string, string> => ({
  function: functionName,
  source: source ?? 'none',
  ...(reason === undefined ? {} : { reason }),
})
