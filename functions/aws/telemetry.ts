import { Logger } from '@aws-lambda-powertools/logger'
import type { OutcomeRecord, Telemetry } from '../core/ports.ts'
import { createMetrics } from './metrics.ts'

const outcomeMetrics: Readonly<Record<OutcomeRecord['outcome'], string>> = {
  applied: 'Applied',
  superseded: 'Superseded',
  duplicate: 'Duplicate',
  dead: 'Dead',
}

/**
 * The function's log lines and metrics; service, level and namespace come from the environment. `flush` writes the metrics
 * of an invocation, at its end.
 */
export function createTelemetry(logger = new Logger()) {
  const metrics = createMetrics(logger)

  const telemetry: Telemetry = {
    attempt: record => logger.info('attempt', { ...record }),
    outcome: record => {
      logger.info('outcome', { ...record })
      metrics.add(record.target, outcomeMetrics[record.outcome])
      if (record.effectMs !== undefined) {
        metrics.add(record.target, 'TimeToEffect', record.effectMs, 'Milliseconds')
      }
    },
    again: record => {
      logger.info('again', { ...record })
      metrics.add(record.target, 'Again')
    },
    trouble: (what, error) => logger.error(what, error as Error),
  }
  return { logger, telemetry, flush: metrics.flush }
}
