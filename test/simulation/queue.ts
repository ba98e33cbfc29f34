import type { History } from '../../functions/core/event/sqs-message.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import type { SentBy } from './senders.ts'

/** A message as SQS keeps it. */
export interface Stored {
  readonly id: string
  readonly body: string
  /** What its attributes claim of its history. */
  readonly trail?: History | undefined
  /** Absent where nothing is guarded. */
  readonly sentBy?: SentBy | undefined
  readonly sentAt: number
  firstReceivedAt?: number
  receives: number
  visibleAt: number
  receipt: number
  deleted: boolean
  /** It was deleted, and SQS delivers it once more all the same. */
  reappears?: boolean
  /** It became as old as SQS keeps a message, and nobody had ended it. */
  expired?: true
  /** How often it was received until its give-up time, and until its latest one. */
  readonly receivesBy: { giveUp: number; latest: number }
}

/** One delivery of a message. */
export interface Received {
  readonly stored: Stored
  readonly receipt: number
  readonly at: number
}

const batchSize = 10

/**
 * A standard queue: at least once, in any order. A message may be handed out twice at once; a receipt counts only while it
 * is the latest; what is over the ceiling in flight is not handed out; what was received too often goes to `redrive`.
 */
export function createQueue(
  scenario: Scenario,
  clock: Clock,
  random: Random,
  redrive: (message: Stored) => void,
) {
  const { visibilityMs, retentionMs, giveUpMs, giveUpAtLatestMs } = scenario.rules
  const all: Stored[] = []
  const visible: Stored[] = []
  let inFlight = 0
  const waiting: (() => void)[] = []
  let soon = Number.NEGATIVE_INFINITY

  const wake = (): boolean => {
    const first = waiting.shift()
    first?.()
    return first !== undefined
  }
  /** For what stays visible after a receive: one poller is woken, once. */
  const wakeSoon = (time: number) => {
    if (soon > clock.now()) return
    soon = time
    clock.at(time, wake)
  }
  /** The message is handed out again from `time` on, unless it is hidden anew or gone by then. */
  const showAt = (stored: Stored, time: number) => {
    stored.visibleAt = time
    clock.at(time, () => {
      const now = clock.now()
      if (stored.deleted || stored.visibleAt > now || visible.includes(stored)) return false
      if (stored.receives > 0) inFlight--
      if (hasExpired(stored)) return false
      visible.push(stored)
      return wake()
    })
  }
  /** A copy of a deleted message was on a server that could not be reached: it is delivered once more, as long as it is kept. */
  const reappear = (stored: Stored) => {
    const time = clock.now() + random.between(0, random.pick([5000, 5 * 60_000, 24 * 3_600_000]))
    clock.at(time, () => {
      if (visible.includes(stored) || time - stored.sentAt >= retentionMs) return false
      stored.reappears = true
      visible.push(stored)
      return wake()
    })
  }
  const hasExpired = (stored: Stored): boolean => {
    if (clock.now() - stored.sentAt >= retentionMs) stored.expired = true
    return stored.expired === true
  }
  const count = ({ firstReceivedAt = 0, receives, receivesBy, sentAt }: Stored, now: number) => {
    if (now - sentAt >= giveUpAtLatestMs) return
    receivesBy.latest = receives
    if (now - firstReceivedAt < giveUpMs) receivesBy.giveUp = receives
  }
  const take = (): Stored => {
    const index = random.chance(0.5) ? 0 : random.between(0, visible.length - 1)
    return visible.splice(index, 1)[0] as Stored
  }

  return {
    /** Every message that was ever sent. */
    sent: () => all,
    /** Resolves when a message may have become visible. */
    arrival: () => new Promise<void>(resolve => waiting.push(resolve)),
    send: (body: string, trail?: History, sentBy?: SentBy, seconds = 0): void => {
      const sentAt = clock.now()
      const id = `m${all.length}`
      const receivesBy = { giveUp: 0, latest: 0 }
      const stored = {
        id,
        body,
        trail,
        sentBy,
        sentAt,
        receives: 0,
        visibleAt: sentAt,
        receipt: 0,
        deleted: false,
        receivesBy,
      }
      all.push(stored)
      showAt(stored, sentAt + seconds * 1000)
    },
    receive: (): Received[] => {
      const now = clock.now()
      const room = Math.min(random.between(1, batchSize), scenario.inFlight - inFlight)
      const batch: Received[] = []
      while (batch.length < room && visible.length > 0) {
        const stored = take()
        if (stored.reappears) {
          stored.reappears = false
          stored.receives++
          batch.push({ stored, receipt: ++stored.receipt, at: now })
          continue
        }
        if (stored.deleted || hasExpired(stored)) continue
        if (++stored.receives > scenario.maxReceives) {
          stored.deleted = true
          redrive(stored)
          continue
        }
        stored.firstReceivedAt ??= now
        count(stored, now)
        stored.receipt++
        inFlight++
        showAt(stored, random.chance(scenario.faults.delivered) ? now : now + visibilityMs)
        batch.push({ stored, receipt: stored.receipt, at: now })
      }
      if (visible.length > 0) wakeSoon(now + (batch.length > 0 ? 1 : 1000))
      return batch
    },
    delay: ({ stored, receipt }: Received, seconds: number): void => {
      if (!stored.deleted && stored.receipt === receipt && !visible.includes(stored)) {
        showAt(stored, clock.now() + seconds * 1000)
      }
    },
    delete: ({ stored, receipt }: Received): void => {
      if (stored.deleted || stored.receipt !== receipt) return
      stored.deleted = true
      if (!visible.includes(stored)) inFlight--
      if (random.chance(scenario.faults.reappears)) reappear(stored)
    },
  }
}

export type Queue = ReturnType<typeof createQueue>
