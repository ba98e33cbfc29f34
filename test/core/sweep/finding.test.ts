import { describe, expect, test } from '@jest/globals'
import { type Desired, sameDesired } from '../../../functions/core/ledger/desired-state.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { findingOf, settledAfterMs } from '../../../functions/core/sweep/finding.ts'
import { a, appliedOf, b, endedOf, entryOf, leaseOf } from '../../support/entries.ts'

const at = 1_000_000
const found = (entry: Entry | undefined, state?: Desired) =>
  findingOf({ listed: state ? { state } : {}, entry, at }, sameDesired)
const missing = (entry: Entry | undefined) => findingOf({ entry, at }, sameDesired)
const applied = (fields: Partial<Entry> = {}) => entryOf({ applied: appliedOf(1, a), ...fields })

describe('a member on the list', () => {
  test('is the same where it shows what is applied, also while a change of it is in flight', () => {
    expect(found(applied(), a)).toBe('same')
    expect(found(applied({ lease: leaseOf(at), unproven: 'e9', failures: 3 }), a)).toBe('same')
  })
  test('drifts where it shows another state', () => expect(found(applied(), b)).toBe('drift'))
  test('is unmanaged where the ledger has no entry', () => expect(found(undefined, a)).toBe('unmanaged'))
  test('is unapplied where events named it, and none is applied', () => {
    expect(found(entryOf({ ended: [endedOf(1)] }), a)).toBe('unapplied')
    expect(found(entryOf({ ended: [endedOf(1)] }))).toBe('unapplied')
  })
  test('is unshown where the list does not show its state, whatever is in flight', () => {
    expect(found(applied())).toBe('unshown')
    expect(found(applied({ lease: leaseOf(at) }))).toBe('unshown')
  })
})

describe('a member that the list lacks', () => {
  test('is gone where something is applied', () => expect(missing(applied())).toBe('gone'))
  test('is nothing to report where nothing is applied', () => {
    expect(missing(undefined)).toBeUndefined()
    expect(missing(entryOf({ lease: leaseOf(at) }))).toBeUndefined()
  })
})

test.each<[string, Partial<Entry>]>([
  ['another attempt has the lease', { lease: leaseOf(at + 1) }],
  ['a lease ran out and was never closed', { lease: leaseOf(at - 1_000_000) }],
  ['a write is unanswered', { unanswered: { until: at, desired: b } }],
  ['a write may have had an effect', { unproven: 'e2' }],
  ['a change is retried', { failures: 1 }],
])('a member that differs is in flight where %s', (_, fields) => {
  expect(found(applied(fields), b)).toBe('in_flight')
  expect(missing(applied(fields))).toBe('in_flight')
  expect(found(entryOf(fields), b)).toBe('in_flight')
})

test('a change that was applied less than a minute before the page is in flight', () => {
  const appliedAt = (time: number) => entryOf({ applied: { ...appliedOf(1, a), at: time } })
  expect(found(appliedAt(at - settledAfterMs), b)).toBe('drift')
  expect(found(appliedAt(at - settledAfterMs + 1), b)).toBe('in_flight')
  expect(missing(appliedAt(at - settledAfterMs + 1))).toBe('in_flight')
})

test('what was re-asserted less than a minute before the page is in flight', () => {
  const reassertedAt = (ms: number) =>
    applied({
      reasserted: [
        { message: 'r', at: ms },
        { message: 'q', at: 1 },
      ],
    })
  expect(found(reassertedAt(at - settledAfterMs + 1), b)).toBe('in_flight')
  expect(found(reassertedAt(at - settledAfterMs), b)).toBe('drift')
})

test('an unanswered write whose time was up a minute before the page says nothing more', () => {
  const until = at - settledAfterMs
  const entry = (fields: Partial<Entry>) => applied({ unanswered: { until, desired: b }, ...fields })
  expect(found(entry({}), b)).toBe('drift')
  expect(found(entry({ unanswered: { until: until + 1, desired: b } }), b)).toBe('in_flight')
  expect(found(entry({ unproven: 'e2' }), b)).toBe('in_flight')
})

test('a letter ends its change, once no write of it can land any more', () => {
  const ended = { ended: [endedOf(2)], failures: 4 }
  const ranOut = { ...leaseOf(at - settledAfterMs), event: endedOf(2).version.id }
  expect(found(applied(ended), b)).toBe('drift')
  expect(missing(applied(ended))).toBe('gone')
  expect(found(applied({ ...ended, unproven: endedOf(2).version.id }), b)).toBe('drift')
  expect(found(applied({ ...ended, lease: ranOut }), b)).toBe('drift')
  expect(found(applied({ ...ended, lease: { ...ranOut, until: ranOut.until + 1 } }), b)).toBe('in_flight')
  expect(found(applied({ ...ended, unanswered: { until: at, desired: b } }), b)).toBe('in_flight')
})

test('a letter of one change does not end another', () => {
  const ended = { ended: [endedOf(2)] }
  expect(found(applied({ ...ended, unproven: 'e9' }), b)).toBe('in_flight')
  expect(found(applied({ ...ended, lease: { ...leaseOf(1), event: 'e9' } }), b)).toBe('in_flight')
})
