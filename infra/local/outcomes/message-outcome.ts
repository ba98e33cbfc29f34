import { type LoggedOutcome, type OutcomeName, parseLine } from '../../../functions/cli/page/log-lines.ts'
/** The outcome of one message: the fields that `--json` promises, and those of the table. */
export type Outcome = LoggedOutcome

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
  const { event, source, target, member, outcome, reason, guard, status, receives, effectMs } = of
  return JSON.stringify({ event, source, target, member, outcome, reason, guard, status, receives, effectMs })
}

/** The number of messages by outcome. */
export type Summary = Readonly<Record<OutcomeName, number>>

/** Counts outcomes. */
export function summaryOf(outcomes: Iterable<Outcome>): Summary {
  const counts = {
    applied: 0,
    superseded: 0,
    duplicate: 0,
    resolved: 0,
    shadow: 0,
    reasserted: 0,
    scheduled: 0,
    held: 0,
    dead: 0,
  }
  for (const { outcome } of outcomes) counts[outcome] += 1
  return counts
}
