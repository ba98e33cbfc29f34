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
  /** What a replay stamped on it; absent on a message that never was a dead letter. */
  readonly trail?: Trail
}

/** The history of a letter, carried in the attribute `trail` as JSON (DESIGN 9). */
export interface Trail {
  readonly detail?: string
  readonly status?: number
  readonly receives?: number
  /** When it became a dead letter: RFC 3339, UTC. */
  readonly failedAt?: string
  readonly replays?: number
  readonly renewals?: number
  /** The hash of the plan that replayed it. */
  readonly plan?: string
  /** Who changed what, newest last. */
  readonly edits?: readonly string[]
}

/** A replayed dead letter has been tried for long enough: no grace for joiners (DESIGN 6). */
export const isReplay = (message: Message): boolean => (message.trail?.replays ?? 0) > 0

/** Whether what is not found may be a joiner whom the target does not know yet; times in milliseconds. */
export const inGrace = (message: Message, now: number, graceMs: number): boolean =>
  !isReplay(message) && now - message.sentAt < graceMs
