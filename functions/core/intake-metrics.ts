/** The result of one delivery of a source: one log line. Never holds bodies, headers, secrets or e-mail addresses. */
export interface DeliveryRecord {
  /** Null if no source of this name is declared. */
  readonly source: string | null
  /** The status of the HTTP answer. */
  readonly status: number
  /** How many events are on the changes queue. */
  readonly accepted: number
  /** How many events were refused, by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** How many items are no declared role change, by reason. */
  readonly ignored: Readonly<Record<string, number>>
  /** Why the delivery could not be accepted now. */
  readonly unavailable?: string
  readonly durationMs: number
}

/** The metrics of the intake function, by source. The alarms and the dashboard read them. */
export const intakeMetricNames = {
  accepted: 'Accepted',
  /** Also by reason. */
  refused: 'Refused',
  ignored: 'Ignored',
  /** Deliveries that match neither secret of the source. */
  unauthorized: 'Unauthorized',
  /** Deliveries that were answered with 503. */
  unavailable: 'Unavailable',
} as const

export type IntakeMetricName = (typeof intakeMetricNames)[keyof typeof intakeMetricNames]

/** The subject of an intake metric: a source, or a source and a reason. */
export interface IntakeMetricOf {
  readonly source: string | null
  readonly reason?: string
}

/** The dimensions of an intake metric, besides the service. */
export const intakeDimensions = (
  functionName: string,
  { source, reason }: IntakeMetricOf,
): Record<string, string> => ({
  function: functionName,
  source: source ?? 'none',
  ...(reason === undefined ? {} : { reason }),
})
