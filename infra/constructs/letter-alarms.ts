import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { metricNamespace, oldestLetterMetric, serviceName } from '../../functions/core/resource-names.ts'
import type { Deployment } from '../context/deployment.ts'
import { runbookAt } from './runbook-links.ts'

/** Drains in a row that have to fail before it is told. */
const drainsMissed = 3

/**
 * Nothing ages out silently: one alarm on the oldest letter, and, where letters are drained on a schedule, one
 * for when its age stops coming. Only there is missing data trouble: between two drains there is none.
 */
export function addLetterAlarms(scope: Construct, deployment: Deployment): void {
  const { names, timings, drains } = deployment
  const period = Duration.minutes(timings.drainEveryMinutes)
  const metric = (statistic: string) =>
    new Metric({
      namespace: metricNamespace,
      metricName: oldestLetterMetric,
      dimensionsMap: { service: serviceName, queue: names.deadLetterQueue },
      statistic,
      period,
    })

  new Alarm(scope, 'OldestLetterAlarm', {
    alarmName: `${names.deadLetterQueue}-oldest`,
    alarmDescription:
      'A dead letter is so old that it should have been renewed: SQS deletes it fourteen days after it was sent. ' +
      runbookAt(deployment, 'Oldest dead letter'),
    metric: metric(Stats.MAXIMUM),
    threshold: timings.oldestLetterSeconds,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
  if (!drains) return

  new Alarm(scope, 'DrainAlarm', {
    alarmName: `${names.deadLetterQueue}-not-drained`,
    alarmDescription:
      'The age of the oldest dead letter stopped coming: letters are neither drained nor renewed. ' +
      runbookAt(deployment, 'Letters not drained'),
    metric: metric(Stats.SAMPLE_COUNT),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: drainsMissed,
    treatMissingData: TreatMissingData.BREACHING,
  })
}
