import { AlarmStatusWidget, Dashboard, type IWidget, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { graph, inMinutes } from './graph-widgets.ts'
import type { Intake } from './intake-construct.ts'
import { intakeGraphs } from './intake-graphs.ts'
import type { Queues } from './queue-constructs.ts'
import { alarmsIn } from './runbook-alarm.ts'
import { dashboardName } from './runbook-links.ts'
import type { Functions } from './stage-alarms.ts'
import { oldestLetterAge } from './stage-metrics.ts'
import { createTargetGraphs } from './target-graphs.ts'

/** One dashboard for a stage. It answers from top to bottom: is it healthy, is anything stuck, which target, how fast? */
export function addDashboard(
  scope: Construct,
  deployment: Deployment,
  queues: Queues,
  { sync, replay }: Functions,
  intake: Intake | undefined,
): Dashboard {
  const { names, stage, targets } = deployment
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
      ],
      [question('Which target is at fault?')],
      ...targetNames.map(target => ofTargets.faults(target)),
      ofTargets.people(),
      [question('How fast do changes take effect?')],
      [
        ...targetNames.map(target => ofTargets.timeToEffect(target)),
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

const question = (text: string): IWidget => new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 })
