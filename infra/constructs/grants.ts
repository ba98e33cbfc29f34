import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Queues } from './queue-constructs.ts'

const allowing =
  (grantee: IGrantable) =>
  (actions: string[], ...resourceArns: string[]) =>
    Grant.addToPrincipal({ grantee, actions, resourceArns })

/**
 * What the sync function may do, call by call. The `grant…` methods of the constructs give more: `GetQueueUrl` and
 * `DescribeSecret` are called by nobody here.
 */
export function grantSync(
  sync: IGrantable,
  queues: Queues,
  ledger: TableV2,
  secrets: readonly Secret[],
): void {
  const allow = allowing(sync)

  // The first three are the event source mapping's, which acts with the function's role.
  allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    queues.changes.queueArn,
  )
  // To the changes queue go the events of people's members.
  allow(['sqs:SendMessage'], queues.deadLetters.queueArn, queues.changes.queueArn)
  allow(['dynamodb:GetItem', 'dynamodb:PutItem'], ledger.tableArn)
  allow(['secretsmanager:GetSecretValue'], ...secrets.map(secret => secret.secretArn))
}

/** What the replay function may do. It sends to targets nothing and has none of their secrets; the ledger it only reads. */
export function grantReplay(replay: IGrantable, queues: Queues, ledger: TableV2): void {
  const allow = allowing(replay)
  allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:SendMessage'],
    queues.deadLetters.queueArn,
  )
  allow(['sqs:SendMessage'], queues.changes.queueArn)
  allow(['dynamodb:GetItem'], ledger.tableArn)
}

/** What the intake function may do: put changes on the queue, and read what its sources are verified with. */
export function grantIntake(intake: IGrantable, queues: Queues, secrets: readonly Secret[]): void {
  const allow = allowing(intake)
  allow(['sqs:SendMessage'], queues.changes.queueArn)
  allow(['secretsmanager:GetSecretValue'], ...secrets.map(secret => secret.secretArn))
}
