import { Logger } from '@aws-lambda-powertools/logger'
import {
  type DeliveryRecord,
  type IntakeMetricName,
  type IntakeMetricOf,
  intakeDimensions,
  intakeMetricNames as names,
} from '../core/intake-metrics.ts'
import { redacted } from '../core/redact.ts'
import { createMetrics } from './embedded-metrics.ts'

/** The intake's log lines and metrics; service, level and namespace come from the environment. */
export function createIntakeTelemetry(logger = new Logger()) {
  const { add, flush } = createMetrics<IntakeMetricOf, IntakeMetricName>(logger, intakeDimensions)

  return {
    logger,
    /** One line for each delivery, and its metrics. */
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
    /** Something outside or inside failed; the sender is told to send again. */
    trouble: (what: string, error: unknown): void => logger.error(what, error as Error),
  }
}
