import { ChangeMessageVisibilityBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { LetterAttributes } from '../core/letter.ts'
import type { Queues } from '../core/ports.ts'
import { clientOptions } from './client.ts'

/** The most entries that SQS takes in one batch request. */
const batchSize = 10

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
    if (Failed.length > 0) {
      throw new Error(`${Failed.length} of ${entries.length} delays refused: ${Failed[0]?.Code ?? 'no code'}`)
    }
  }

  return {
    sendDeadLetter: async (body, attributes) => {
      const MessageAttributes = toSqs(attributes)
      await client.send(
        new SendMessageCommand({ QueueUrl: deadLetterUrl, MessageBody: body, MessageAttributes }),
      )
    },
    delay: async delays => {
      const batches = Array.from({ length: Math.ceil(delays.length / batchSize) }, (_, index) =>
        delayBatch(delays.slice(index * batchSize, (index + 1) * batchSize)),
      )
      const failed = (await Promise.allSettled(batches)).find(result => result.status === 'rejected')
      if (failed) throw failed.reason
    },
  }
}

const toSqs = (attributes: LetterAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
