import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { type PeerChange, writeByFetch } from './change.ts'

/**
 * Lambda durable functions: an event source mapping neither retries an execution longer than 15 minutes nor knows it by name, so a plain
 * function behind the queue starts one execution for each message, named by the message id, as the documentation advises.
 */

const lambda = new LambdaClient({})

/** The plain function behind the queue. A message whose execution is not started comes again. */
export async function starter({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const started = await Promise.allSettled(Records.map(start))
  return {
    batchItemFailures: Records.filter((_, index) => started[index]?.status === 'rejected').map(
      ({ messageId }) => ({ itemIdentifier: messageId }),
    ),
  }
}

const start = ({ messageId, body }: SQSRecord) =>
  lambda.send(
    new InvokeCommand({
      ...{ FunctionName: 'bench-change:live', InvocationType: 'Event' },
      ...{ DurableExecutionName: messageId, Payload: body },
    }),
  )

/** The durable function: one step a write, with the default retries. */
export const durable = withDurableExecution(async (change: PeerChange, context: DurableContext) => {
  await context.step('write', () => writeByFetch(change))
  context.logger.info('Processed item', { id: change.id })
})
