import { Validations } from 'aws-cdk-lib'
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { limits } from '../config.ts'

/** Feeds the changes queue to the sync function: small batches, each message answered for by itself, and a cap. */
export function addEventSource(
  scope: Construct,
  queue: IQueue,
  target: IFunction,
  maxConcurrency: number,
): EventSourceMapping {
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
      'A queue has no failure destination: what cannot be applied is dead-lettered by the function or by SQS.',
  })
  return mapping
}
