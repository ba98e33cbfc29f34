import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Logger } from './logger.ts'

export type Unit = (typeof MetricUnit)[keyof typeof MetricUnit]

/** Adds a value of an invocation to a metric of a subject. */
export type AddMetric<Of, Name> = (of: Of, name: Name, value?: number, unit?: Unit) => void

/** The dimensions of a metric, besides the service, from the function's name and the metric's subject. */
export type DimensionsOf<Of> = (functionName: string, of: Of) => Record<string, string>

/**
 * Metrics in the embedded metric format. `flush` writes one line for each set of dimensions. `add` keeps every value, `peak` the
 * highest of the invocation. Namespace, service and function come from the environment.
 */
export function createMetrics<Of, Name extends string>(logger: Logger, dimensionsOf: DimensionsOf<Of>) {
  const sets = new Map<string, MetricSet<Name>>()
  const { AWS_LAMBDA_FUNCTION_NAME: functionName = 'none', AWS_LAMBDA_LOG_LEVEL: level = 'INFO' } =
    process.env

  const setOf = (of: Of): MetricSet<Name> => {
    const defaultDimensions = dimensionsOf(functionName, of)
    const key = JSON.stringify(defaultDimensions)
    const set = sets.get(key) ?? { metrics: new Metrics({ logger, defaultDimensions }), peaks: new Map() }
    sets.set(key, set)
    return set
  }
  /**
   * Lambda's log filter treats a line without level and time as INFO, and would drop it at a higher level
   * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html). So the line has the filter's level.
   */
  const pass = (metrics: Metrics) =>
    metrics.addMetadata('level', level).addMetadata('timestamp', new Date().toISOString())

  const add: AddMetric<Of, Name> = (of, name, value = 1, unit = MetricUnit.Count) => {
    const { metrics } = setOf(of)
    // A set that is full publishes itself, and forgets its metadata.
    if (!metrics.hasStoredMetrics()) pass(metrics)
    metrics.addMetric(name, unit, value)
  }
  const peak: AddMetric<Of, Name> = (of, name, value = 1, unit = MetricUnit.Count) => {
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

interface MetricSet<Name> {
  readonly metrics: Metrics
  readonly peaks: Map<Name, { readonly value: number; readonly unit: Unit }>
}
