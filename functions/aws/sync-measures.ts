import { MetricUnit } from '@aws-lambda-powertools/metrics'
import type { AgainRecord, AttemptRecord, OutcomeRecord, SearchRecord } from '../core/ports.ts'
import { type MetricName, type MetricOf, metricNames } from '../core/sync-metrics.ts'
import type { AddMetric } from './embedded-metrics.ts'

/** Where metrics are told: every value of an invocation, or its highest. */
interface Metrics {
  readonly add: AddMetric<MetricOf, MetricName>
  readonly peak: AddMetric<MetricOf, MetricName>
}

const outcomeMetrics = {
  applied: metricNames.applied,
  superseded: metricNames.superseded,
  duplicate: metricNames.duplicate,
  resolved: metricNames.resolved,
  dead: metricNames.dead,
} as const

/** What the metrics say of an attempt. */
export function measureAttempt({ add, peak }: Metrics, record: AttemptRecord): void {
  const { target, calls, unanswered, restoring, effect, cause, breakerOpen } = record
  add({ target }, metricNames.calls, calls)
  if (unanswered) add({ target }, metricNames.unansweredWrites)
  if (restoring && effect === 'proven') add({ target }, metricNames.putRight)
  if (cause === 'credentials_rejected') add({ target }, metricNames.credentialsRejected)
  peak({ target }, metricNames.breakerOpen, breakerOpen ? 1 : 0)
}

/** What the metrics say of a search for people. */
export function measureSearch({ add }: Metrics, { target, calls, cause }: SearchRecord): void {
  add({ target }, metricNames.calls, calls)
  if (cause === 'credentials_rejected') add({ target }, metricNames.credentialsRejected)
}

/** What the metrics say of a message's end. */
export function measureOutcome({ add }: Metrics, record: OutcomeRecord): void {
  const { target, reason, timeToEffectMs } = record
  add({ target }, outcomeMetrics[record.outcome])
  if (record.outcome === 'dead' && reason) add({ target, reason }, metricNames.dead)
  if (timeToEffectMs !== undefined) {
    add({ target }, metricNames.timeToEffect, timeToEffectMs, MetricUnit.Milliseconds)
  }
}

/** What the metrics say of a message that waits. */
export function measureAgain({ add, peak }: Metrics, { target, cause, ageMs }: AgainRecord): void {
  add({ target }, metricNames.again)
  add({ target, reason: cause }, metricNames.again)
  peak({ target }, metricNames.oldestChangeAge, Math.round(ageMs / 1000), MetricUnit.Seconds)
  if (cause === 'breaker_open') peak({ target }, metricNames.breakerOpen, 1)
}
