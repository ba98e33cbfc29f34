import { Duration } from 'aws-cdk-lib'
import { Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { type IntakeMetricName, intakeMetricNames } from '../../functions/core/intake-metrics.ts'
import type { Deployment } from '../context/deployment.ts'
import type { Intake } from './intake-construct.ts'
import { clientErrors, throttled } from './route-metrics.ts'
import { type AlarmProps, addAlarm } from './runbook-alarm.ts'
import { intakeMetric } from './stage-metrics.ts'

/** The alarms on deliveries. Vendors send a delivery twice at most, so one that is not taken may be lost. */
export function addIntakeAlarms(scope: Construct, deployment: Deployment, intake: Intake): void {
  const { names, sources } = deployment
  addAlarm(scope, deployment, {
    ...{ id: 'IntakeFailing', name: `${names.intakeFunction}-failing`, runbook: 'Intake failing' },
    tells: 'Deliveries of sources were not taken, and may not be sent a third time.',
    metric: intake.stage.metricServerError({ statistic: Stats.SUM, period: Duration.minutes(5) }),
    threshold: 1,
  })

  const perSource = new Construct(scope, 'SourceAlarms')
  for (const source of sources) {
    const { name } = source
    const add = (id: string, alarm: string, props: Pick<AlarmProps, 'runbook' | 'tells' | 'metric'>) =>
      addAlarm(perSource, deployment, {
        ...{ id: `${name}${id}`, name: `${names.intakeFunction}-${alarm}-${name}`, threshold: 1 },
        ...props,
      })
    const told = (of: IntakeMetricName) => intakeMetric(names, name, of, { statistic: Stats.SUM })

    add('Unauthorized', 'unauthorized', {
      runbook: 'Intake unauthorized',
      tells: `Deliveries in the name of ${name} do not bear its signature.`,
      metric: told(intakeMetricNames.unauthorized),
    })
    add('Refused', 'refused', {
      runbook: 'Events refused',
      tells: `Events of ${name} were refused at the door.`,
      metric: told(intakeMetricNames.refused),
    })
    add('Throttled', 'throttled', {
      runbook: 'Intake throttled',
      tells: `More requests came to the address of ${name} than it takes; some were answered with 429.`,
      metric: throttled(names, source, { statistic: Stats.SUM }),
    })
    add('ClientErrors', '4xx', {
      runbook: 'Intake 4xx',
      tells: `Deliveries of ${name} were turned away with a status from 400 to 499.`,
      metric: clientErrors(intake, source, { statistic: Stats.SUM }),
    })
  }
}
