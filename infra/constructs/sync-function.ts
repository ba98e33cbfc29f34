import { Validations } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { outcomeSource } from '../../functions/core/history/outcome-event.ts'
import { settingNames } from '../../functions/targets/index.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import type { TargetDeployment } from '../context/target-deployment.ts'
import { type ApprovalParts, approvalSettings } from './approve-function.ts'
import { type DueParts, dueSettings } from './due-function.ts'
import { functionCode } from './function-code.ts'
import { addFunction, allowing, type MadeFunction, ms, senderIdOf } from './lambda-function.ts'
import type { Queues } from './queue-constructs.ts'

/** The resources that the sync function uses. */
export interface SyncParts {
  readonly queues: Queues
  readonly ledger: TableV2
  readonly history: TableV2 | undefined
  /** The topic of outcomes. */
  readonly topic: ITopic | undefined
  readonly targets: readonly (TargetDeployment & { readonly secret: Secret })[]
  readonly personSecret: Secret
  readonly approvals: ApprovalParts | undefined
  /** The sweep's table, if a rule for bursts has a share and the sweep is on. */
  readonly readings: TableV2 | undefined
  /** The key of re-assertions. */
  readonly reassertSecret: Secret | undefined
  readonly due: DueParts
}

/** Adds the sync function, which consumes the changes queue. */
export function addSyncFunction(scope: Construct, deployment: Deployment, parts: SyncParts): MadeFunction {
  const sync = addFunction(scope, deployment, {
    id: 'Sync',
    name: deployment.names.syncFunction,
    description: 'Applies role changes at their targets',
    code: functionCode('sync', { roles: deployment.rolesFile, guards: deployment.guardsFile }),
    timeoutSeconds: deployment.timings.functionTimeoutSeconds,
    environment: environmentOf(deployment, parts),
    whyNoDeadLetters:
      'The setting is for asynchronous calls. Here the queue calls the function, and has a dead-letter queue.',
  })
  grant(sync, parts)
  addEventSource(scope, parts.queues.changes, sync, deployment.timings.maxConcurrency)
  return sync
}

/** The sync function's settings. `functions/sync/sync-settings.ts` parses them; a test compares the two. */
function environmentOf(
  { stage, timings, history: kept }: Deployment,
  {
    queues,
    ledger,
    history,
    topic,
    targets,
    personSecret,
    approvals,
    readings,
    reassertSecret,
    due,
  }: SyncParts,
): Record<string, string> {
  return {
    CHANGES_QUEUE_URL: queues.changes.queueUrl,
    DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
    LEDGER_TABLE: ledger.tableName,
    ...(history && kept && { HISTORY_TABLE: history.tableName, HISTORY_DAYS: String(kept.days) }),
    ...(topic && { OUTCOMES_TOPIC_ARN: topic.topicArn, OUTCOMES_SOURCE: outcomeSource(stage) }),
    ...Object.assign({}, ...targets.map(targetSettings)),
    ...(approvals && {
      ...approvalSettings(approvals.table, approvals.needed),
      DUE_SENDER: senderIdOf(due.lambda),
    }),
    ...(readings && { SWEEP_TABLE: readings.tableName }),
    ...(reassertSecret && { REASSERT_SECRET_ARN: reassertSecret.secretArn }),
    ...dueSettings(due),
    PERSON_SECRET_ARN: personSecret.secretArn,
    PERSON_MEMORY_MS: ms(timings.personMemorySeconds),
    RETRY_FROM_MS: ms(timings.retryFromSeconds),
    RETRY_CAP_MS: ms(timings.retryCapSeconds),
    REQUEST_TIMEOUT_MS: ms(timings.requestTimeoutSeconds),
    LAND_WITHIN_MS: ms(timings.landWithinSeconds),
    LEASE_MS: ms(timings.leaseSeconds),
    CLOSING_MS: ms(timings.closingSeconds),
    GIVE_UP_MS: ms(timings.giveUpSeconds),
    GIVE_UP_AT_LATEST_MS: ms(timings.giveUpAtLatestSeconds),
    NOT_FOUND_GRACE_MS: ms(timings.notFoundGraceSeconds),
    BREAKER_OPEN_MS: ms(timings.breakerOpenSeconds),
  }
}

/** The settings of a target, for the functions that call it. */
export function targetSettings({
  name,
  url,
  secret,
  options,
}: SyncParts['targets'][number]): Record<string, string> {
  const names = settingNames(name)
  return { [names.url]: url, [names.secret]: secret.secretArn, ...options }
}

function grant(sync: IGrantable, parts: SyncParts): void {
  const { queues, ledger, history, topic, targets, personSecret, approvals, readings, reassertSecret, due } =
    parts
  const allow = allowing(sync)

  // The event source mapping uses the function's role for the first three calls.
  allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    queues.changes.queueArn,
  )
  // The function sends the events of people's members, and ends that are near, to the changes queue.
  allow(['sqs:SendMessage'], queues.deadLetters.queueArn, queues.changes.queueArn)
  allow(['dynamodb:GetItem', 'dynamodb:PutItem'], ledger.tableArn)
  if (history) allow(['dynamodb:BatchWriteItem', 'dynamodb:PutItem'], history.tableArn)
  if (approvals) allow(['dynamodb:Query'], approvals.table.tableArn)
  if (readings) allow(['dynamodb:GetItem'], readings.tableArn)
  if (topic) allow(['sns:Publish'], topic.topicArn)
  allow(['dynamodb:PutItem'], due.table.tableArn)
  allow(
    ['secretsmanager:GetSecretValue'],
    ...targets.map(({ secret }) => secret.secretArn),
    personSecret.secretArn,
    due.secret.secretArn,
    ...(reassertSecret ? [reassertSecret.secretArn] : []),
  )
}

/** Connects the changes queue to the sync function: small batches, limited concurrency, partial batch responses. */
function addEventSource(scope: Construct, queue: IQueue, target: IFunction, maxConcurrency: number): void {
  const mapping = new EventSourceMapping(scope, 'ChangesToSync', {
    target,
    eventSourceArn: queue.queueArn,
    batchSize: limits.batchSize,
    reportBatchItemFailures: true,
    maxConcurrency,
  })
  Validations.of(mapping).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason:
      'A queue has no failure destination: the function or SQS dead-letters a message that cannot be applied.',
  })
}
