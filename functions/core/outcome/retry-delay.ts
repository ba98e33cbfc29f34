import type { Message } from '../event/sqs-message.ts'
import { maxReceives } from '../sqs-limits.ts'
import type { GiveUpRules } from './verdict.ts'

/** Delays in milliseconds. */
export interface BackoffRules {
  readonly retryFromMs: number
  readonly retryCapMs: number
}

/** The cap of a delay that a target asks for: one hour. */
export const askedCapMs = 3_600_000

/**
 * The delay after the `failures`-th failed attempt: exponential from `retryFromMs`, capped, with full jitter over the upper
 * half, never below the delay that the target asks for (capped at an hour). `random` is in [0, 1).
 */
export function backoffMs(failures: number, askedMs: number, random: number, rules: BackoffRules): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30)
  const full = Math.min(rules.retryFromMs * 2 ** doublings, rules.retryCapMs)
  return Math.max((full / 2) * (1 + random), Math.min(askedMs, askedCapMs))
}

/** The delay while another attempt writes to the member: 1 to 5 s, at random. */
export const busyMs = (random: number): number => 1000 + random * 4000

/** The receives that a message may have at its give-up time and on day 13, so that it never reaches `maxReceives`. */
export const receiveBudgets = { byGiveUp: maxReceives - 100, byLatest: maxReceives - 10 } as const

/** The number of receives before delays are spread over the remaining time. */
export const quickReceives = 20

/** The longest delay. SQS allows 12 hours from the receive; one hour is left for the time until the delay is set. */
export const longestDelayMs = 11 * 3_600_000

/** The fields of a message that its delay depends on. */
type Timed = Pick<Message, 'receives' | 'firstReceivedAt' | 'sentAt'>

/**
 * The visibility timeout of a message that is retried: whole seconds, at least 1. The rule is the same for every cause. From
 * `quickReceives` on, the remaining receives are spread evenly over the remaining time (`receiveBudgets`). No delay reaches
 * past the next give-up time.
 */
export function delaySeconds(wantedMs: number, message: Timed, now: number, rules: GiveUpRules): number {
  const latestAt = message.sentAt + rules.giveUpAtLatestMs
  const giveUpAt = Math.min(message.firstReceivedAt + rules.giveUpMs, latestAt)
  const [until, budget] =
    now < giveUpAt ? [giveUpAt, receiveBudgets.byGiveUp] : [latestAt, receiveBudgets.byLatest]
  const leftMs = until - now
  // After day 13 a message is retried only if SQS refuses its dead letter: there is no further deadline.
  const ms = leftMs > 0 ? Math.min(Math.max(wantedMs, spreadMs(leftMs, message, budget)), leftMs) : wantedMs
  return Math.max(1, Math.ceil(Math.min(ms, longestDelayMs) / 1000))
}

const spreadMs = (leftMs: number, { receives }: Timed, budget: number): number =>
  receives < quickReceives ? 0 : leftMs / Math.max(1, budget - receives)
