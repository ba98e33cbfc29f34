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

/** How letters are looked at. */
export interface LookOptions {
  /** How long a letter is hidden should this process die, in seconds: longer than the loop takes for a hundred. */
  readonly hideSeconds: number
  /** Ends the look; it is over within about a second. */
  readonly signal?: AbortSignal
  /** How many receives are made at once. */
  readonly parallel?: number
  /** Whether to believe quick answers that the queue is empty: SQS gives them from a sample of its servers. */
  readonly quick?: boolean
  /** How long the look waits, in all, for letters that somebody else is looking at, in seconds; not at all unless given. */
  readonly patienceSeconds?: number
  /** Told, when a look with patience has come to its end, how many letters were hidden still, as SQS estimates. */
  readonly onHidden?: (count: number) => void
}

/** Receives at once, unless it is said; their letters, up to 256 KiB each, are all that is held in memory. */
const usualParallel = 8

/** How long SQS waits for a letter before it says that there is none, in seconds: then it has asked all its servers. */
export const sureSeconds = 1

/**
 * Looks at every letter of a queue once (see `Letters`). Receives in rounds of quick ones; once a round brings nothing, a slow
 * round has to bring nothing either. Somebody else's letters come into view when they let go of them: a look that just ended
 * hides its letters for a second. Remembers ids and receipts, never bodies. `receipts` holds the newest of each letter.
 */
export async function* look(
  queueUrl: string,
  client: SQSClient,
  receipts: Map<string, string>,
  counts: () => Promise<{ readonly hidden: number }>,
  options: LookOptions,
): AsyncGenerator<DeadLetter, void, undefined> {
  const { hideSeconds, signal, parallel = usualParallel, quick = false, patienceSeconds, onHidden } = options
  const seen = new Set<string>()

  const receive = async (WaitTimeSeconds: number): Promise<DeadLetter[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: sqsBatchSize,
        VisibilityTimeout: hideSeconds,
        WaitTimeSeconds,
        MessageSystemAttributeNames: letterSystemAttributes,
        MessageAttributeNames: ['All'],
      }),
    )
    return Messages.map(letterOf)
  }
  /** What no receive of the look brought before; all that came, also beside one that failed, is known to be hidden. */
  const round = async (waitSeconds: number): Promise<{ came: number; fresh: DeadLetter[] }> => {
    const results = await Promise.allSettled(Array.from({ length: parallel }, () => receive(waitSeconds)))
    const came = results.filter(result => result.status === 'fulfilled').flatMap(({ value }) => value)
    const fresh = came.filter(({ messageId, receipt }) => {
      const isFresh = !seen.has(messageId)
      // Hidden again after its time ran out; one that was removed meanwhile is not ours any more.
      if (isFresh || receipts.has(messageId)) receipts.set(messageId, receipt)
      seen.add(messageId)
      return isFresh
    })
    const failed = results.find(result => result.status === 'rejected')
    if (failed) throw failed.reason
    return { came: came.length, fresh }
  }

  /** How many letters somebody else is looking at: those of this look are hidden as well. */
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
      // Letters whose time ran out come back while others were not seen yet, but not for ever.
      again = fresh.length > 0 ? 0 : again + came
      if (again > 2 * seen.size) return
    }
  } finally {
    await show(queueUrl, client, take(receipts, seen))
  }
}

/** The receipts of the letters that were not removed, out of the map. */
function take(receipts: Map<string, string>, ids: ReadonlySet<string>): string[] {
  return [...ids].flatMap(id => {
    const receipt = receipts.get(id)
    receipts.delete(id)
    return receipt === undefined ? [] : [receipt]
  })
}

/** Makes letters visible again at once. One that cannot be is visible when its visibility timeout ends. */
const show = (queueUrl: string, client: SQSClient, receipts: readonly string[]): Promise<void> =>
  forEachOf(inBatches(receipts), usualParallel, async batch => {
    const Entries = batch.map((ReceiptHandle, n) => ({ Id: String(n), ReceiptHandle, VisibilityTimeout: 0 }))
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })
    await client.send(command).catch(() => undefined)
  })
