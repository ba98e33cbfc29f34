/** One delivery of an SQS message. Times are milliseconds since 1970. */
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
  /** The history that the message claims. Any producer can write it, so it only ends the grace for this message. */
  readonly trail?: History
  /** Who put it on the queue (`senderOf`). Absent where nothing is guarded. */
  readonly sender?: string
  /** The due function sent it: what it asks for was counted by the guards when it was scheduled. */
  readonly isDue?: true
  /** Why the body alone is no event, by the names of the message attributes (`binaryModeProblem`). */
  readonly problem?: string
}

/** What was done to a message before it became a dead letter again: the attribute `trail` of a replay, as JSON. */
export interface History {
  readonly replays?: number
  readonly renewals?: number
  /** The hash of the plan that replayed it. */
  readonly plan?: string
  /** Who changed what, newest last. */
  readonly edits?: readonly string[]
}

/** The attribute `trail` of a letter, as JSON. role-sync writes it; only `claimed` comes from outside. */
export interface Trail {
  readonly detail?: string
  readonly status?: number
  readonly receives?: number
  /** When it became a dead letter: RFC 3339, UTC. */
  readonly failedAt?: string
  /** Renewals and edits since it became a dead letter. */
  readonly renewals?: number
  readonly edits?: readonly string[]
  /** The history that the message claimed on the changes queue, to which any producer can send. */
  readonly claimed?: History
}

/** Whether a message is a replay, which has no grace. A producer can claim this; then only its own message ends earlier. */
export const isReplay = (message: Message): boolean => (message.trail?.replays ?? 0) > 0

/** Whether a member that is not found may still be a joiner. Times in milliseconds. */
export const inGrace = (message: Message, now: number, graceMs: number): boolean =>
  !isReplay(message) && now - message.sentAt < graceMs
