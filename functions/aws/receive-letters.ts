import {
  ChangeMessageVisibilityBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { DeadLetter } from '../core/dead-letter/dead-letter.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { sqsBatchSize } from '../core/sqs-limits.ts'
import { letterOf, letterSystemAttributes } from './received-letter.ts'
import { inBatches } from './sqs-send.ts'

/** How letters are received. */
export interface LookOptions {
  /** How long a letter stays hidden if this process dies, in seconds: longer than the loop takes for a hundred letters. */
  readonly hideSeconds: number
  /** Ends the loop within about a second. */
  readonly signal?: AbortSignal
  /** How many receives run at once. */
  readonly parallel?: number
  /** Accepts a short-polling answer that the queue is empty: SQS then asks only some of its servers. */
  readonly quick?: boolean
  /** How long to wait in total for letters that another reader has, in seconds; no wait by default. */
  readonly patienceSeconds?: number
  /** Called at the end, if `patienceSeconds` is given, with the number of letters that are still hidden, as SQS estimates. */
  readonly onHidden?: (count: number) => void
  /** Awaited before the letters become visible again: no other reader may receive a letter that is still handled. */
  readonly idle?: () => Promise<unknown>
}

/** The default of `parallel`. Only the letters of these receives, up to 256 KiB each, are in memory. */
const usualParallel = 8

/** The wait time of a long-polling receive, in seconds: SQS then asks all its servers. */
export const sureSeconds = 1

/**
 * Receives every letter of a queue once (see `Letters`), in rounds of short polling. After an empty round, a round of long polling
 * must be empty too. Letters of another reader become visible when that reader ends; this takes up to a second. It remembers ids
 * and receipts, never bodies. `receipts` holds the newest receipt of each letter.
 */
export async function* look(
  queueUrl: string,
  client: SQSClient,
  receipts: Map<string, string>,
  counts: () => Promise<{ readonly hidden: number }>,
  options: LookOptions,
  trusted?: ReadonlySet<string>,
): AsyncGenerator<DeadLetter, void, undefined> {
  const { hideSeconds, signal, parallel = usualParallel, quick = false } = options
  const { patienceSeconds, onHidden, idle } = options
  const seen = new Set<string>()

  const receive = async (WaitTimeSeconds: number): Promise<DeadLetter[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: sqsBatchSize,
        VisibilityTimeout: hideSeconds,
        WaitTimeSeconds,
        MessageSystemAttributeNames: trusted
          ? [...letterSystemAttributes, 'SenderId']
          : letterSystemAttributes,
        MessageAttributeNames: ['All'],
      }),
    )
    return Messages.map(message => letterOf(message, trusted))
  }
  /** Runs one round and returns its new letters. Notes the receipts of all received letters, even if a receive failed. */
  const round = async (waitSeconds: number): Promise<{ came: number; fresh: DeadLetter[] }> => {
    const results = await Promise.allSettled(Array.from({ length: parallel }, () => receive(waitSeconds)))
    const came = results.filter(result => result.status === 'fulfilled').flatMap(({ value }) => value)
    const fresh = came.filter(({ messageId, receipt }) => {
      const isFresh = !seen.has(messageId)
      // A letter that became visible again is hidden again. A removed letter has no receipt to note.
      if (isFresh || receipts.has(messageId)) receipts.set(messageId, receipt)
      seen.add(messageId)
      return isFresh
    })
    const failed = results.find(result => result.status === 'rejected')
    if (failed) throw failed.reason
    return { came: came.length, fresh }
  }

  /** How many letters other readers have: all hidden letters without our own. */
  const hiddenByOthers = async (): Promise<number> => {
    const { hidden } = await counts()
    return Math.max(0, hidden - [...seen].filter(id => receipts.has(id)).length)
  }

  try {
    let again = 0
    let waited = 0
    for (let sure = false; ; ) {
      signal?.throwIfAborted()
      const { came, fresh } = await round(sure ? sureSeconds : 0)
      for (const letter of fresh) {
        signal?.throwIfAborted()
        yield letter
      }
      if (came === 0 && (sure || quick)) {
        if (patienceSeconds === undefined) return
        const hidden = await hiddenByOthers()
        if (hidden === 0 || waited >= patienceSeconds) return onHidden?.(hidden)
        waited += sureSeconds
      }
      sure = came === 0
      // Letters become visible again after their timeout. Too many repeats without a new letter end the loop.
      again = fresh.length > 0 ? 0 : again + came
      if (again > 2 * seen.size) return
    }
  } finally {
    await idle?.()
    await show(queueUrl, client, take(receipts, seen))
  }
}

/** Removes the receipts of these letters from the map, and returns them. */
function take(receipts: Map<string, string>, ids: ReadonlySet<string>): string[] {
  return [...ids].flatMap(id => {
    const receipt = receipts.get(id)
    receipts.delete(id)
    return receipt === undefined ? [] : [receipt]
  })
}

/** Makes letters visible again at once. If that fails, they are visible after their visibility timeout. */
const show = (queueUrl: string, client: SQSClient, receipts: readonly string[]): Promise<void> =>
  forEachOf(inBatches(receipts), usualParallel, async batch => {
    const Entries = batch.map((ReceiptHandle, n) => ({ Id: String(n), ReceiptHandle, VisibilityTimeout: 0 }))
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })
    await client.send(command).catch(() => undefined)
  })
