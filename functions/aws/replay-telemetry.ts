import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { redacted } from '../core/redact.ts'
import { oldestLetterMetric } from '../core/resource-names.ts'

/**
 * The replay function's log lines and its one metric, which an alarm of this stage watches: it is known by the dead-letter
 * queue's name. Service, level and namespace come from the environment.
 */
export function createReplayTelemetry(queue: string, logger = new Logger()) {
  return {
    logger,
    /** One line for each letter that something was done to, or that failed. */
    letter: (record: { readonly act: string }): void =>
      logger[record.act === 'failed' ? 'warn' : 'info']('letter', { ...redacted(record) }),
    /** What came of an invocation. */
    done: (facts: object): void => logger.info('done', { ...redacted(facts) }),
    /** Publishes the age of the oldest letter, in milliseconds; 0 when there is none. */
    oldestLetter: (ageMs: number): void => {
      const metrics = new Metrics({ logger, defaultDimensions: { queue } })
      metrics.addMetric(oldestLetterMetric, MetricUnit.Seconds, Math.round(ageMs / 1000))
      metrics.publishStoredMetrics()
    },
  }
}
