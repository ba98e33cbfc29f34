import type { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { type MetricName, metricDimensions } from '../core/metric-names.ts'

export type Unit = (typeof MetricUnit)[keyof typeof MetricUnit]

/** Where the values of an invocation are told. `target` is null for a message whose target could not be read. */
export type AddMetric = (of: MetricOf, name: MetricName, value?: number, unit?: Unit) => void

/** What a metric is of: a target, or a target and a reason. */
export interface MetricOf {
  readonly target: string | null
  readonly reason?: string
}

/**
 * Metrics in the embedded metric format: kept until `flush`, then one line per target, or target and reason, that has any.
 * `add` keeps every value, `peak` the highest of the invocation. Namespace, service and function come from the environment.
 */
export function createMetrics(logger: Logger) {
  const sets = new Map<string, MetricSet>()
  const { AWS_LAMBDA_FUNCTION_NAME: functionName = 'none', AWS_LAMBDA_LOG_LEVEL: level = 'INFO' } =
    process.env

  const setOf = ({ target, reason }: MetricOf): MetricSet => {
    const defaultDimensions = metricDimensions(functionName, target, reason)
    const key = JSON.stringify(defaultDimensions)
    const set = sets.get(key) ?? { metrics: new Metrics({ logger, defaultDimensions }), peaks: new Map() }
    sets.set(key, set)
    return set
  }
  /**
   * A line without a level and a time counts as INFO to Lambda's own filter, which would drop it at a higher level
   * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html): it bears the filter's level.
   */
  const pass = (metrics: Metrics) =>
    metrics.addMetadata('level', level).addMetadata('timestamp', new Date().toISOString())

  const add: AddMetric = (of, name, value = 1, unit = MetricUnit.Count) => {
    const { metrics } = setOf(of)
    pass(metrics)
    metrics.addMetric(name, unit, value)
  }
  const peak: AddMetric = (of, name, value = 1, unit = MetricUnit.Count) => {
    const { peaks } = setOf(of)
    peaks.set(name, { value: Math.max(value, peaks.get(name)?.value ?? value), unit })
  }
  const flush = (): void => {
    for (const { metrics, peaks } of sets.values()) {
      for (const [name, { value, unit }] of peaks) metrics.addMetric(name, unit, value)
      peaks.clear()
      if (metrics.hasStoredMetrics()) pass(metrics).publishStoredMetrics()
    }
  }
  return { add, peak, flush }
}

interface MetricSet {
  readonly metrics: Metrics
  readonly peaks: Map<MetricName, { readonly value: number; readonly unit: Unit }>
}
