import { Duration } from 'aws-cdk-lib'
import { MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import type { ApprovalParts } from './approve-function.ts'
import { addDueAlarm, type DueParts } from './due-function.ts'
import { addIntakeAlarms } from './intake-alarms.ts'
import type { Intake } from './intake-construct.ts'
import { logicalName } from './logical-name.ts'
import type { Queues } from './queue-constructs.ts'
import type { ReassertParts } from './reassert-function.ts'
import { addAlarm, notifyTopic } from './runbook-alarm.ts'
import { exposureOfLetters, heldChanges, oldestLetterAge, tableMetric } from './stage-metrics.ts'
import { addSweepAlarms, type SweepParts } from './sweep-function.ts'
import { addPersonAlarm, addTargetAlarms } from './target-alarms.ts'

/** The parts of a stage that alarms and the dashboard watch. */
export interface WatchedParts {
  readonly queues: Queues
  readonly sync: IFunction
  readonly replay: IFunction
  readonly intake: Intake | undefined
  readonly approvals: ApprovalParts | undefined
  readonly sweep: SweepParts | undefined
  readonly reassert: ReassertParts | undefined
  readonly due: DueParts
}

/** Adds the alarms of a stage. They notify the alarm topic, if there is one. What to do about each: `infra/RUNBOOK.md`. */
export function addAlarms(scope: Construct, deployment: Deployment, parts: WatchedParts): void {
  const { names, targets, alarmTopicArn } = deployment
  const { queues, sync, replay, intake, approvals, sweep, reassert, due } = parts
  addQueueAlarms(scope, deployment, queues)
  for (const { name } of targets) addTargetAlarms(scope, deployment, name)
  addPersonAlarm(scope, deployment)
  addFunctionAlarms(scope, deployment, names.syncFunction, 'sync', sync)
  addFunctionAlarms(scope, deployment, names.replayFunction, 'replay', replay)
  if (intake) addFunctionAlarms(scope, deployment, names.intakeFunction, 'intake', intake.lambda)
  if (approvals) addFunctionAlarms(scope, deployment, names.approveFunction, 'approve', approvals.lambda)
  if (sweep) addFunctionAlarms(scope, deployment, names.sweepFunction, 'sweep', sweep.lambda)
  if (reassert) addFunctionAlarms(scope, deployment, names.reassertFunction, 'reassert', reassert.lambda)
  addFunctionAlarms(scope, deployment, names.dueFunction, 'due', due.lambda)
  addDueAlarm(scope, deployment)
  if (deployment.sweep) addSweepAlarms(scope, deployment, deployment.sweep.hours)
  if (approvals) addHeldAlarm(scope, deployment)
  addTableAlarms(scope, deployment)
  if (intake) addIntakeAlarms(scope, deployment, intake)
  addLetterAlarms(scope, deployment)
  if (alarmTopicArn !== undefined) notifyTopic(scope, alarmTopicArn)
}

function addQueueAlarms(scope: Construct, deployment: Deployment, queues: Queues): void {
  const { names, thresholds } = deployment
  const highest = { statistic: Stats.MAXIMUM, period: Duration.minutes(5) }
  addAlarm(scope, deployment, {
    ...{
      id: 'DeadLettersVisible',
      name: `${names.deadLetterQueue}-visible`,
      runbook: 'Dead letters visible',
    },
    summary: 'Dead letters wait for a decision.',
    metric: queues.deadLetters.metricApproximateNumberOfMessagesVisible(highest),
    threshold: thresholds.deadLettersAlarm,
  })
  addAlarm(scope, deployment, {
    ...{ id: 'InFlight', name: `${names.changesQueue}-in-flight`, runbook: 'Messages in flight' },
    summary: 'Many changes are in flight: SQS will soon deliver no more messages.',
    metric: queues.changes.metricApproximateNumberOfMessagesNotVisible(highest),
    threshold: thresholds.inFlightAlarm,
  })
  addAlarm(scope, deployment, {
    ...{ id: 'NotConsumed', name: `${names.changesQueue}-not-consumed`, runbook: 'Changes not consumed' },
    summary: 'Changes wait on the queue, but none was received for 15 minutes.',
    metric: notConsumed(queues),
    threshold: 1,
    periods: 3,
    // SQS publishes no metrics of a queue that is unused for six hours: the alarm must keep its state.
    missing: TreatMissingData.IGNORE,
  })
}

/** 1 for each five minutes in which messages are visible and none is received. SQS may publish no value without receives. */
const notConsumed = ({ changes }: Queues): MathExpression =>
  new MathExpression({
    expression: 'IF(visible > 0 AND FILL(received, 0) < 1, 1, 0)',
    usingMetrics: {
      visible: changes.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }),
      received: changes.metricNumberOfMessagesReceived({ statistic: Stats.SUM }),
    },
    label: 'visible and not received',
    period: Duration.minutes(5),
  })

