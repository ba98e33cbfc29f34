import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption, type QueueProps, RedrivePermission } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { principalOf } from '../context/producer-principal.ts'

/** The two queues of a stage. */
export interface Queues {
  readonly changes: Queue
  readonly deadLetters: Queue
}

/** Both queues are encrypted at rest, accept only TLS, have SQS's maximum retention, and are kept if the stack is deleted. */
const common = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.seconds(limits.retentionSeconds),
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} satisfies QueueProps

/** Adds the changes queue and its dead-letter queue. They are standard queues, because the ledger keeps the order. */
export function addQueues(scope: Construct, { names, producers, timings }: Deployment): Queues {
  // The ARN is built from the name, because the changes queue already refers to its dead-letter queue.
  const changesArn = Stack.of(scope).formatArn({ service: 'sqs', resource: names.changesQueue })
  const deadLetters = new Queue(scope, 'DeadLetters', {
    ...common,
    queueName: names.deadLetterQueue,
    maxMessageSizeBytes: limits.deadLettersMaxBytes,
    // A dead letter of another queue would be replayed to this stage.
    redriveAllowPolicy: {
      redrivePermission: RedrivePermission.BY_QUEUE,
      sourceQueues: [Queue.fromQueueArn(scope, 'ChangesByName', changesArn)],
    },
  })
  Validations.of(deadLetters).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'It is the dead-letter queue: its messages wait for an operator and go back by replay.',
  })

  const changes = new Queue(scope, 'Changes', {
    ...common,
    queueName: names.changesQueue,
    maxMessageSizeBytes: limits.changesMaxBytes,
    visibilityTimeout: Duration.seconds(timings.visibilitySeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: limits.maxReceiveCount },
    // Another queue with this one as its dead-letter queue would be an undeclared producer.
    redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
  })
  for (const producer of producers) allowToSend(changes, producer)
  return { changes, deadLetters }
}

/** A producer may only send. With receive or delete it could remove a change. */
function allowToSend(queue: Queue, producer: string): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      principals: [principalOf(producer)],
      resources: [queue.queueArn],
    }),
  )
}
