import type { Message } from '../event/sqs-message.ts'
import { maxReceives } from '../sqs-limits.ts'
import type { GiveUpRules } from './verdict.ts'

/** Delays in milliseconds. */
export interface BackoffRules {
  readonly retryFromMs: number
  readonly retryCapMs: number
}

/** The most that a target's own wish is followed: one hour. */
export const askedCapMs = 3_600_000

/**
 * How long a message waits after its `failures`-th attempt without success: exponential from `retryFromMs`, capped, with
 * full jitter over the upper half, and never below what the target asked for (itself capped at an hour).
 * `random` is in [0, 1).
 */
export function backoffMs(failures: number, askedMs: number, random: number, rules: BackoffRules): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30)
  const full = Math.min(rules.retryFromMs * 2 ** doublings, rules.retryCapMs)
  return Math.max((full / 2) * (1 + random), Math.min(askedMs, askedCapMs))
}

/** How long a message waits whose member is being written to: 1 to 5 s, at random . */
export const busyMs = (random: number): number => 1000 + random * 4000

/** The most receives that a message has by its give-up time, and by its latest one: `maxReceives` is never met before. */
export const receiveBudgets = { byGiveUp: maxReceives - 100, byLatest: maxReceives - 10 } as const

/** So many receives may follow one another as fast as is wanted. */
export const quickReceives = 20

/**
 * The longest delay: SQS keeps a message invisible for 12 hours at the most, and counts them from its receive. The last hour
 * is for the time that passes until the delay is set.
 */
export const longestDelayMs = 11 * 3_600_000

/** Which of a message's facts a delay depends on. */
type Timed = Pick<Message, 'receives' | 'firstReceivedAt' | 'sentAt'>

/**
 * How long a message that is retried stays invisible: whole seconds, at least 1, from the milliseconds that are wanted. The one
 * rule for every cause: from `quickReceives` on, the receives that are left are spread evenly over the time that is left
 * (`receiveBudgets`), and no delay reaches past the next of the two times at which a message is given up.
 */
export function delaySeconds(wantedMs: number, message: Timed, now: number, rules: GiveUpRules): number {
  const latestAt = message.sentAt + rules.giveUpAtLatestMs
  const giveUpAt = Math.min(message.firstReceivedAt + rules.giveUpMs, latestAt)
  const [until, budget] =
    now < giveUpAt ? [giveUpAt, receiveBudgets.byGiveUp] : [latestAt, receiveBudgets.byLatest]
  const leftMs = until - now
  // After day 13 only a message whose dead letter SQS refuses is left: no deadline comes any more.
  const ms = leftMs > 0 ? Math.min(Math.max(wantedMs, spreadMs(leftMs, message, budget)), leftMs) : wantedMs
  return Math.max(1, Math.ceil(Math.min(ms, longestDelayMs) / 1000))
}

const spreadMs = (leftMs: number, { receives }: Timed, budget: number): number =>
  receives < quickReceives ? 0 : leftMs / Math.max(1, budget - receives)
