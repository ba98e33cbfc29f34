import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Telemetry } from '../core/ports.ts'

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit]

/** The function's logger and metrics; service and namespace come from the environment. */
export function createTelemetry() {
  const logger = new Logger()
  const metrics = new Metrics({ logger })

  const count = (name: string, target: string | null, value = 1, unit: Unit = MetricUnit.Count): void => {
    const single = metrics.singleMetric()
    single.addDimension('target', target ?? 'none')
    single.addMetric(name, unit, value)
  }

  const telemetry: Telemetry = {
    attempt: record => logger.info('attempt', { ...record }),
    outcome: record => {
      logger.info('outcome', { ...record })
      count(record.outcome, record.target)
      if (record.effectMs !== undefined) {
        count('timeToEffect', record.target, record.effectMs, MetricUnit.Milliseconds)
      }
    },
    again: record => {
      logger.info('again', { ...record })
      count('again', record.target)
    },
    trouble: (what, error) => logger.error(what, error as Error),
  }
  return { logger, metrics, telemetry }
}
