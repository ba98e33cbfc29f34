import type { Trail } from '../../functions/core/message.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/** A message as SQS keeps it. */
export interface Stored {
  readonly id: string
  readonly body: string
  readonly trail?: Trail | undefined
  readonly sentAt: number
  firstReceivedAt?: number
  receives: number
  visibleAt: number
  receipt: number
  deleted: boolean
}

/** One delivery of a message. */
export interface Received {
  readonly stored: Stored
  readonly receipt: number
  readonly at: number
}

const batchSize = 10

/** How long SQS keeps a message, in milliseconds. */
const retentionMs = 14 * 86_400_000

/** SQS redrives on the receive after this one. */
export const maxReceives = 1000

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
  const { visibilityMs } = scenario.rules
  let messages: Stored[] = []
  const all: Stored[] = []
  let sent = 0
  let waiting: (() => void)[] = []

  const wake = () => {
    const [first, ...rest] = waiting
    waiting = rest
    first?.()
  }
  let soon = Number.NEGATIVE_INFINITY
  /** For what stays visible after a receive: one poller is woken, once. */
  const wakeSoon = (time: number) => {
    if (soon > clock.now()) return
    soon = time
    wakeAt(time)
  }
  const wakeAt = (time: number) => clock.at(time, wake)

  return {
    /** Every message that was ever sent. */
    sent: () => all,
    /** Resolves when a message may have become visible. */
    arrival: () => new Promise<void>(resolve => waiting.push(resolve)),
    send: (body: string, trail?: Trail): Stored => {
      const now = clock.now()
      const stored = {
        id: `m${sent++}`,
        body,
        trail,
        sentAt: now,
        receives: 0,
        visibleAt: now,
        receipt: 0,
        deleted: false,
      }
      messages.push(stored)
      all.push(stored)
      wakeAt(now)
      return stored
    },
    receive: (): Received[] => {
      const now = clock.now()
      messages = messages.filter(message => !message.deleted && now - message.sentAt < retentionMs)
      const inFlight = messages.filter(message => message.receives > 0 && message.visibleAt > now).length
      const visible = messages.filter(message => message.visibleAt <= now)
      const room = Math.min(random.between(1, batchSize), scenario.inFlight - inFlight)
      const batch: Received[] = []
      while (batch.length < room && visible.length > 0) {
        const [stored] = visible.splice(
          random.chance(0.5) ? 0 : random.between(0, visible.length - 1),
          1,
        ) as [Stored]
        if (++stored.receives > maxReceives) {
          stored.deleted = true
          redrive(stored)
          continue
        }
        stored.firstReceivedAt ??= now
        stored.receipt++
        const twice = random.chance(scenario.faults.delivered)
        stored.visibleAt = twice ? now : now + visibilityMs
        wakeAt(stored.visibleAt)
        batch.push({ stored, receipt: stored.receipt, at: now })
      }
      if (visible.length > 0) wakeSoon(now + (batch.length > 0 ? 1 : 1000))
      return batch
    },
    delay: ({ stored, receipt }: Received, seconds: number): void => {
      if (stored.deleted || stored.receipt !== receipt) return
      stored.visibleAt = clock.now() + seconds * 1000
      wakeAt(stored.visibleAt)
    },
    delete: ({ stored, receipt }: Received): void => {
      if (stored.receipt === receipt) stored.deleted = true
    },
  }
}

export type Queue = ReturnType<typeof createQueue>
