import type { GuardName } from '../../core/dead-letter/reason.ts'
import type { Shows } from '../../core/guard/shadow.ts'

/** A log line of the sync function (functions/README.md#words). */
export type LogLine = Readonly<Record<string, unknown>>

/** What an `outcome` line says of a message. */
export interface LoggedOutcome {
  readonly messageId: string
  readonly event: string | null
  readonly source: string | null
  readonly target: string | null
  readonly member: string | null
  readonly outcome: OutcomeName
  readonly reason?: string
  /** For `held`: what holds it. */
  readonly guard?: string
  /** For `shadow`: what would have happened, and what the target showed. */
  readonly wouldHold?: GuardName
  readonly shows?: Shows
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
  /** An index says so: it knows neither why nor how long it took. */
  readonly isBrief?: true
}

/** The ways a message can end. */
export type OutcomeName =
  | 'applied'
  | 'superseded'
  | 'duplicate'
  | 'resolved'
  | 'shadow'
  | 'reasserted'
  | 'scheduled'
  | 'held'
  | 'dead'

/** A log line as an object. Undefined if it is not one. */
export function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
