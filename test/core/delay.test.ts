import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { delaySeconds, longestDelayMs, receiveBudgets } from '../../functions/core/outcome/retry-delay.ts'
import { maxReceives } from '../../functions/core/sqs-limits.ts'

const second = 1000
const hour = 3_600_000
const day = 24 * hour
const rules = { giveUpMs: 72 * hour, giveUpAtLatestMs: 13 * day }
const local = { giveUpMs: 120 * second, giveUpAtLatestMs: hour }
const sentAt = Date.UTC(2026, 10, 23)

/** The delay of a message that was received at once, so long after its send. */
const delay = (wantedMs: number, receives: number, ageMs: number, of = rules) =>
  delaySeconds(wantedMs, { receives, sentAt, firstReceivedAt: sentAt }, sentAt + ageMs, of)

describe('the seconds of a delay', () => {
  test.each([
    ['are whole, and never fewer than wanted', 1001, 1, hour, 2],
    ['are never 0', 0, 1, hour, 1],
    ['are never 0, whatever was wanted', -90_000, 1, hour, 1],
    ['are as wanted for the first receives', 1000, 19, 0, 1],
    ['are the time to the give-up time over the receives that are left, from 20 on', 1000, 20, 0, 295],
    ['are as wanted where that is more', 900_000, 20, 0, 900],
    ['stay the same while the receives keep pace with the time', 1000, 460, 36 * hour, 295],
    ['grow where the receives run ahead', 1000, 680, 0, 1179],
    ['reach the give-up time at 899', 1000, 899, 71 * hour, 3600],
    ['and at more than 900', 1000, 950, 71 * hour, 3600],
    ['never reach past the give-up time', 900_000, 5, 72 * hour - 10_500, 11],
    ['never reach past the give-up time, whatever a target asks for', hour, 5, 72 * hour - 1, 1],
    ['are at most eleven hours, for SQS counts twelve from the receive', 1000, 899, 20 * hour, 39_600],
    ['are spread over the time to day 13 after the give-up time', 1000, 690, 192 * hour, 1440],
    ['never reach past day 13', 900_000, 5, 13 * day - 1500, 2],
    ['are long where few receives are left until day 13', 1000, 989, 11 * day, 39_600],
    ['are as wanted after day 13: only a letter that SQS refuses is left', 450_000, 991, 13 * day, 450],
    ['are as wanted long after', 1000, 5, 20 * day, 1],
  ])('%s', (_, wantedMs, receives, ageMs, expected) => {
    expect(delay(wantedMs, receives, ageMs)).toBe(expected)
  })

  test.each([
    ['from that moment on', 900, 72 * hour, 9600],
    ['later', 910, 100 * hour, 9540],
    ['to eleven hours where few receives are left', 970, 72 * hour, 39_600],
  ])('of a message that could not be tried at its give-up time reach towards day 13: %s', (...row) => {
    const [, receives, ageMs, expected] = row
    expect(delay(1000, receives, ageMs)).toBe(expected)
  })

  test.each([
    ['a busy member', 1000, 30, 60 * second, 1],
    ['the last wait before the give-up time', 5000, 60, 118 * second, 2],
    ['a breaker that was open then', 2000, 40, 121 * second, 4],
  ])('stay short where all is tried for two minutes: %s', (_, wantedMs, receives, ageMs, expected) => {
    expect(delay(wantedMs, receives, ageMs, local)).toBe(expected)
  })

  test('count from the first receive until the give-up time, and from the send until day 13', () => {
    const late = { receives: 20, sentAt, firstReceivedAt: sentAt + 12 * day }
    expect(delaySeconds(1000, late, sentAt + 12 * day, rules)).toBe(Math.ceil(86_400 / 880))
    expect(delaySeconds(hour, late, sentAt + 13 * day - 2000, rules)).toBe(2)
  })
})

describe('a message that always goes again as soon as it may', () => {
  const wanted = fc.oneof(fc.constant(0), fc.nat(5000), fc.nat(900_000), fc.nat(hour))
  const giveUp = fc.constantFrom(120 * second, 1800 * second, hour, 20 * hour, 72 * hour, 13 * day)
  const waits = fc.nat(12 * day)

  test('has at most 900 receives at its give-up time and 990 on day 13, and is received right then', () => {
    fc.assert(
      fc.property(
        giveUp,
        waits,
        fc.array(wanted, { minLength: 1, maxLength: 20 }),
        (giveUpMs, wait, wants) => {
          const of = { giveUpMs, giveUpAtLatestMs: 13 * day }
          const message = { receives: 0, sentAt, firstReceivedAt: sentAt + wait }
          const latestAt = sentAt + of.giveUpAtLatestMs
          const giveUpAt = Math.min(message.firstReceivedAt + giveUpMs, latestAt)
          const seen = { byGiveUp: 0, byLatest: 0, judgedAfterMs: 0, shortest: 1, longest: 0 }
          let now = message.firstReceivedAt
          for (let turn = 0; now < latestAt; turn++) {
            message.receives++
            seen[now < giveUpAt ? 'byGiveUp' : 'byLatest'] = message.receives
            const seconds = delaySeconds(wants[turn % wants.length] as number, message, now, of)
            seen.shortest = Math.min(seen.shortest, seconds)
            seen.longest = Math.max(seen.longest, seconds)
            const before = now
            now += seconds * second
            if (before < giveUpAt && now >= giveUpAt) seen.judgedAfterMs = now - giveUpAt
          }
          expect(seen.byGiveUp).toBeLessThanOrEqual(receiveBudgets.byGiveUp)
          expect(seen.byLatest).toBeLessThanOrEqual(receiveBudgets.byLatest)
          expect(seen.shortest).toBeGreaterThanOrEqual(1)
          expect(seen.longest * second).toBeLessThanOrEqual(longestDelayMs)
          expect(seen.judgedAfterMs).toBeLessThan(second)
          expect(now - latestAt).toBeLessThan(second)
          expect(receiveBudgets.byLatest).toBeLessThan(maxReceives)
        },
      ),
      { numRuns: 200 },
    )
  })
})
