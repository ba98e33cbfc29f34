import type { DueTable } from '../aws/due-table.ts'
import { isRejection, type Sending, type SendResult, type SendSome } from '../aws/sqs-send.ts'
import { type DueItem, delaySeconds, dueAheadMs, dueShards, inDueOrder } from '../core/due/due-item.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { senderAttribute } from '../core/guard/sender.ts'
import { batchesOf } from '../core/sqs-limits.ts'

/** How many batches are sent at once. */
const parallel = 10

/** How many pages of a shard are in memory at once: 3000 items, and a mebibyte of each page at most. */
const pagesAtOnce = 12

const hourMs = 3_600_000

/** The most bytes that the attribute `sender` adds to a message. */
const senderBytes = 256

/** The dependencies of the due function. */
export interface DueWorld {
  readonly table: Pick<DueTable, 'dueUntil' | 'countUntil' | 'remove'>
  /** Rejects if SQS refuses the whole batch or does not answer. */
  readonly send: SendSome
  readonly log: {
    readonly round: (answer: DueAnswer) => void
    readonly trouble: (what: string, error: unknown) => void
  }
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What a round did. */
export interface DueAnswer {
  /** How many changes SQS took. */
  readonly sent: number
  /** How many were read and stay due. */
  readonly left: number
  /** Whether the round came to its end in its time. */
  readonly complete: boolean
  /** How late the latest change was when the round saw it, in seconds; 0 if none was. */
  readonly lateSeconds: number
  /** How many changes are due within 24 hours, once an hour. */
  readonly within24h?: number
}

/**
 * Creates the round that puts on the changes queue what is due in the next five minutes, each at its instant, withdrawals first. A change is
 * removed from the table once SQS has taken it, and not before: what fails, and what a killed round leaves, is sent by the next one. Starts
 * nothing after `deadline`. Rejects if a shard cannot be read, after it has sent what the others have.
 */
export function createDueRound(world: DueWorld): (deadline: number) => Promise<DueAnswer> {
  const { table, log, now } = world
  let countedAt = Number.NEGATIVE_INFINITY

  return async deadline => {
    const start = now()
    const isTime = () => now() < deadline
    const troubles = new Map<string, unknown>()
    const trouble = (what: string, error: unknown) => void (troubles.has(what) || troubles.set(what, error))
    const unread: unknown[] = []
    let [read, sent, lateMs] = [0, 0, 0]
    const see = ({ at }: Pick<DueItem, 'at'>) => {
      read++
      lateMs = Math.max(lateMs, start - at)
    }

    const sendOne = async (batch: readonly DueItem[]) => {
      try {
        const results = await world.send(batch.map(item => sendingOf(item, now())))
        const taken = batch.filter((_, n) => !isRejection(results[n] as SendResult))
        sent += taken.length
        if (taken.length > 0) await table.remove(taken)
        const refused = results.find(isRejection)
        if (refused) throw new Error(`SQS refused ${batch.length - taken.length} messages: ${refused.code}`)
      } catch (error) {
        trouble('due changes not sent or not removed; the next round sends them again', error)
      }
    }
    const shards = dueShards.map(shard =>
      table.dueUntil(shard, start + dueAheadMs, (item, error) => {
        see(item)
        trouble('due changes not decrypted; they stay due until their key is back', error)
      }),
    )
    for await (const items of readTogether(shards, isTime, error => unread.push(error))) {
      items.forEach(see)
      const batches = batchesOf(items.toSorted(inDueOrder), senderBytes)
      await forEachOf(() => takeWhile(batches, isTime), parallel, sendOne)
    }
    for (const each of troubles) log.trouble(...each)
    if (unread.length > 0) throw unread[0]

    let within24h: number | undefined
    if (isTime() && start - countedAt >= hourMs) {
      const counts = dueShards.map(shard => table.countUntil(shard, start + 24 * hourMs))
      within24h = (await Promise.all(counts)).reduce((sum, count) => sum + count)
      countedAt = start
    }
    const answer: DueAnswer = {
      ...{ sent, left: read - sent, complete: isTime(), lateSeconds: Math.round(lateMs / 1000) },
      ...(within24h !== undefined && { within24h }),
    }
    log.round(answer)
    return answer
  }
}

const sendingOf = (item: DueItem, now: number): Sending => ({
  ...{ body: item.body, seconds: delaySeconds(item, now), attributes: senderAttribute(item.sender) },
})

/**
 * Reads shards side by side, some pages of each at a time, until all are read or there is no time. `unreadable` is told of each shard that
 * cannot be read on.
 */
async function* readTogether(
  shards: readonly AsyncGenerator<readonly DueItem[]>[],
  isTime: () => boolean,
  unreadable: (error: unknown) => void,
): AsyncGenerator<readonly DueItem[]> {
  const open = new Set(shards)
  while (open.size > 0 && isTime()) {
    const items: DueItem[] = []
    const readOn = async (shard: AsyncGenerator<readonly DueItem[]>) => {
      for (let page = 0; page < pagesAtOnce; page++) {
        const { done, value = [] } = await shard.next()
        items.push(...value)
        if (done) open.delete(shard)
      }
    }
    await Promise.all(Array.from(open, shard => readOn(shard).catch(unreadable)))
    yield items
  }
}

async function* takeWhile<T>(items: AsyncIterable<T>, holds: () => boolean): AsyncGenerator<T> {
  for await (const item of items) {
    if (!holds()) return
    yield item
  }
}
