import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { type RunbookPlace, runbookAt } from './runbook-links.ts'

/** The properties of one alarm. */
export interface AlarmProps {
  /** Its logical id. */
  readonly id: string
  readonly name: string
  /** What happened, in one sentence. */
  readonly summary: string
  /** The heading of its section in `infra/RUNBOOK.md`. */
  readonly runbook: string
  readonly metric: IMetric
  /** The alarm goes off at this value and above. */
  readonly threshold: number
  /** The alarm goes off below the threshold instead. */
  readonly below?: true
  /** How many periods the alarm looks at, 1 by default. */
  readonly periods?: number
  /** In how many of them the threshold must be met, all by default. */
  readonly of?: number
  /** How the alarm treats a period without data: nothing is wrong, by default. */
  readonly missing?: TreatMissingData
}

/** Adds an alarm that names its section of the runbook. */
export function addAlarm(scope: Construct, place: RunbookPlace, props: AlarmProps): Alarm {
  const { id, name, summary, runbook, metric, threshold, periods = 1, of = periods } = props
  return new Alarm(scope, `${id}Alarm`, {
    alarmName: name,
    alarmDescription: `${summary} ${runbookAt(place, runbook)}`,
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

/** The alarms in a scope, in the order of their creation. */
export const alarmsIn = (scope: Construct): Alarm[] =>
  scope.node.findAll().filter(construct => construct instanceof Alarm)

/** Lets every alarm in the scope notify an SNS topic when it goes off and when it ends. */
export function notifyTopic(scope: Construct, topicArn: string): void {
  for (const alarm of alarmsIn(scope)) {
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: topicArn }) })
    alarm.addOkAction({ bind: () => ({ alarmActionArn: topicArn }) })
  }
}
