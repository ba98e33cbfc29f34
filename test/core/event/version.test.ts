import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareVersions, normalSequence, type Version } from '../../../functions/core/event/version.ts'
import { anyCharacter } from '../../support/text.ts'

const version = (fields: Partial<Version> = {}): Version => ({
  ...{ time: '2026-11-23T09:15:00', sequence: '', source: 's', id: 'i', ...fields },
})

describe('from older to newer', () => {
  test.each<[string, Partial<Version>, Partial<Version>]>([
    ['time decides first', { time: '2026-11-23T09:15:00', sequence: '9' }, { time: '2026-11-23T09:15:00.1' }],
    ['no sequence is before 0', { sequence: '' }, { sequence: '0' }],
    ['sequences are integers, not text', { sequence: '9' }, { sequence: '10' }],
    ['sequences go beyond 2^53', { sequence: '9007199254740992' }, { sequence: '9007199254740993' }],
    ['sequence decides before source', { sequence: '1', source: 'z' }, { sequence: '2', source: 'a' }],
    ['source decides before id', { source: 'a', id: 'z' }, { source: 'b', id: 'a' }],
    ['id decides last', { id: 'a' }, { id: 'b' }],
  ])('%s', (_, older, newer) => {
    expect(compareVersions(version(older), version(newer))).toBeLessThan(0)
    expect(compareVersions(version(newer), version(older))).toBeGreaterThan(0)
  })
})

test.each([
  ['', ''],
  ['0', '0'],
  ['000', '0'],
  ['007', '7'],
  ['70', '70'],
  ['1001', '1001'],
])('the sequence %j is kept as %j', (given, kept) => expect(normalSequence(given)).toBe(kept))

const few = <T>(...values: T[]) => fc.constantFrom(...values)
const versions = fc.record<Version>({
  time: few('2026-11-23T09:15:00', '2026-11-23T09:15:00.1', '2026-11-23T09:15:00.11', '2026-11-23T09:15:01'),
  sequence: fc.oneof(few('', '0'), fc.stringMatching(/^[0-9]{1,30}$/).map(normalSequence)),
  source: fc.oneof(few('a', 'b'), fc.string({ unit: anyCharacter, maxLength: 3 })),
  id: fc.oneof(few('a', 'b'), fc.string({ unit: anyCharacter, maxLength: 3 })),
})

test('versions are a total order', () => {
  fc.assert(
    fc.property(versions, versions, versions, (a, b, c) => {
      const [ab, bc, ac] = [compareVersions(a, b), compareVersions(b, c), compareVersions(a, c)]
      expect(Math.sign(compareVersions(b, a))).toBe(0 - Math.sign(ab))
      expect(ab === 0).toBe(JSON.stringify(Object.values(a)) === JSON.stringify(Object.values(b)))
      if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0)
    }),
    { numRuns: 500 },
  )
})

test('sequences order as their integers do, however many zeros they are given with', () => {
  const digits = fc.stringMatching(/^[0-9]{1,30}$/)
  fc.assert(
    fc.property(digits, digits, (a, b) => {
      const order = compareVersions(
        version({ sequence: normalSequence(a) }),
        version({ sequence: normalSequence(b) }),
      )
      expect(Math.sign(order)).toBe(BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0)
    }),
  )
})
