import { DeleteMessageBatchCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetter } from '../core/dead-letter/dead-letter.ts'
import { sqsBatchSize } from '../core/sqs-limits.ts'
import { clientOptions } from './client-options.ts'
import { type LookOptions, look, sureSeconds } from './receive-letters.ts'
import { createSender, type SendTo } from './sqs-send.ts'

export type { LookOptions }

/** The dead-letter queue. All of its methods reject when SQS refuses or does not answer. */
export interface Letters {
  /** How many letters there are, by SQS's own estimate: `hidden` are being looked at, by anybody. */
  readonly counts: () => Promise<{ readonly visible: number; readonly hidden: number }>
  /**
   * Every letter that is visible, once, and hides it meanwhile; in no order. However the loop ends, letters that were not
   * removed are visible again soon after. Rejects with the signal's reason when that is aborted.
   */
  readonly look: (options: LookOptions) => AsyncIterable<DeadLetter>
  /** Deletes a letter for good. */
  readonly remove: (letter: DeadLetter) => Promise<void>
  /** Puts a letter on the dead-letter queue: one that is renewed or was corrected. */
  readonly send: SendTo
}

/**
 * How a function's client waits for letters: longer than for a message, since SQS itself waits in a receive, and what a
 * receive brought that was given up stays hidden for a while. In milliseconds.
 */
export const letterOptions = {
  ...clientOptions,
  requestHandler: { ...clientOptions.requestHandler, requestTimeout: sureSeconds * 1000 + 4000 },
}

/** The dead-letter queue at this URL. */
export function createLetters(deadLetterUrl: string, client = new SQSClient(letterOptions)): Letters {
  /** The newest receipt of each letter that is being looked at: an older one may delete nothing. */
  const receipts = new Map<string, string>()
  const remove = createRemover(deadLetterUrl, client)

  const counts: Letters['counts'] = async () => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: deadLetterUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    )
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    }
  }
  return {
    counts,
    look: options => look(deadLetterUrl, client, receipts, counts, options),
    remove: async ({ messageId, receipt }) => {
      await remove(receipts.get(messageId) ?? receipt)
      receipts.delete(messageId)
    },
    send: createSender(deadLetterUrl, client),
  }
}

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
      const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
      const failures = new Map(Failed?.map(({ Id, Code = 'no code' }) => [Id, Code]))
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
      if (waiting.length === sqsBatchSize) void flush()
    })
}
