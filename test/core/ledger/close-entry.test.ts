import { describe, expect, test } from '@jest/globals'
import { type Closed, close, closeRestored } from '../../../functions/core/ledger/close-entry.ts'
import { sentAgain } from '../../../functions/core/ledger/ended-messages.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import type { Effect } from '../../../functions/core/outcome/effect.ts'
import { a, appliedOf, attemptOf, b, effects, endedOf, entryOf, rules } from '../../support/entries.ts'

const now = 100_000
const attempt = attemptOf(5, b)
const lease = { holder: 'h5', until: now + 60_000, event: 'e5', desired: b }
const later = { until: now + 10_000, desired: b }
const closing = (fields: Partial<Entry>, effect: Effect, time = now): Closed =>
  close(entryOf({ lease, ...fields }), attempt, effect, time, rules)
const entryIn = (closed: Closed): Entry => (closed as Extract<Closed, { entry: Entry }>).entry

const restoring: typeof close = (entry, given, effect, time, ledgerRules) =>
  closeRestored(entry, given, effects.refused, effect, time, ledgerRules)

describe.each([
  ['close', close],
  ['closeRestored', restoring],
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
      replaced: appliedOf(4),
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
      entry: entryOf({ rev: 8, ...fields, ended: [endedOf(5, { unproven })] }),
      letter: { reason: 'rejected', status: 422, detail: '422', unproven },
    })
  })
  test('what is applied is sent once more where the entry is unproven', () => {
    const fields = { unproven: 'e3', applied: appliedOf(4) }
    expect(closing(fields, effects.refused)).toEqual({
      kind: 'restore',
      desired: a,
      refusal: effects.refused,
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
      refusal: ignored,
      entry: entryOf({ rev: 8, ...fields, unproven: lease.event, lease: { ...lease, desired: a } }),
    })
  })
  test('says so in the letter where nothing is applied', () => {
    expect(closing({}, ignored)).toEqual({
      kind: 'dead',
      entry: entryOf({
        rev: 8,
        unproven: lease.event,
        ended: [endedOf(5, { reason: 'no_effect', unproven: true })],
      }),
      letter: { reason: 'no_effect', status: 422, detail: '422', unproven: true },
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
  const restored = (effect: Effect, given = attempt) =>
    closeRestored(entry, given, effects.refused, effect, now, rules)
  const letter = { ...endedOf(5).letter, detail: effects.refused.detail }
  const { lease: _, ...ended } = { ...entry, rev: 9 }
  test('proven: the letter is no longer unproven', () => {
    const { unproven: _, ...proven } = ended
    expect(restored(effects.proven)).toEqual({
      kind: 'dead',
      letter,
      entry: { ...proven, failures: 0, ended: [endedOf(5)] },
    })
  })
  test('refused: the letter says unproven', () => {
    expect(restored({ ...effects.refused, reason: 'forbidden', detail: 'other' })).toEqual({
      kind: 'dead',
      letter: { ...letter, unproven: true },
      entry: { ...ended, ended: [endedOf(5, { unproven: true })] },
    })
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
  test('unanswered, when the message has been tried for long enough: it is given up', () => {
    expect(restored(effects.unanswered, { ...attempt, givenUpAt: now })).toMatchObject({
      kind: 'dead',
      letter: { reason: 'gave_up', detail: 'timeout: no answer', unproven: true },
      entry: { unproven: 'e5', unanswered: { until: now + 60_000, desired: a }, ended: [{ message: 'm5' }] },
    })
  })
})

describe('a message that has been tried for long enough is given up', () => {
  const givingUp = (effect: Effect, fields: Partial<Entry> = {}, time = now) =>
    close(entryOf({ lease, ...fields }), { ...attempt, givenUpAt: now }, effect, time, rules)

  test.each<[string, Effect, Partial<Entry>, object]>([
    ['deferred', effects.deferred, {}, { detail: 'throttled: 429', status: 429, unproven: false }],
    ['deferred, in doubt', effects.deferred, { unproven: 'e3' }, { unproven: true }],
    ['answered', effects.answered, {}, { detail: 'server_error: 500', status: 500, unproven: true }],
    ['unanswered', effects.unanswered, {}, { detail: 'timeout: no answer', unproven: true }],
  ])('%s: by this attempt, and the entry keeps its letter', (_, effect, fields, letter) => {
    const closed = givingUp(effect, fields)
    expect(closed).toMatchObject({ kind: 'dead', letter: { reason: 'gave_up', ...letter } })
    const { detail: _detail, ...kept } = { detail: '', ...letter }
    expect(entryIn(closed).ended).toMatchObject([{ message: 'm5', letter: { reason: 'gave_up', ...kept } }])
    expect(entryIn(closed)).toMatchObject(entryIn(closing(fields, effect)))
  })
  test('not a millisecond before', () => {
    expect(givingUp(effects.unanswered, {}, now - 1)).toMatchObject({ kind: 'retry' })
  })
  test.each(['no_time', 'breaker_open', 'resting'] as const)('not by %s: no call was made', cause => {
    expect(givingUp({ ...effects.deferred, cause })).toMatchObject({ kind: 'retry' })
  })
})

describe('the entry keeps the messages that ended as dead letters', () => {
  test('the newest first', () => {
    const { ended } = entryIn(closing({ ended: [endedOf(20), endedOf(3)] }, effects.refused))
    expect(ended).toEqual([endedOf(5), endedOf(20), endedOf(3)])
  })
  test('hundreds of them, and no more than 64 KiB', () => {
    const kept = Array.from({ length: 1000 }, (_, index) => endedOf(20 + index))
    const { ended = [] } = entryIn(closing({ ended: kept }, effects.refused))
    expect(ended.slice(0, 200)).toEqual([endedOf(5), ...kept.slice(0, 199)])
    expect(Buffer.byteLength(ended.map(each => JSON.stringify(each)).join(''))).toBeLessThanOrEqual(65_536)
    const one = Buffer.byteLength(JSON.stringify(ended.at(-1)))
    expect(Buffer.byteLength(ended.map(each => JSON.stringify(each)).join('')) + one).toBeGreaterThan(65_536)
  })
  test('for as long as SQS keeps a message', () => {
    const day = 86_400_000
    const time = 15 * day
    const closed = close(
      entryOf({
        lease: { ...lease, until: time + 1 },
        ended: [endedOf(7, {}, day + 1), endedOf(8, {}, day)],
      }),
      attempt,
      effects.refused,
      time,
      rules,
    )
    expect(entryIn(closed).ended).toEqual([endedOf(5, {}, time), endedOf(7, {}, day + 1)])
  })
  test('without the words of the target, which may name a person', () => {
    const { ended } = entryIn(closing({}, { ...effects.refused, detail: 'Jane Doe cannot be an admin' }))
    expect(JSON.stringify(ended)).not.toContain('Jane')
  })
  test('each with one letter: the first one, where another delivery was given up meanwhile', () => {
    const ended = [endedOf(5, { reason: 'gave_up', unproven: true })]
    expect(closing({ ended }, effects.refused)).toEqual({
      kind: 'dead',
      letter: { ...ended[0]?.letter, detail: sentAgain },
      entry: entryOf({ rev: 8, ended }),
    })
  })
  test('until a proof finishes them: those that are newer stay', () => {
    const proof = (...versions: number[]) =>
      entryIn(closing({ ended: versions.map(n => endedOf(n)) }, effects.proven))
    expect(proof(7, 5, 6, 4).ended).toEqual([endedOf(7), endedOf(6)])
    expect(proof(5, 4)).not.toHaveProperty('ended')
  })
  test('through every other close', () => {
    for (const effect of [effects.deferred, effects.answered, effects.unanswered]) {
      expect(entryIn(closing({ ended: [endedOf(7)] }, effect)).ended).toEqual([endedOf(7)])
    }
  })
})
