import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { clientOptions } from './client-options.ts'
import { entriesOf, inBatches } from './sqs-batch.ts'

/** Sends messages to a queue; rejects unless SQS has every one of them. What it has by then stays. */
export type SendAll = (bodies: readonly string[], signal: AbortSignal) => Promise<void>

/** Batches in flight at once. */
const parallel = 10

/**
 * The way to a queue for many messages, in batches of ten: events of at most 64 KiB each, so that a batch stays under SQS's
 * limit of 1 MiB.
 */
export function createBatchSender(queueUrl: string, client = new SQSClient(clientOptions)): SendAll {
  const sendBatch = async (bodies: readonly string[], abortSignal: AbortSignal): Promise<void> => {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entriesOf(bodies) }),
      { abortSignal },
    )
    if (Failed.length > 0) {
      throw new Error(
        `${Failed.length} of ${bodies.length} messages refused: ${Failed[0]?.Code ?? 'no code'}`,
      )
    }
  }

  return async (bodies, signal) => {
    const waiting = inBatches(bodies)
    const failures: unknown[] = []
    const work = async (): Promise<void> => {
      for (let batch = waiting.shift(); batch && failures.length === 0; batch = waiting.shift()) {
        await sendBatch(batch, signal).catch(error => void failures.push(error))
      }
    }
    await Promise.all(Array.from({ length: parallel }, work))
    if (failures.length > 0) throw failures[0]
  }
}
