import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { functionCode } from './function-code.ts'
import { addFunction, addRate, allowing, type MadeFunction, ms } from './lambda-function.ts'
import type { Queues } from './queue-constructs.ts'

/** Adds the replay function: it drains the dead-letter queue, and replays for operators without queue permissions. */
export function addReplayFunction(
  scope: Construct,
  deployment: Deployment,
  queues: Queues,
  ledger: TableV2,
): MadeFunction {
  const { names, timings, drains } = deployment
  const replay = addFunction(scope, deployment, {
    id: 'Replay',
    name: names.replayFunction,
    description: 'Replays dead letters, renews them, and removes superseded ones',
    code: functionCode('replay', { roles: deployment.rolesFile }),
    timeoutSeconds: timings.replayTimeoutSeconds,
    environment: environmentOf(deployment, queues, ledger),
    whyNoDeadLetters:
      'After a failed drain the next one does the same work, and an alarm reports missing drains. A replay answers its caller.',
  })
  grant(replay, queues, ledger)
  if (drains)
    addRate(scope, replay, {
      id: 'DrainSchedule',
      description: 'Drains the dead-letter queue of role-sync',
      everyMinutes: timings.drainEveryMinutes,
      // `functions/replay/replay-request.ts` parses it.
      event: { action: 'drain' },
      whyNoDeadLetters:
        'After a missed drain the next one does the same work, and an alarm reports the missing metric.',
    })
  return replay
}

/** The replay function's settings. `functions/replay/replay-settings.ts` parses them; a test compares the two. */
function environmentOf({ timings }: Deployment, queues: Queues, ledger: TableV2): Record<string, string> {
  return {
    CHANGES_QUEUE_URL: queues.changes.queueUrl,
    DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
    DEAD_LETTER_QUEUE_NAME: queues.deadLetters.queueName,
    LEDGER_TABLE: ledger.tableName,
    CLOSING_MS: ms(timings.closingSeconds),
    RENEW_AFTER_MS: ms(timings.renewAfterSeconds),
  }
}

/** The function calls no target, has no secret, and only reads the ledger. */
function grant(replay: IGrantable, queues: Queues, ledger: TableV2): void {
  const allow = allowing(replay)
  allow(
    [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:ChangeMessageVisibility',
      'sqs:SendMessage',
      'sqs:GetQueueAttributes',
    ],
    queues.deadLetters.queueArn,
  )
  allow(['sqs:SendMessage'], queues.changes.queueArn)
  allow(['dynamodb:GetItem'], ledger.tableArn)
}
