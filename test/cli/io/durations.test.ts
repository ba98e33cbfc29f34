import { describe, expect, test } from '@jest/globals'
import { durationWords, moment, parseSpan } from '../../../functions/cli/io/durations.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

describe('a duration is told in its two largest units', () => {
  test.each([
    [-5, '0 s'],
    [0, '0 s'],
    [400, '0 s'],
    [59_600, '1 min'],
    [45_000, '45 s'],
    [61_000, '1 min 1 s'],
    [hour, '1 h'],
    [hour + 59_000, '1 h'],
    [3 * hour + 5 * minute + 7000, '3 h 5 min'],
    [13 * day + 23 * hour + 59 * minute, '13 d 23 h'],
    [400 * day, '400 d'],
  ])('%d ms is %s', (ms, words) => expect(durationWords(ms)).toBe(words))
})

describe('a span', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 15 * minute],
    ['2h', 2 * hour],
    ['3d', 3 * day],
    ['1w', 7 * day],
    ['0d', 0],
  ])('%s', (text, ms) => expect(parseSpan(text)).toBe(ms))
  test.each(['', '3', 'd', '-3d', '1.5h', '3 d', '3D', '3min', '1h30m', '9999999s'])('is not %j', text =>
    expect(parseSpan(text)).toBeUndefined(),
  )
})

test('a moment is told in UTC, to the second', () => {
  expect(moment(Date.parse('2026-11-23T09:15:00.250+01:00'))).toBe('2026-11-23T08:15:00Z')
})
