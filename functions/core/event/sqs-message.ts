/** One delivery of an SQS message, as the consumer needs it. Times are milliseconds since 1970. */
export interface Message {
  /** The SQS message id: the same for every delivery. */
  readonly id: string
  readonly receipt: string
  readonly body: string
  /** `SentTimestamp`. */
  readonly sentAt: number
  /** `ApproximateFirstReceiveTimestamp`. */
  readonly firstReceivedAt: number
  /** `ApproximateReceiveCount`, this delivery included. */
  readonly receives: number
  /**
   * What the message says of its history. A replay stamps it, and so can any producer: it is kept as `claimed`, and decides
   * nothing but that there is no grace, which harms only the message itself.
   */
  readonly trail?: History
}

/** What was done to a letter before its latest death: the attribute `trail` of a replay, as JSON. */
export interface History {
  readonly replays?: number
  readonly renewals?: number
  /** The hash of the plan that replayed it. */
  readonly plan?: string
  /** Who changed what, newest last. */
  readonly edits?: readonly string[]
}

/** The attribute `trail` of a letter, as JSON: written by role-sync alone, but for what is `claimed`. */
export interface Trail {
  readonly detail?: string
  readonly status?: number
  readonly receives?: number
  /** When it became a dead letter: RFC 3339, UTC. */
  readonly failedAt?: string
  /** How often it was renewed, and who changed what, since it became a dead letter. */
  readonly renewals?: number
  readonly edits?: readonly string[]
  /** What its message said of its history when it came from the changes queue, on which any producer can send. */
  readonly claimed?: History
}

/**
 * A replayed dead letter has been tried for long enough: no grace for joiners. A producer can claim it; then only
 * its own message ends earlier.
 */
export const isReplay = (message: Message): boolean => (message.trail?.replays ?? 0) > 0

/** Whether what is not found may be a joiner whom the target does not know yet; times in milliseconds. */
export const inGrace = (message: Message, now: number, graceMs: number): boolean =>
  !isReplay(message) && now - message.sentAt < graceMs
