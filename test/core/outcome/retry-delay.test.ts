import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { backoffMs, busyMs } from '../../../functions/core/outcome/retry-delay.ts'

const rules = { retryFromMs: 5000, retryCapMs: 900_000 }
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const failures = fc.integer({ min: 0, max: 10_000 })
const asked = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_000_000_000_000 }))

describe('without anything asked', () => {
  test.each([
    [0, 2500, 5000],
    [1, 2500, 5000],
    [2, 5000, 10_000],
    [5, 40_000, 80_000],
    [8, 320_000, 640_000],
    [9, 450_000, 900_000],
    [1000, 450_000, 900_000],
  ])('the delay after failure %i lies from %i to %i ms', (n, low, high) => {
    expect(backoffMs(n, 0, 0, rules)).toBe(low)
    expect(backoffMs(n, 0, 1 - 2 ** -53, rules)).toBeLessThanOrEqual(high)
    expect(backoffMs(n, 0, 0.5, rules)).toBe((low + high) / 2)
  })
})

test('never below what the target asked for, itself capped at an hour, and never without bound', () => {
  fc.assert(
    fc.property(failures, asked, random, (n, ms, at) => {
      const delay = backoffMs(n, ms, at, rules)
      expect(delay).toBeGreaterThanOrEqual(Math.min(ms, 3_600_000))
      expect(delay).toBeGreaterThanOrEqual(rules.retryFromMs / 2)
      expect(delay).toBeLessThanOrEqual(3_600_000)
    }),
  )
})

test('more failures never mean a shorter delay at the same chance, nor does more asked', () => {
  fc.assert(
    fc.property(failures, fc.nat(20), asked, asked, random, (n, more, x, y, at) => {
      expect(backoffMs(n + more, x, at, rules)).toBeGreaterThanOrEqual(backoffMs(n, x, at, rules))
      const [low, high] = x < y ? [x, y] : [y, x]
      expect(backoffMs(n, high, at, rules)).toBeGreaterThanOrEqual(backoffMs(n, low, at, rules))
    }),
  )
})

test('a busy member is tried again after 1 to 5 s', () => {
  fc.assert(
    fc.property(random, at => {
      expect(busyMs(at)).toBeGreaterThanOrEqual(1000)
      expect(busyMs(at)).toBeLessThanOrEqual(5000)
      expect(busyMs(at)).toBeCloseTo(1000 + 4000 * at, 6)
    }),
  )
})
