import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { executionArn, firstInput } from '../services/durable-executions.ts'
import { durable, starter } from './durable.ts'

/** Lambda's part between the two functions: each execution that was started is invoked at once, here in the same process. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const response = await starter(event)
  await Promise.all(
    event.Records.map(async ({ messageId, body }) => {
      const { Status } = await durable(firstInput(executionArn(messageId), body), context)
      if (Status !== 'SUCCEEDED') throw new Error(`an execution is ${Status} after its first invocation`)
    }),
  )
  return response
}
