import { describe, expect, test } from '@jest/globals'
import {
  isLetterUnproven,
  isUnproven,
  type KnownEntry,
} from '../../../functions/core/dead-letter/replay-verdict.ts'
import { appliedOf, b, entryOf } from '../../support/entries.ts'

const now = 10_000
const lease = (event: string, until: number) => ({ lease: { holder: 'h', until, event, desired: b } })

const known: readonly [string, KnownEntry, boolean][] = [
  ['there is none', undefined, false],
  ['the ledger did not answer', 'unknown', true],
  ['no write is in doubt', entryOf({ applied: appliedOf(4) }), false],
  ['a write is in doubt', entryOf({ unproven: 'e4' }), true],
  ['a lease ran out unclosed', entryOf(lease('e4', now)), true],
  ['another event is being written', entryOf(lease('e4', now + 1)), false],
  ['its own event is being written', entryOf(lease('e5', now + 1)), true],
  [
    'an unanswered write of what is proven may land',
    entryOf({ unanswered: { until: now + 1, desired: b } }),
    false,
  ],
]

describe('the entry of a member says unproven of a letter', () => {
  test.each(known)('where %s', (_, entry, unproven) => {
    expect(isUnproven(entry, 'e5', now)).toBe(unproven)
  })
  test('and not because neither the letter nor a lease has a name', () => {
    expect(isUnproven(entryOf(lease('', now + 1)), null, now)).toBe(false)
  })
})

describe('a letter is unproven', () => {
  test.each(known)('by its entry where SQS moved it itself: %s', (_, entry, unproven) => {
    expect(isLetterUnproven({ reason: 'crashed', attributes: {} }, 'e5', entry, now)).toBe(unproven)
  })
  test('not because the producer of a message that SQS moved says so', () => {
    const letter = { reason: 'crashed', attributes: { unproven: 'true' } } as const
    expect(isLetterUnproven(letter, 'e5', undefined, now)).toBe(false)
  })
  test('where the write in doubt is that of its own event: a repeat of its message sent it', () => {
    const letter = { reason: 'rejected', attributes: {} } as const
    expect(isLetterUnproven(letter, 'e5', entryOf({ unproven: 'e5' }), now)).toBe(true)
    expect(isLetterUnproven(letter, null, entryOf({ unproven: 'e5' }), now)).toBe(false)
  })
  test.each(known)('by its attribute where it has a reason: %s', (_, entry) => {
    const of = (unproven: string) => ({ reason: 'gave_up', attributes: { unproven } }) as const
    expect(isLetterUnproven(of('true'), 'e5', entry, now)).toBe(true)
    expect(isLetterUnproven(of(''), 'e5', entry, now)).toBe(false)
  })
})
