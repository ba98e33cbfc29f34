import { describe, expect, test } from '@jest/globals'
import {
  type Demotion,
  notOverUntil,
  type ScopeItem,
  scopeLeaseKey,
  takeScope,
} from '../../../functions/core/guard/scope-lease.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { a, member, rules } from '../../support/entries.ts'

const now = 1_000_000
const key = scopeLeaseKey('wacht/1')
const of = (fields: Partial<Demotion> = {}): Demotion => ({ member, rev: 3, at: now, ...fields })
const itemOf = (demotion: Demotion): ScopeItem => ({ member: key, rev: 7, demotion, expires: 0 })
const never = () => false

describe('the lease of a scope', () => {
  test('is taken where nobody has it, and kept for a day', () => {
    expect(takeScope(undefined, key, of(), never)).toEqual({
      kind: 'taken',
      entry: { member: 'owners/wacht/1', rev: 1, demotion: of(), expires: 1_210_600 },
    })
  })
  test('of another member is free only if that demotion is over', () => {
    const other = of({ member: 'wacht/1/9' })
    expect(takeScope(itemOf(other), key, of(), never)).toEqual({ kind: 'busy', by: other })
    expect(takeScope(itemOf(other), key, of(), each => each === other)).toMatchObject({
      ...{ kind: 'taken', entry: { rev: 8, demotion: of() } },
    })
  })
  test('of the same member is taken over, but not with an older revision of its entry', () => {
    const later = of({ at: now + 5 })
    expect(takeScope(itemOf(of()), key, later, never)).toMatchObject({ entry: { demotion: later } })
    expect(takeScope(itemOf(of({ rev: 2 })), key, of(), never).kind).toBe('taken')
    expect(takeScope(itemOf(of({ rev: 4 })), key, of(), never).kind).toBe('busy')
  })
})

describe('a demotion is over', () => {
  const entryOf = (fields: Partial<Entry>): Entry => ({ member, rev: 3, failures: 0, ...fields })
  const lease = (until: number) => ({ holder: 'h', until, event: 'e', desired: a })
  const again = (entry: Entry | undefined, at = now, rev = 3) => notOverUntil(entry, { rev, at }, now, rules)

  test('once the entry of its member has another revision', () => {
    expect([again(entryOf({})), again(entryOf({ rev: 4 }))]).toEqual([now, undefined])
    expect([again(undefined, now, 0), again(undefined, now - 65_000, 0)]).toEqual([now, undefined])
  })
  test('or once its invocation has ended', () => {
    expect([again(entryOf({}), now - 64_999), again(entryOf({}), now - 65_000)]).toEqual([now, undefined])
  })
  test('but not while somebody may write to the member', () => {
    expect(again(entryOf({ rev: 9, lease: lease(now + 1) }), 0)).toBe(now)
  })
  test('and not while an unanswered write may land', () => {
    const unanswered = { until: now + 500, desired: a }
    expect(again(entryOf({ rev: 9, unanswered }), 0)).toBe(now + 500)
    expect(again(entryOf({ rev: 9, unanswered: { ...unanswered, until: now } }), 0)).toBeUndefined()
  })
  test('also one whose lease ran out', () => {
    expect(again(entryOf({ rev: 9, lease: lease(now) }), 0)).toBe(now + 60_000)
    expect(again(entryOf({ rev: 9, lease: lease(now - 60_000) }), 0)).toBeUndefined()
  })
})
