import { Duration } from 'aws-cdk-lib'
import { Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { type IntakeMetricName, intakeMetricNames } from '../../functions/core/delivery.ts'
import type { Deployment } from '../context/read.ts'
import { addAlarm } from './alarm.ts'
import type { Intake } from './intake.ts'
import { intakeMetric } from './metrics.ts'

/** The alarms on what comes from sources: what is not taken may not come again, for vendors send twice at the most. */
export function addIntakeAlarms(scope: Construct, { names, sources }: Deployment, { stage }: Intake): void {
  addAlarm(scope, {
    ...{ id: 'IntakeFailing', name: `${names.intakeFunction}-failing`, runbook: 'Intake failing' },
    tells: 'Deliveries of sources were not taken, and may not be sent a third time.',
    metric: stage.metricServerError({ statistic: Stats.SUM, period: Duration.minutes(5) }),
    threshold: 1,
  })

  const perSource = new Construct(scope, 'SourceAlarms')
  for (const { name } of sources) {
    const metric = (of: IntakeMetricName) => intakeMetric(names, name, of, { statistic: Stats.SUM })
    addAlarm(perSource, {
      id: `${name}Unauthorized`,
      name: `${names.intakeFunction}-unauthorized-${name}`,
      runbook: 'Intake unauthorized',
      tells: `Deliveries in the name of ${name} do not bear its signature.`,
      metric: metric(intakeMetricNames.unauthorized),
      threshold: 1,
    })
    addAlarm(perSource, {
      ...{ id: `${name}Refused`, name: `${names.intakeFunction}-refused-${name}`, runbook: 'Events refused' },
      tells: `Events of ${name} were refused at the door.`,
      metric: metric(intakeMetricNames.refused),
      threshold: 1,
    })
  }
}
