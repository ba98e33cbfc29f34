import { Duration } from 'aws-cdk-lib'
import { Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { type IntakeMetricName, intakeMetricNames } from '../../functions/core/intake-metrics.ts'
import type { Deployment } from '../context/deployment.ts'
import type { Intake } from './intake-construct.ts'
import { clientErrors, throttled } from './route-metrics.ts'
import { type AlarmProps, addAlarm } from './runbook-alarm.ts'
import { intakeMetric } from './stage-metrics.ts'

/** Adds the alarms on deliveries. Some vendors send a delivery at most twice, so one that is not accepted may be lost. */
export function addIntakeAlarms(scope: Construct, deployment: Deployment, intake: Intake): void {
  const { names, sources } = deployment
  addAlarm(scope, deployment, {
    ...{ id: 'IntakeFailing', name: `${names.intakeFunction}-failing`, runbook: 'Intake failing' },
    summary: 'Deliveries of sources were not accepted, and may be lost: some senders retry only once.',
    metric: intake.stage.metricServerError({ statistic: Stats.SUM, period: Duration.minutes(5) }),
    threshold: 1,
  })

  const perSource = new Construct(scope, 'SourceAlarms')
  for (const source of sources) {
    const { name } = source
    const add = (id: string, alarm: string, props: Pick<AlarmProps, 'runbook' | 'summary' | 'metric'>) =>
      addAlarm(perSource, deployment, {
        ...{ id: `${name}${id}`, name: `${names.intakeFunction}-${alarm}-${name}`, threshold: 1 },
        ...props,
      })
    const metricOf = (of: IntakeMetricName) => intakeMetric(names, name, of, { statistic: Stats.SUM })

    add('Unauthorized', 'unauthorized', {
      runbook: 'Intake unauthorized',
      summary: `Deliveries for ${name} have no valid signature.`,
      metric: metricOf(intakeMetricNames.unauthorized),
    })
    add('Refused', 'refused', {
      runbook: 'Events refused',
      summary: `The intake refused events of ${name}.`,
      metric: metricOf(intakeMetricNames.refused),
    })
    add('Throttled', 'throttled', {
      runbook: 'Intake throttled',
      summary: `Requests to the address of ${name} exceeded its limit; some were answered with 429.`,
      metric: throttled(names, source, { statistic: Stats.SUM }),
    })
    add('ClientErrors', '4xx', {
      runbook: 'Intake 4xx',
      summary: `Deliveries of ${name} were answered with a status from 400 to 499.`,
      metric: clientErrors(intake, source, { statistic: Stats.SUM }),
    })
  }
}
