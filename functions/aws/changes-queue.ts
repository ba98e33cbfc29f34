import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { senderAttribute } from '../core/guard/sender.ts'
import type { Queues } from '../core/ports.ts'
import { clientOptions } from './client-options.ts'
import { inBatches, sendAll } from './sqs-send.ts'

/** The changes queue at this URL. */
export function createChangesQueue(
  changesUrl: string,
  client = new SQSClient(clientOptions),
): Omit<Queues, 'sendDeadLetter'> {
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
    enqueue: (bodies, sender, seconds) =>
      sendAll(client, changesUrl, bodies, undefined, senderAttribute(sender), seconds),
    delay: delays => all(inBatches(delays).map(delayBatch)),
  }
}

/** Waits for all, then rejects if one rejected. */
async function all(sendings: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(sendings)).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Sends events of a sender to a queue. Rejects unless SQS accepted all of them; the accepted ones stay. */
export type SendAll = (bodies: readonly string[], signal: AbortSignal, sender?: string) => Promise<void>

/** Creates the sender of a delivery's events to the changes queue. */
export const createBatchSender =
  (queueUrl: string, client = new SQSClient(clientOptions)): SendAll =>
  (bodies, signal, sender) =>
    sendAll(client, queueUrl, bodies, signal, senderAttribute(sender))
