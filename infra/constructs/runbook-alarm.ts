import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { type RunbookPlace, runbookAt } from './runbook-links.ts'

/** What one alarm has of its own. */
export interface AlarmProps {
  /** Its logical id. */
  readonly id: string
  readonly name: string
  /** What has happened, in a sentence. */
  readonly tells: string
  /** The heading of its section in `infra/RUNBOOK.md`. */
  readonly runbook: string
  readonly metric: IMetric
  /** It goes off at this value and above, or below it where it says so. */
  readonly threshold: number
  readonly below?: true
  /** How many periods it looks at, 1 by default, and in how many of them the threshold must be met, all by default. */
  readonly periods?: number
  readonly of?: number
  /** What it makes of a period without data: nothing wrong, by default. */
  readonly missing?: TreatMissingData
}

/** An alarm that names its section of the runbook. Where nothing happens there is no data, and nothing wrong. */
export function addAlarm(scope: Construct, place: RunbookPlace, props: AlarmProps): Alarm {
  const { id, name, tells, runbook, metric, threshold, periods = 1, of = periods } = props
  return new Alarm(scope, `${id}Alarm`, {
    alarmName: name,
    alarmDescription: `${tells} ${runbookAt(place, runbook)}`,
    metric,
    threshold,
    comparisonOperator: props.below
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods,
    datapointsToAlarm: of,
    treatMissingData: props.missing ?? TreatMissingData.NOT_BREACHING,
  })
}

/** All alarms of a stack, in the order in which they were added. */
export const alarmsIn = (scope: Construct): Alarm[] =>
  scope.node.findAll().filter(construct => construct instanceof Alarm)

/** Has every alarm of a stack tell an SNS topic when it goes off, and when it is over. */
export function tellTopic(scope: Construct, topicArn: string): void {
  for (const alarm of alarmsIn(scope)) {
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: topicArn }) })
    alarm.addOkAction({ bind: () => ({ alarmActionArn: topicArn }) })
  }
}
