import { Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { dueMetrics } from '../../functions/core/resource-names.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { functionCode } from './function-code.ts'
import { addFunction, addRate, allowing, type MadeFunction } from './lambda-function.ts'
import type { Queues } from './queue-constructs.ts'
import { addAlarm } from './runbook-alarm.ts'
import { addDueSecret } from './secret-constructs.ts'
import { dueMetric } from './stage-metrics.ts'
import { addDueTable } from './table-constructs.ts'

/** What a stage has for changes that take effect later. */
export interface DueParts {
  readonly table: TableV2
  /** The key that encrypts what names a person. */
  readonly secret: Secret
  readonly lambda: MadeFunction
}

/** Adds the table of due changes with its key, and the function that puts them on the changes queue. It calls no target, and reads no ledger. */
export function addDue(
  scope: Construct,
  deployment: Deployment,
  { changes }: Pick<Queues, 'changes'>,
): DueParts {
  const { names } = deployment
  const table = addDueTable(scope, names.dueTable)
  const secret = addDueSecret(scope, names.dueSecret)
  const lambda = addFunction(scope, deployment, {
    id: 'Due',
    name: names.dueFunction,
    description: 'Puts changes that take effect later on the changes queue',
    code: functionCode('due', {}),
    timeoutSeconds: limits.dueTimeoutSeconds,
    memoryMiB: limits.dueMemoryMiB,
    // `functions/due/due-settings.ts` parses these. A test compares the two.
    environment: { CHANGES_QUEUE_URL: changes.queueUrl, ...dueSettings({ table, secret }) },
    whyNoDeadLetters:
      'The next invocation sends what a failed one left, and an alarm reports changes that are late.',
  })
  const allow = allowing(lambda)
  allow(['sqs:SendMessage'], changes.queueArn)
  allow(['dynamodb:Query', 'dynamodb:BatchWriteItem'], table.tableArn)
  allow(['secretsmanager:GetSecretValue'], secret.secretArn)
  addRate(scope, lambda, {
    id: 'DueSchedule',
    description: 'Puts on the changes queue of role-sync what is due',
    everyMinutes: 1,
    event: {},
    whyNoDeadLetters:
      'After a missed invocation the next one does the same work, and an alarm reports changes that are late.',
  })
  return { table, secret, lambda }
}

/** The settings of the functions that use the table of due changes. */
export const dueSettings = ({
  table,
  secret,
}: Pick<DueParts, 'table' | 'secret'>): Record<string, string> => ({
  DUE_TABLE: table.tableName,
  DUE_SECRET_ARN: secret.secretArn,
})

/** Adds the alarm on changes that are due and not on the queue. It rings too if the function does not run. */
export function addDueAlarm(scope: Construct, deployment: Deployment): void {
  const { names } = deployment
  addAlarm(scope, deployment, {
    ...{ id: 'DueLate', name: `${names.dueFunction}-late`, runbook: 'Due changes late' },
    summary: 'A change was not put on the queue at its instant, or nobody looks for what is due.',
    metric: dueMetric(names, dueMetrics.late, { statistic: Stats.MAXIMUM }),
    ...{ threshold: limits.dueLateSeconds, periods: 2, missing: TreatMissingData.BREACHING },
  })
}
