import { Duration } from 'aws-cdk-lib'
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { type IntakeMetricName, intakeDimensions } from '../../functions/core/intake-metrics.ts'
import {
  metricNamespace,
  type Names,
  oldestLetterMetric,
  serviceName,
} from '../../functions/core/resource-names.ts'
import { type SweepMetricName, sweepDimensions } from '../../functions/core/sweep/sweep-metrics.ts'
import { type MetricName, metricDimensions, metricNames } from '../../functions/core/sync-metrics.ts'
import { sumOf } from './graph-widgets.ts'

/** The statistic and the period of a metric. */
export interface MetricView {
  readonly statistic: string
  /** 5 minutes by default. */
  readonly periodSeconds?: number
  readonly label?: string
}

/** A metric that the sync function publishes for a target, or for a target and a reason. */
export const syncMetric = (
  names: Names,
  target: string | null,
  metricName: MetricName,
  view: MetricView,
): Metric => metricOf(metricName, metricDimensions(names.syncFunction, target), view)

/** How many changes the guards held, of all targets. */
export const heldChanges = (names: Names, targets: readonly string[]): IMetric =>
  sumOf(
    targets.map(target => syncMetric(names, target, metricNames.held, { statistic: Stats.SUM })),
    'held',
  )

/** A metric that the intake function publishes for a source. */
export const intakeMetric = (
  names: Names,
  source: string,
  metricName: IntakeMetricName,
  view: MetricView,
): Metric => metricOf(metricName, intakeDimensions(names.intakeFunction, { source }), view)

/** The age of the oldest dead letter, which the replay function publishes. */
export const oldestLetterAge = (names: Names, view: MetricView): Metric =>
  metricOf(oldestLetterMetric, { queue: names.deadLetterQueue }, view)

/** The longest exposure of a withdrawal among the dead letters, which the replay function publishes. */
export const exposureOfLetters = (names: Names, view: MetricView): Metric =>
  metricOf(metricNames.longestExposure, { queue: names.deadLetterQueue }, view)

/** A metric that the sweep function publishes for the stage. */
export const sweepMetric = (names: Names, metricName: SweepMetricName, view: MetricView): Metric =>
  metricOf(metricName, sweepDimensions(names.sweepFunction, {}), view)

/** A metric that the sweep function publishes by scope: of every scope that has it, each a line. */
export const sweepMetricByScope = (names: Names, metricName: SweepMetricName, of: string): MathExpression => {
  const dimensions = Object.entries(sweepDimensions(names.sweepFunction, { scope: '' }))
  const schema = [metricNamespace, 'service', ...dimensions.map(([name]) => name)].join(',')
  const search = `{${schema}} MetricName="${metricName}" function="${names.sweepFunction}"`
  return new MathExpression({
    ...{ expression: `SEARCH('${search}', 'Maximum', 3600)${of}`, usingMetrics: {}, label: '' },
    period: Duration.hours(1),
  })
}

/** A metric that the due function publishes. */
export const dueMetric = (names: Names, metricName: string, view: MetricView): Metric =>
  metricOf(metricName, { function: names.dueFunction }, view)

/** A DynamoDB metric of a table. It has values only if something was throttled. */
export const tableMetric = (TableName: string, metricName: string, view: MetricView): Metric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName },
    ...shown(view),
  })

const metricOf = (metricName: string, dimensions: Record<string, string>, view: MetricView): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service: serviceName, ...dimensions },
    ...shown(view),
  })

/** A view as the properties of a CloudWatch metric. */
export const shown = ({ statistic, periodSeconds = 300, label }: MetricView) => ({
  statistic,
  period: Duration.seconds(periodSeconds),
  ...(label === undefined ? {} : { label }),
})
