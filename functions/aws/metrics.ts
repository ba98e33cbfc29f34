import type { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit]

/**
 * Metrics by target, in the embedded metric format: kept until `flush`, then one line per target that has any. The
 * namespace comes from the environment.
 */
export function createMetrics(logger: Logger) {
  const byTarget = new Map<string, Metrics>()
  const of = (target: string): Metrics => {
    const metrics = byTarget.get(target) ?? new Metrics({ logger, defaultDimensions: { target } })
    byTarget.set(target, metrics)
    return metrics
  }

  return {
    /** `target` is null for a message whose target could not be read. */
    add: (target: string | null, name: string, value = 1, unit: Unit = MetricUnit.Count): void => {
      of(target ?? 'none').addMetric(name, unit, value)
    },
    flush: (): void => {
      for (const metrics of byTarget.values()) {
        if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
      }
    },
  }
}
