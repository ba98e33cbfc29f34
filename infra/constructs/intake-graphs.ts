import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { type IntakeMetricName, intakeMetricNames } from '../../functions/core/intake-metrics.ts'
import type { Deployment } from '../context/deployment.ts'
import { graph } from './graph-widgets.ts'
import type { Intake } from './intake-construct.ts'
import { clientErrors, throttled } from './route-metrics.ts'
import { intakeMetric } from './stage-metrics.ts'

/** The row of the intake: what came in, what did not, and how fast it was answered. */
export function intakeGraphs({ names, sources }: Deployment, intake: Intake): IWidget[] {
  const { lambda, stage } = intake
  const bySource = (of: IntakeMetricName, label = '') =>
    sources.map(({ name }) =>
      intakeMetric(names, name, of, { statistic: Stats.SUM, label: `${name}${label}` }),
    )
  const { accepted, refused, ignored, unauthorized } = intakeMetricNames
  return [
    graph('Events accepted', bySource(accepted), { stacked: true }),
    graph('Events refused or ignored', [...bySource(refused, ' refused'), ...bySource(ignored, ' ignored')]),
    graph('Deliveries not taken', [
      ...bySource(unauthorized, ' unauthorized'),
      ...sources.map(source =>
        throttled(names, source, { statistic: Stats.SUM, label: `${source.name} throttled` }),
      ),
      ...sources.map(source =>
        clientErrors(intake, source, { statistic: Stats.SUM, label: `${source.name} 4xx` }),
      ),
      stage.metricServerError({ statistic: Stats.SUM, label: '5xx' }),
    ]),
    graph('Time of a delivery, ms', [
      lambda.metricDuration({ statistic: Stats.percentile(50), label: 'p50' }),
      lambda.metricDuration({ statistic: Stats.percentile(99), label: 'p99' }),
    ]),
  ]
}
