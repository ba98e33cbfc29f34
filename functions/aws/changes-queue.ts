import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Queues } from '../core/ports.ts'
import { clientOptions } from './client-options.ts'
import { inBatches, sendAll, toSqs } from './sqs-batch.ts'

/** The changes queue, on which messages wait, and the dead-letter queue, by URL. */
export function createQueues(
  changesUrl: string,
  deadLetterUrl: string,
  client = new SQSClient(clientOptions),
): Queues {
  const delayBatch = async (entries: Parameters<Queues['delay']>[0]): Promise<void> => {
    const { Failed = [] } = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: changesUrl,
        Entries: entries.map(({ message, seconds }, index) => ({
          ...{ Id: String(index), ReceiptHandle: message.receipt, VisibilityTimeout: seconds },
        })),
      }),
    )
    const [first] = Failed
    if (first)
      throw new Error(`${Failed.length} of ${entries.length} delays refused: ${first.Code ?? 'no code'}`)
  }

  return {
    enqueue: bodies => sendAll(client, changesUrl, bodies),
    sendDeadLetter: async (body, attributes) => {
      const MessageAttributes = toSqs(attributes)
      await client.send(
        new SendMessageCommand({ QueueUrl: deadLetterUrl, MessageBody: body, MessageAttributes }),
      )
    },
    delay: delays => all(inBatches(delays).map(delayBatch)),
  }
}

/** Waits for all, and rejects then if one was rejected. */
async function all(sendings: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(sendings)).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Sends events to a queue. Rejects unless SQS has every one of them; what it has by then stays. */
export type SendAll = (bodies: readonly string[], signal: AbortSignal) => Promise<void>

/** The way to the changes queue for the events of a delivery. */
export const createBatchSender =
  (queueUrl: string, client = new SQSClient(clientOptions)): SendAll =>
  (bodies, signal) =>
    sendAll(client, queueUrl, bodies, signal)
