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
  const metrics = createMetrics<MetricOf, MetricName>(logger, (name, of) =>
    'source' in of ? { function: name, source: of.source } : metricDimensions(name, of.target, of.reason),
  )
  const sourceOf = createSourceNames()

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
      measureExposure(metrics, record, sourceOf)
    },
    retry: record => {
      logger.info('retry', { ...redacted(record) })
      measureRetry(metrics, record)
      measureExposure(metrics, record, sourceOf)
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
  shadow: metricNames.shadow,
  reasserted: metricNames.reasserted,
  scheduled: metricNames.scheduled,
  dead: metricNames.dead,
  held: metricNames.held,
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
  const { target, reason, guard, timeToEffectMs, calls } = record
  add({ target }, outcomeMetrics[record.outcome])
  if (reason) add({ target, reason }, metricNames.dead)
  if (guard) add({ target, reason: guard }, metricNames.held)
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

/** A withdrawal that is proven, or still open: an open one is told at each retry, so the worst are not missed. */
function measureExposure(
  { add, peak }: SyncMetrics,
  record: OutcomeRecord | RetryRecord,
  sourceOf: (record: { readonly source: string | null }) => string,
): void {
  const { exposureMs, target } = record
  if (exposureMs === undefined) return
  const isProven = 'outcome' in record && record.outcome === 'applied'
  for (const subject of [{ target }, { source: sourceOf(record) }]) {
    if (isProven) add(subject, metricNames.exposure, exposureMs, MetricUnit.Milliseconds)
    peak(subject, metricNames.longestExposure, Math.round(exposureMs / 1000), MetricUnit.Seconds)
  }
}

/** Each name of a source makes metrics of its own, which cost money, and any producer may make up names. */
const mostSources = 50

/** Names sources for metrics, without personal data: the first fifty of an instance, the others as `other`. */
function createSourceNames() {
  const seen = new Set<string>()
  return (record: { readonly source: string | null }): string => {
    const name = redacted({ source: record.source ?? 'none' }).source
    if (!/^[!-~]{1,250}$/.test(name)) return 'other'
    if (seen.size < mostSources) seen.add(name)
    return seen.has(name) ? name : 'other'
  }
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
 * The log lines and the metrics of the replay function. Their dimension is the dead-letter queue's name; alarms watch them.
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
    /** Publishes the age of the oldest letter and the longest exposure of a withdrawal, in milliseconds; 0 if there is none. */
    drained: ({ oldestMs, exposureMs }: { readonly oldestMs: number; readonly exposureMs: number }): void => {
      const metrics = new Metrics({ logger, defaultDimensions: { queue } })
      metrics.addMetric(oldestLetterMetric, MetricUnit.Seconds, Math.round(oldestMs / 1000))
      metrics.addMetric(metricNames.longestExposure, MetricUnit.Seconds, Math.round(exposureMs / 1000))
      metrics.publishStoredMetrics()
    },
  }
}
