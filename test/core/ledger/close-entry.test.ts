import { describe, expect, test } from '@jest/globals'
import { type Closed, close, closeRestored } from '../../../functions/core/ledger/close-entry.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import type { Effect } from '../../../functions/core/outcome/effect.ts'
import { a, appliedOf, attemptOf, b, effects, entryOf, rules } from '../../support/entries.ts'

const now = 100_000
const attempt = attemptOf(5, b)
const lease = { holder: 'h5', until: now + 60_000, event: 'e5', desired: b }
const later = { until: now + 10_000, desired: b }
const closing = (fields: Partial<Entry>, effect: Effect, time = now): Closed =>
  close(entryOf({ lease, ...fields }), attempt, effect, time, rules)
const entryIn = (closed: Closed): Entry => (closed as Extract<Closed, { entry: Entry }>).entry

describe.each([
  ['close', close],
  ['closeRestored', closeRestored],
] as const)('%s, when the lease does not bear this holder', (_, move) => {
  test.each<[string, Entry | undefined]>([
    ['because there is no entry', undefined],
    ['because nobody holds it', entryOf()],
    ['because another does', entryOf({ lease: { ...lease, holder: 'other' } })],
    ['because it bears only our message', entryOf({ lease: { ...lease, holder: 'm5' } })],
  ])('the message goes again: %s', (_, entry) => {
    for (const effect of Object.values(effects)) {
      expect(move(entry, attempt, effect, now, rules)).toEqual({ kind: 'lost' })
    }
  })
  test('every effect ends it, or the attempt goes on under the same lease', () => {
    for (const effect of Object.values(effects)) {
      for (const fields of [{}, { unproven: 'e3' }, { unproven: 'e3', applied: appliedOf(4) }]) {
        const closed = move(entryOf({ lease, ...fields }), attempt, effect, now, rules)
        const { lease: left } = entryIn(closed)
        if (closed.kind === 'restore') expect(left).toEqual({ ...lease, desired: a })
        else expect(left).toBeUndefined()
        expect(entryIn(closed).rev).toBe(8)
      }
    }
  })
})

describe('proven', () => {
  test('what was sent is applied; unproven and failures are cleared', () => {
    expect(closing({ applied: appliedOf(4), unproven: 'e3', failures: 6 }, effects.proven)).toEqual({
      kind: 'done',
      entry: entryOf({
        rev: 8,
        applied: { version: attempt.version, event: 'e5', message: 'm5', desired: b, at: now },
      }),
    })
  })
  test('an unanswered write stays until its time is up', () => {
    expect(entryIn(closing({ unanswered: later }, effects.proven)).unanswered).toEqual(later)
    expect(entryIn(closing({ unanswered: later }, effects.proven, later.until)).unanswered).toBeUndefined()
  })
})

describe('unknown', () => {
  test('unanswered: the entry is unproven by this event, and the write may land', () => {
    expect(closing({ failures: 2, unproven: 'e3' }, effects.unanswered)).toEqual({
      kind: 'retry',
      entry: entryOf({
        rev: 8,
        failures: 3,
        unproven: 'e5',
        unanswered: { until: now + 60_000, desired: b },
      }),
    })
  })
  test('answered: it will not land later', () => {
    expect(closing({ failures: 2 }, effects.answered)).toEqual({
      kind: 'retry',
      entry: entryOf({ rev: 8, failures: 3, unproven: 'e5' }),
    })
  })
  test('answered: an earlier unanswered write is not forgotten', () => {
    expect(entryIn(closing({ unanswered: later }, effects.answered)).unanswered).toEqual(later)
  })
  test('never earlier than it was', () => {
    const far = { until: now + 90_000, desired: b }
    expect(entryIn(closing({ unanswered: far }, effects.unanswered)).unanswered).toEqual(far)
  })
})

