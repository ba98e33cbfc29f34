/** The outcome of one message: the fields that `--json` promises, and those of the table. */
export interface Outcome {
  readonly messageId: string
  readonly event: string | null
  readonly source: string | null
  readonly target: string | null
  readonly member: string | null
  readonly outcome: OutcomeName
  readonly reason?: string
  readonly status?: number
  readonly receives: number
  /** Milliseconds from the send to the proof. */
  readonly effectMs?: number
  readonly detail?: string
  /** The number of events in its place, for `resolved`. */
  readonly events?: number
  /** The event that is applied instead. */
  readonly by?: string
  /** The member may have another role than the last proven one. */
  readonly unproven?: true
}

/** The ways a message can end. */
export type OutcomeName = 'applied' | 'superseded' | 'duplicate' | 'resolved' | 'dead'

/** A log line as an object. Undefined if it is not one. */
export function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const unreadable = { event: null, source: null, target: null, member: null }

/** The outcomes among the lines of an invocation, by message id. */
export function outcomesIn(lines: readonly string[]): Map<string, Outcome> {
  const outcomes = lines
    .map(parseLine)
    .filter(line => line?.message === 'outcome' && typeof line.messageId === 'string')
    // The logger leaves out null.
    .map(line => ({ ...unreadable, ...line }) as unknown as Outcome)
  return new Map(outcomes.map(outcome => [outcome.messageId, outcome]))
}

/** The `--json` line of an outcome: the promised fields in order, without unknown ones. */
export function jsonLine(of: Outcome): string {
  const { event, source, target, member, outcome, reason, status, receives, effectMs } = of
  return JSON.stringify({ event, source, target, member, outcome, reason, status, receives, effectMs })
}

/** The number of messages by outcome. */
export type Summary = Readonly<Record<OutcomeName, number>>

/** Counts outcomes. */
export function summaryOf(outcomes: Iterable<Outcome>): Summary {
  const counts = { applied: 0, superseded: 0, duplicate: 0, resolved: 0, dead: 0 }
  for (const { outcome } of outcomes) counts[outcome] += 1
  return counts
}
