import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { instantOf, parseInstant } from '../../../functions/core/event/instant.ts'

describe('a timestamp with an offset is one instant in UTC', () => {
  test.each([
    ['2026-11-23T09:15:00Z', '2026-11-23T09:15:00'],
    ['2026-11-23T09:15:00z', '2026-11-23T09:15:00'],
    ['2026-11-23t09:15:00Z', '2026-11-23T09:15:00'],
    ['2026-11-23T09:15:00.250Z', '2026-11-23T09:15:00.25'],
    ['2026-11-23T09:15:00.000Z', '2026-11-23T09:15:00'],
    ['2026-11-23T10:15:00+01:00', '2026-11-23T09:15:00'],
    ['2026-11-23T03:45:00-05:30', '2026-11-23T09:15:00'],
    ['2026-11-23T09:15:00-00:00', '2026-11-23T09:15:00'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00'],
    ['2026-11-23T23:59:00+23:59', '2026-11-23T00:00:00'],
    ['2026-11-23T00:00:00-23:59', '2026-11-23T23:59:00'],
    ['2026-01-31T00:00:00.0500Z', '2026-01-31T00:00:00.05'],
  ])('%s', (text, instant) => expect(parseInstant(text)).toBe(instant))
})

describe('what is not a timestamp with an offset is none', () => {
  test.each([
    '',
    '2026-11-23',
    '2026-11-23T09:15:00',
    '2026-11-23 09:15:00Z',
    '2026-11-23T09:15Z',
    '2026-11-23T09:15:00.Z',
    '2026-11-23T09:15:00,5Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T09:60:00Z',
    '2026-11-23T09:15:61Z',
    '2026-11-23T09:15:60Z',
    '2026-11-23T09:15:00+24:00',
    '2026-11-23T09:15:00+01:60',
    '2026-11-23T09:15:00+0100',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-11-00T00:00:00Z',
    '2026-11-32T00:00:00Z',
    '2026-11-99T00:00:00Z',
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:00-00:01',
    '+12026-11-23T09:15:00Z',
    ' 2026-11-23T09:15:00Z',
    '2026-11-23T09:15:00Z\n',
    '٢٠٢٦-11-23T09:15:00Z',
  ])('%j', text => expect(parseInstant(text)).toBeUndefined())
})

const digits = fc.stringMatching(/^[0-9]{1,40}$/)

test('every digit of the fraction counts, at any length', () => {
  const at = (fraction: string) => parseInstant(`2026-11-23T09:15:00.${fraction}Z`) as string
  fc.assert(
    fc.property(digits, digits, (a, b) => {
      const width = Math.max(a.length, b.length)
      const order = Math.sign(Number(BigInt(a.padEnd(width, '0')) - BigInt(b.padEnd(width, '0'))))
      expect(at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0).toBe(order)
    }),
  )
})

test('instants sort as the clock does, whatever offset they were given with', () => {
  const minutes = fc.integer({ min: -1439, max: 1439 })
  const clock = fc.date({ min: new Date('1000-01-03'), max: new Date('9999-12-29'), noInvalidDate: true })
  const spelled = (date: Date, offset: number): string => {
    const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1)
    const two = (n: number) => String(n).padStart(2, '0')
    const size = Math.abs(offset)
    return `${local}${offset < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`
  }
  fc.assert(
    fc.property(clock, minutes, (date, offset) => {
      expect(parseInstant(spelled(date, offset))).toBe(instantOf(date.getTime()))
    }),
  )
  fc.assert(
    fc.property(clock, clock, (a, b) => {
      const [x, y] = [instantOf(a.getTime()), instantOf(b.getTime())]
      expect(x < y).toBe(a < b)
    }),
  )
})

test('a timestamp has at most 64 characters, however it ends', () => {
  const ofLength = (length: number, end: string) => {
    const start = '2026-11-23T09:15:00.'
    return `${start}${'0'.repeat(length - start.length - end.length)}${end}`
  }
  expect(parseInstant(ofLength(64, '1Z'))).toMatch(/^2026-11-23T09:15:00\.0+1$/)
  expect(parseInstant(ofLength(64, '1+00:00'))).toMatch(/^2026-11-23T09:15:00\.0+1$/)
  expect(parseInstant(ofLength(64, '0Z'))).toBe('2026-11-23T09:15:00')
  for (const length of [65, 100, 60_000]) {
    const [inUtc, withOffset] = [ofLength(length, '1Z'), ofLength(length, '1+00:00')].map(parseInstant)
    expect({ length, inUtc, withOffset }).toStrictEqual({ length, inUtc: undefined, withOffset: undefined })
  }
})
