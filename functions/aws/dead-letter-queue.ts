import { DeleteMessageBatchCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetter } from '../core/dead-letter/dead-letter.ts'
import { sqsBatchSize } from '../core/sqs-limits.ts'
import { clientOptions } from './client-options.ts'
import { type LookOptions, look, sureSeconds } from './receive-letters.ts'
import { createSender, type SendTo } from './sqs-send.ts'

export type { LookOptions }

/** The dead-letter queue. All methods reject if SQS refuses or does not answer. */
export interface Letters {
  /** The number of letters, as SQS estimates. `hidden`: a reader has them. */
  readonly counts: () => Promise<{ readonly visible: number; readonly hidden: number }>
  /**
   * Receives every visible letter once, in no order, and hides it from others. After the loop, letters that were not removed
   * become visible again. Rejects with the signal's reason after an abort.
   */
  readonly look: (options: LookOptions) => AsyncIterable<DeadLetter>
  /** Deletes a letter. */
  readonly remove: (letter: DeadLetter) => Promise<void>
  /** Sends a renewed or corrected letter to the dead-letter queue. */
  readonly send: SendTo
}

/**
 * The timeouts of a function's client for letters, in milliseconds. They are longer than others, because SQS itself waits in a
 * receive. The letters of a receive that timed out would stay hidden for a while.
 */
export const letterOptions = {
  ...clientOptions,
  requestHandler: { ...clientOptions.requestHandler, requestTimeout: sureSeconds * 1000 + 4000 },
}

/** The dead-letter queue at this URL. `trusted`: the functions of role-sync, whose word on the sender of a letter is believed. */
export function createLetters(
  deadLetterUrl: string,
  client = new SQSClient(letterOptions),
  trusted?: ReadonlySet<string>,
): Letters {
  /** The newest receipt of each received letter: a delete with an older one may have no effect. */
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
    look: options => look(deadLetterUrl, client, receipts, counts, options, trusted),
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

/** Creates the function that deletes messages by receipt. Calls in one turn of the event loop are batched. */
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
