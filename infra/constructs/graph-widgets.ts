import { GraphWidget, type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch'

/** A graph. Four fit in a row. */
export const graph = (title: string, left: IMetric[], { stacked = false } = {}): GraphWidget =>
  new GraphWidget({ title, left, stacked, width: 6, height: 6, leftYAxis: { min: 0 } })

/** Converts seconds to units of so many minutes. It keeps the metric's period: CDK warns if an expression has another one. */
export const inMinutes = (seconds: Metric, label: string, minutes = 1): MathExpression => {
  const id = idOf(label, 'seconds')
  return new MathExpression({
    expression: `${id} / ${60 * minutes}`,
    usingMetrics: { [id]: seconds },
    period: seconds.period,
    label,
  })
}

/** The sum of the metrics that have a value. */
export function sumOf(metrics: readonly IMetric[], label: string): MathExpression {
  const { list, usingMetrics } = listOf(metrics, label)
  return new MathExpression({ expression: `SUM(${list})`, usingMetrics, label })
}

/** A metric divided by the sum of others. */
export function ratioOf(metric: IMetric, by: readonly IMetric[], label: string): MathExpression {
  const { list, usingMetrics } = listOf(by, label)
  const id = idOf(label, 'all')
  return new MathExpression({
    expression: `${id} / SUM(${list})`,
    usingMetrics: { [id]: metric, ...usingMetrics },
    label,
  })
}

function listOf(metrics: readonly IMetric[], label: string) {
  const named = metrics.map((metric, n) => [idOf(label, String(n)), metric] as const)
  return { list: `[${named.map(([id]) => id).join(', ')}]`, usingMetrics: Object.fromEntries(named) }
}

/** The id of a metric in an expression. Ids must be unique in a graph. */
const idOf = (...parts: string[]): string => `m_${parts.join('_').replace(/\W/g, '_')}`
