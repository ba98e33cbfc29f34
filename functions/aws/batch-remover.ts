import { DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { batchSize } from './sqs-batch.ts'

interface Removal {
  readonly receipt: string
  readonly settle: (error?: Error) => void
}

/** Deletes messages by their receipts; what is asked for in one turn of the event loop goes in batches. */
export function createRemover(queueUrl: string, client: SQSClient): (receipt: string) => Promise<void> {
  let waiting: Removal[] = []

  const flush = async (): Promise<void> => {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    const Entries = batch.map(({ receipt }, n) => ({ Id: String(n), ReceiptHandle: receipt }))
    try {
      const { Failed = [] } = await client.send(
        new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
      )
      const failures = new Map(Failed.map(({ Id, Code = 'no code' }) => [Id, Code]))
      for (const [n, { settle }] of batch.entries()) {
        const code = failures.get(String(n))
        settle(code === undefined ? undefined : new Error(`a letter could not be deleted: ${code}`))
      }
    } catch (error) {
      for (const { settle } of batch) settle(error as Error)
    }
  }

  return receipt =>
    new Promise((resolve, reject) => {
      waiting.push({ receipt, settle: error => (error ? reject(error) : resolve()) })
      if (waiting.length === 1) setImmediate(flush)
      if (waiting.length === batchSize) void flush()
    })
}
