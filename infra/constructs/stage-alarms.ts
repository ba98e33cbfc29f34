import { Duration } from 'aws-cdk-lib'
import { MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { addIntakeAlarms } from './intake-alarms.ts'
import type { Intake } from './intake-construct.ts'
import { logicalName } from './logical-name.ts'
import type { Queues } from './queue-constructs.ts'
import { addAlarm, tellTopic } from './runbook-alarm.ts'
import { ledgerMetric, oldestLetterAge } from './stage-metrics.ts'
import { addPersonAlarm, addTargetAlarms } from './target-alarms.ts'

/** The functions that every stage has. */
export interface Functions {
  readonly sync: IFunction
  readonly replay: IFunction
}

/** The alarms of a stage, which tell its topic where there is one. What to do about each: `infra/RUNBOOK.md`. */
export function addAlarms(
  scope: Construct,
  deployment: Deployment,
  queues: Queues,
  { sync, replay }: Functions,
  intake: Intake | undefined,
): void {
  const { names, targets, alarmTopicArn } = deployment
  addQueueAlarms(scope, deployment, queues)
  for (const { name } of targets) addTargetAlarms(scope, deployment, name)
  addPersonAlarm(scope, deployment)
  addFunctionAlarms(scope, deployment, names.syncFunction, 'sync', sync)
  addFunctionAlarms(scope, deployment, names.replayFunction, 'replay', replay)
  if (intake) addFunctionAlarms(scope, deployment, names.intakeFunction, 'intake', intake.lambda)
  addLedgerAlarms(scope, deployment)
  if (intake) addIntakeAlarms(scope, deployment, intake)
  addLetterAlarms(scope, deployment)
  if (alarmTopicArn !== undefined) tellTopic(scope, alarmTopicArn)
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
    tells: 'Dead letters wait for a decision.',
    metric: queues.deadLetters.metricApproximateNumberOfMessagesVisible(highest),
    threshold: thresholds.deadLettersAlarm,
  })
  addAlarm(scope, deployment, {
    ...{ id: 'InFlight', name: `${names.changesQueue}-in-flight`, runbook: 'Messages in flight' },
    tells: 'So many changes wait that SQS will soon give out no more.',
    metric: queues.changes.metricApproximateNumberOfMessagesNotVisible(highest),
    threshold: thresholds.inFlightAlarm,
  })
  addAlarm(scope, deployment, {
    ...{ id: 'NotConsumed', name: `${names.changesQueue}-not-consumed`, runbook: 'Changes not consumed' },
    tells: 'Changes wait on the queue, and nobody has received one for a quarter of an hour.',
    metric: notConsumed(queues),
    threshold: 1,
    periods: 3,
    // A queue that nobody calls for six hours has no metrics: what was wrong before is still wrong.
    missing: TreatMissingData.IGNORE,
  })
}

/** 1 for each five minutes in which messages are visible and none is received. SQS may not count receives where there are none. */
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
    tells: `The ${what} function crashed, ran out of time or could not start.`,
    metric: made.metricErrors(sum),
    threshold: 1,
  })
  addAlarm(scope, deployment, {
    ...{ id: `${logicalName(what)}Throttles`, name: `${name}-throttles`, runbook: 'Function throttles' },
    tells: `Lambda did not let the ${what} function run.`,
    metric: made.metricThrottles(sum),
    threshold: 1,
  })
}

/** DynamoDB counts reads and writes apart, and only where one was throttled. */
function addLedgerAlarms(scope: Construct, deployment: Deployment): void {
  const { names } = deployment
  for (const what of ['Read', 'Write']) {
    addAlarm(scope, deployment, {
      id: `Ledger${what}Throttles`,
      name: `${names.ledgerTable}-${what.toLowerCase()}-throttles`,
      runbook: 'Ledger throttles',
      tells: `DynamoDB throttled ${what.toLowerCase()}s of the ledger.`,
      metric: ledgerMetric(names, `${what}ThrottleEvents`, { statistic: Stats.SUM }),
      threshold: 1,
    })
  }
}

/** So many drains in a row fail before the alarm goes off. */
const drainsMissed = 3

/**
 * No letter ages out silently. One alarm watches the age of the oldest letter. Where letters are drained on a schedule, another goes
 * off when that age stops coming: missing data is trouble there alone.
 */
function addLetterAlarms(scope: Construct, deployment: Deployment): void {
  const { names, timings, drains } = deployment
  const periodSeconds = timings.drainEveryMinutes * 60
  addAlarm(scope, deployment, {
    ...{ id: 'OldestLetter', name: `${names.deadLetterQueue}-oldest`, runbook: 'Oldest dead letter' },
    tells:
      'A dead letter is so old that it should have been renewed: SQS deletes it fourteen days after it was sent.',
    metric: oldestLetterAge(names, { statistic: Stats.MAXIMUM, periodSeconds }),
    threshold: timings.oldestLetterSeconds,
  })
  if (!drains) return

  addAlarm(scope, deployment, {
    ...{ id: 'Drain', name: `${names.deadLetterQueue}-not-drained`, runbook: 'Letters not drained' },
    tells: 'The age of the oldest dead letter stopped coming: letters are neither drained nor renewed.',
    metric: oldestLetterAge(names, { statistic: Stats.SAMPLE_COUNT, periodSeconds }),
    ...{ threshold: 1, below: true, periods: drainsMissed, missing: TreatMissingData.BREACHING },
  })
}