test('deferred: one more failure, and nothing else', () => {
  expect(
    closing({ failures: 2, unproven: 'e3', unanswered: later, applied: appliedOf(4) }, effects.deferred),
  ).toEqual({
    kind: 'retry',
    entry: entryOf({ rev: 8, failures: 3, unproven: 'e3', unanswered: later, applied: appliedOf(4) }),
  })
})

describe('refused', () => {
  test('while an unanswered write may land, the message goes again then', () => {
    expect(
      closing({ unanswered: later, unproven: 'e5', applied: appliedOf(4) }, effects.refused),
    ).toMatchObject({
      kind: 'retry',
      until: later.until,
    })
  })
  test.each<[string, Partial<Entry>, boolean]>([
    ['of a member nothing is known of', {}, false],
    ['of a member that holds what is applied', { applied: appliedOf(4) }, false],
    ['of an unproven member without anything applied', { unproven: 'e3' }, true],
  ])('it is dead, %s', (_, fields, unproven) => {
    expect(closing(fields, effects.refused)).toEqual({
      kind: 'dead',
      entry: entryOf({ rev: 8, ...fields }),
      unproven,
    })
  })
  test('what is applied is sent once more where the entry is unproven', () => {
    const fields = { unproven: 'e3', applied: appliedOf(4) }
    expect(closing(fields, effects.refused)).toEqual({
      kind: 'restore',
      desired: a,
      entry: entryOf({ rev: 8, ...fields, lease: { ...lease, desired: a } }),
    })
  })
})

test.each([
  ['timeout', rules.landWithinMs],
  ['reset', rules.requestTimeoutMs + rules.landWithinMs],
  ['server_error', rules.requestTimeoutMs + rules.landWithinMs],
] as const)('a write cut off by %s may land until its time-out and landWithin have passed', (cause, ms) => {
  const closed = closing({}, { ...effects.unanswered, cause })
  expect(closed).toMatchObject({ kind: 'retry', entry: { unanswered: { until: now + ms } } })
})

describe('a write that was taken and shows another state (no_effect)', () => {
  const ignored = { ...effects.refused, reason: 'no_effect' } as const
  test('is not known to have had no effect: what is applied is sent once more', () => {
    const fields = { applied: appliedOf(4) }
    expect(closing(fields, ignored)).toEqual({
      kind: 'restore',
      desired: a,
      entry: entryOf({ rev: 8, ...fields, unproven: lease.event, lease: { ...lease, desired: a } }),
    })
  })
  test('says so in the letter where nothing is applied', () => {
    expect(closing({}, ignored)).toEqual({
      kind: 'dead',
      entry: entryOf({ rev: 8, unproven: lease.event }),
      unproven: true,
    })
  })
})

describe('the restoring write', () => {
  const entry = entryOf({
    rev: 8,
    failures: 4,
    unproven: 'e3',
    applied: appliedOf(4),
    lease: { ...lease, desired: a },
  })
  const restored = (effect: Effect) => closeRestored(entry, attempt, effect, now, rules)
  const { lease: _, ...ended } = { ...entry, rev: 9 }
  test('proven: the letter is no longer unproven', () => {
    const { unproven: _, ...proven } = ended
    expect(restored(effects.proven)).toEqual({
      kind: 'dead',
      unproven: false,
      entry: { ...proven, failures: 0 },
    })
  })
  test('refused: the letter says unproven', () => {
    expect(restored(effects.refused)).toEqual({ kind: 'dead', unproven: true, entry: ended })
  })
  test.each([
    ['deferred', effects.deferred, { failures: 5 }],
    ['answered', effects.answered, { failures: 5, unproven: 'e5' }],
    [
      'unanswered',
      effects.unanswered,
      { failures: 5, unproven: 'e5', unanswered: { until: now + 60_000, desired: a } },
    ],
  ] as const)('%s: the message goes again', (_, effect, fields) => {
    expect(restored(effect)).toEqual({ kind: 'retry', entry: { ...ended, ...fields } })
  })
})
