import { Logger } from '@aws-lambda-powertools/logger'
import type { Telemetry } from '../core/ports.ts'
import { redacted } from '../core/redact.ts'
import { type MetricName, type MetricOf, metricDimensions } from '../core/sync-metrics.ts'
import { createMetrics } from './embedded-metrics.ts'
import { measureAgain, measureAttempt, measureOutcome, measureSearch } from './sync-measures.ts'

/**
 * The function's log lines and metrics; service, level and namespace come from the environment. `flush` writes the metrics
 * of an invocation, at its end.
 */
export function createTelemetry(logger = new Logger()) {
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
    again: record => {
      logger.info('again', { ...redacted(record) })
      measureAgain(metrics, record)
    },
    trouble: (what, error) => logger.error(what, error as Error),
  }
  return { logger, telemetry, flush: metrics.flush }
}