function addFunctionAlarms(
  scope: Construct,
  deployment: Deployment,
  name: string,
  what: string,
  made: IFunction,
): void {
  const sum = { statistic: Stats.SUM, period: Duration.minutes(5) }
  addAlarm(scope, deployment, {
    ...{ id: `${logicalName(what)}Errors`, name: `${name}-errors`, runbook: 'Function errors' },
    summary: `The ${what} function crashed, ran out of time or could not start.`,
    metric: made.metricErrors(sum),
    threshold: 1,
  })
  addAlarm(scope, deployment, {
    ...{ id: `${logicalName(what)}Throttles`, name: `${name}-throttles`, runbook: 'Function throttles' },
    summary: `Lambda throttled the ${what} function.`,
    metric: made.metricThrottles(sum),
    threshold: 1,
  })
}

function addHeldAlarm(scope: Construct, deployment: Deployment): void {
  const { names, targets } = deployment
  addAlarm(scope, deployment, {
    ...{ id: 'ChangesHeld', name: `${names.syncFunction}-changes-held`, runbook: 'Changes held' },
    summary: 'A guard holds a change: it waits until a person approves or rejects it.',
    metric: heldChanges(
      names,
      targets.map(({ name }) => name),
    ),
    threshold: 1,
  })
}

/** DynamoDB counts reads and writes separately, and only if one was throttled. Reads of the history are for people alone. */
function addTableAlarms(scope: Construct, deployment: Deployment): void {
  const { names, history, approvalsNeeded } = deployment
  const watched = [
    ...['Read', 'Write'].map(what => ({ of: 'ledger', table: names.ledgerTable, what })),
    ...(approvalsNeeded === undefined
      ? []
      : [{ of: 'approvals', table: names.approvalsTable, what: 'Read' }]),
    ...(history ? [{ of: 'history', table: names.historyTable, what: 'Write' }] : []),
  ]
  for (const { of, table, what } of watched) {
    addAlarm(scope, deployment, {
      id: `${logicalName(of)}${what}Throttles`,
      name: `${table}-${what.toLowerCase()}-throttles`,
      runbook: 'Ledger throttles',
      summary: `DynamoDB throttled ${what.toLowerCase()}s of the ${of}.`,
      metric: tableMetric(table, `${what}ThrottleEvents`, { statistic: Stats.SUM }),
      threshold: 1,
    })
  }
}

/** How many drains in a row must fail before the alarm goes off. */
const drainsMissed = 3

/**
 * SQS must delete no letter unnoticed. One alarm watches the age of the oldest letter. If there is a drain schedule, another goes off
 * when this metric is missing.
 */
function addLetterAlarms(scope: Construct, deployment: Deployment): void {
  const { names, timings, thresholds, drains } = deployment
  const periodSeconds = timings.drainEveryMinutes * 60
  addAlarm(scope, deployment, {
    ...{ id: 'OldestLetter', name: `${names.deadLetterQueue}-oldest`, runbook: 'Oldest dead letter' },
    summary: 'A dead letter was not renewed in time: SQS deletes it fourteen days after its send.',
    metric: oldestLetterAge(names, { statistic: Stats.MAXIMUM, periodSeconds }),
    threshold: timings.oldestLetterSeconds,
  })
  if (!drains) return

  addAlarm(scope, deployment, {
    ...{
      ...{ id: 'DeadWithdrawal', name: `${names.deadLetterQueue}-withdrawal-overdue` },
      runbook: 'Withdrawal overdue',
    },
    summary: 'A dead letter is a withdrawal: somebody may have the access until a person decides.',
    metric: exposureOfLetters(names, { statistic: Stats.MAXIMUM, periodSeconds }),
    threshold: thresholds.exposureAlarmSeconds,
  })
  addAlarm(scope, deployment, {
    ...{ id: 'Drain', name: `${names.deadLetterQueue}-not-drained`, runbook: 'Letters not drained' },
    summary: 'The metric of the oldest dead letter is missing: letters are neither drained nor renewed.',
    metric: oldestLetterAge(names, { statistic: Stats.SAMPLE_COUNT, periodSeconds }),
    ...{ threshold: 1, below: true, periods: drainsMissed, missing: TreatMissingData.BREACHING },
  })
}
