import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import {
  type DeliveryRecord,
  type IntakeMetricName,
  type IntakeMetricOf,
  intakeDimensions,
  intakeMetricNames as names,
} from '../core/intake-metrics.ts'
import type { AttemptRecord, OutcomeRecord, RetryRecord, SearchRecord, Telemetry } from '../core/ports.ts'
import { redacted, redactedError } from '../core/redact.ts'
import { oldestLetterMetric } from '../core/resource-names.ts'
import { type MetricName, type MetricOf, metricDimensions, metricNames } from '../core/sync-metrics.ts'
import { type AddMetric, createMetrics } from './embedded-metrics.ts'
import { createLogger } from './logger.ts'

/**
 * The log lines and metrics of the sync function. Service, level and namespace come from the environment. `flush` writes the metrics
 * at the end of an invocation.
 */
export function createSyncTelemetry(logger = createLogger()) {
  const metrics = createMetrics<MetricOf, MetricName>(logger, (name, { target, reason }) =>
    metricDimensions(name, target, reason),
  )

  const telemetry: Telemetry = {
    attempt: record => {
      logger.info('attempt', { ...redacted(record) })
      measureAttempt(metrics, record)
    },
    search: record => {
      logger.info('search', { ...redacted(record) })
      measureSearch(metrics, record)
    },
    outcome: record => {
      logger.info('outcome', { ...redacted(record) })
      measureOutcome(metrics, record)
    },
    retry: record => {
      logger.info('retry', { ...redacted(record) })
      measureRetry(metrics, record)
    },
    trouble: (what, error) => logger.error(what, redactedError(error)),
  }
  return { logger, telemetry, flush: metrics.flush }
}

/** The two ways to publish a metric: every value of an invocation, or its highest. */
interface SyncMetrics {
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

function measureAttempt({ add, peak }: SyncMetrics, record: AttemptRecord): void {
  const { target, calls, unanswered, restoring, effect, cause, breakerOpen } = record
  add({ target }, metricNames.calls, calls)
  if (unanswered) add({ target }, metricNames.unansweredWrites)
  if (restoring && effect === 'proven') add({ target }, metricNames.putRight)
  if (cause === 'credentials_rejected') add({ target }, metricNames.credentialsRejected)
  peak({ target }, metricNames.breakerOpen, breakerOpen ? 1 : 0)
}

function measureSearch({ add }: SyncMetrics, { target, calls, cause }: SearchRecord): void {
  add({ target }, metricNames.calls, calls)
  if (cause === 'credentials_rejected') add({ target }, metricNames.credentialsRejected)
}

function measureOutcome({ add, peak }: SyncMetrics, record: OutcomeRecord): void {
  const { target, reason, timeToEffectMs, calls } = record
  add({ target }, outcomeMetrics[record.outcome])
  if (reason) add({ target, reason }, metricNames.dead)
  if (calls !== undefined) {
    add({ target }, metricNames.calls, calls)
    peak({ target }, metricNames.breakerOpen, 0)
  }
  if (timeToEffectMs !== undefined) {
    add({ target }, metricNames.timeToEffect, timeToEffectMs, MetricUnit.Milliseconds)
  }
}

function measureRetry({ add, peak }: SyncMetrics, { target, cause, ageMs }: RetryRecord): void {
  add({ target }, metricNames.retries)
  add({ target, reason: cause }, metricNames.retries)
  peak({ target }, metricNames.oldestChangeAge, Math.round(ageMs / 1000), MetricUnit.Seconds)
  if (cause === 'breaker_open') peak({ target }, metricNames.breakerOpen, 1)
}

/** The log lines and metrics of the intake function. Service, level and namespace come from the environment. */
export function createIntakeTelemetry(logger = createLogger()) {
  const { add, flush } = createMetrics<IntakeMetricOf, IntakeMetricName>(logger, intakeDimensions)

  return {
    logger,
    /** Writes one line for a delivery, and its metrics. */
    delivery: (record: DeliveryRecord): void => {
      logger.info('delivery', { ...redacted(record) })
      const { source, status, accepted, refused, ignored } = record
      if (accepted > 0) add({ source }, names.accepted, accepted)
      for (const [reason, count] of Object.entries(refused)) {
        add({ source }, names.refused, count)
        add({ source, reason }, names.refused, count)
      }
      for (const count of Object.values(ignored)) add({ source }, names.ignored, count)
      if (status === 401) add({ source }, names.unauthorized)
      if (status === 503) add({ source }, names.unavailable)
      flush()
    },
    /** Something failed. The sender must send again. */
    trouble: (what: string, error: unknown): void => logger.error(what, redactedError(error)),
  }
}

/**
 * The log lines and the metric of the replay function. The metric's dimension is the dead-letter queue's name; an alarm watches it.
 * Service, level and namespace come from the environment.
 */
export function createReplayTelemetry(queue: string, logger = createLogger()) {
  return {
    logger,
    /** Writes one line for each letter that was changed or failed. */
    letter: (record: { readonly act: string }): void =>
      logger[record.act === 'failed' ? 'warn' : 'info']('letter', { ...redacted(record) }),
    /** Writes the result of an invocation. */
    done: (facts: object): void => logger.info('done', { ...redacted(facts) }),
    /** Publishes the age of the oldest letter, in milliseconds; 0 if there is none. */
    oldestLetter: (ageMs: number): void => {
      const metrics = new Metrics({ logger, defaultDimensions: { queue } })
      metrics.addMetric(oldestLetterMetric, MetricUnit.Seconds, Math.round(ageMs / 1000))
      metrics.publishStoredMetrics()
    },
  }
}
