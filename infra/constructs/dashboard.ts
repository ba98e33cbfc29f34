import {
  AlarmStatusWidget,
  Dashboard,
  type IWidget,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { type IntakeMetricName, intakeMetricNames } from '../../functions/core/intake-metrics.ts'
import { dueMetrics, type Names } from '../../functions/core/resource-names.ts'
import { type SweepMetricName, sweepMetricNames } from '../../functions/core/sweep/sweep-metrics.ts'
import type { Deployment } from '../context/deployment.ts'
import { graph, inMinutes } from './graph-widgets.ts'
import type { Intake } from './intake-construct.ts'
import { clientErrors, throttled } from './route-metrics.ts'
import { alarmsIn } from './runbook-alarm.ts'
import { dashboardName } from './runbook-links.ts'
import type { WatchedParts } from './stage-alarms.ts'
import {
  dueMetric,
  heldChanges,
  intakeMetric,
  oldestLetterAge,
  sweepMetric,
  sweepMetricByScope,
} from './stage-metrics.ts'
import { createTargetGraphs } from './target-graphs.ts'

/** Adds the dashboard of a stage: is it healthy, is anything stuck, which target fails, how fast is it? */
export function addDashboard(scope: Construct, deployment: Deployment, parts: WatchedParts): Dashboard {
  const { names, stage, targets } = deployment
  const { queues, sync, replay, intake, approvals, sweep } = parts
  const targetNames = targets.map(({ name }) => name)
  const ofTargets = createTargetGraphs(names, targetNames)
  const alarms = alarmsIn(scope)

  return new Dashboard(scope, 'Dashboard', {
    dashboardName: dashboardName(stage),
    widgets: [
      [question('Is it healthy?')],
      [
        new AlarmStatusWidget({ alarms, title: 'Alarms', width: 12, height: 6 }),
        ofTargets.outcomes(),
        graph('Errors and throttles', [
          ...[sync.metricErrors({ label: 'sync errors' }), sync.metricThrottles({ label: 'sync throttles' })],
          ...[
            replay.metricErrors({ label: 'replay errors' }),
            replay.metricThrottles({ label: 'replay throttles' }),
          ],
        ]),
      ],
      ...(intake ? [[question('What comes in?')], intakeGraphs(deployment, intake)] : []),
      [question('Is anything stuck?')],
      [
        graph('Changes', [
          queues.changes.metricApproximateNumberOfMessagesVisible({ ...highest, label: 'ready' }),
          queues.changes.metricApproximateNumberOfMessagesNotVisible({ ...highest, label: 'in flight' }),
          queues.changes.metricNumberOfMessagesReceived({ statistic: Stats.SUM, label: 'received' }),
        ]),
        ofTargets.oldestChange(),
        graph('Dead letters', [
          queues.deadLetters.metricApproximateNumberOfMessagesVisible({ ...highest, label: 'dead letters' }),
        ]),
        graph('Oldest dead letter, hours', [
          inMinutes(oldestLetterAge(names, { statistic: Stats.MAXIMUM, periodSeconds: 3600 }), 'age', 60),
        ]),
        new SingleValueWidget({
          ...{ title: 'Changes due in 24 h', width: 6, height: 6 },
          metrics: [
            dueMetric(names, dueMetrics.within24h, { ...highest, periodSeconds: 3600, label: 'due' }),
          ],
        }),
        ...(approvals ? [graph('Changes held', [heldChanges(names, targetNames)])] : []),
      ],
      ...(sweep ? [[question('Do the targets hold what is applied?')], sweepGraphs(names)] : []),
      [question('Which target is at fault?')],
      ...targetNames.map(target => ofTargets.faults(target)),
      ofTargets.people(),
      [question('How fast do changes take effect?')],
      [
        ...targetNames.map(target => ofTargets.timeToEffect(target)),
        ofTargets.exposure(),
        ofTargets.callsPerEvent(),
        graph('Time of an invocation, ms', [
          sync.metricDuration({ statistic: Stats.percentile(50), label: 'p50' }),
          sync.metricDuration({ statistic: Stats.percentile(99), label: 'p99' }),
        ]),
      ],
    ],
  })
}

const highest = { statistic: Stats.MAXIMUM }

/** The row of the sweep: what the last complete readings found, and how old the oldest is. */
function sweepGraphs(names: Names): IWidget[] {
  const { drift, unmanaged, gone, incomplete, sweepAge } = sweepMetricNames
  const metric = (name: SweepMetricName, label: string) => sweepMetric(names, name, { ...highest, label })
  return [
    graph('Members that drift', [metric(drift, 'drift')]),
    graph('Members without an event, and gone ones', [metric(unmanaged, 'unmanaged'), metric(gone, 'gone')]),
    graph('Scopes not read to the end', [metric(incomplete, 'incomplete')]),
    graph('Age of the last complete reading by scope, hours', [
      sweepMetricByScope(names, sweepAge, ' / 3600'),
      inMinutes(metric(sweepAge, 'oldest'), 'oldest', 60),
    ]),
  ]
}

const question = (text: string): IWidget => new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 })

/** The row of the intake: accepted and refused deliveries, and the duration of answers. */
function intakeGraphs({ names, sources }: Deployment, intake: Intake): IWidget[] {
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
