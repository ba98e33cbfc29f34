import { describe, expect, test } from '@jest/globals'
import type { Approval } from '../../../functions/core/guard/approval.ts'
import type { OwnerLimit } from '../../../functions/core/guard/last-owner.ts'
import { standingOf } from '../../../functions/core/ledger/guarded-change.ts'
import type { Clearance, EndedMessage, Entry, Guarded } from '../../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../../functions/core/ledger/open-entry.ts'
import { a, approvedOf, attemptOf, endedOf, guardedOf, member, rules } from '../../support/entries.ts'

const now = 1_000_000
const attempt = attemptOf(5)
const owners: OwnerLimit[] = [{ scope: 'wacht/1', role: 'owner', keep: 2, isIn: () => true }]
const approval = { approver: 'bob', at: new Date(now).toISOString() } as Approval
const entry: Entry = { member, rev: 3, failures: 0 }
const lastOwner = (fields: Partial<Guarded> = {}): Guarded => ({
  ...{ ...guardedOf(5), held: { guard: 'last_owner', detail: 'base' }, owners, ...fields },
})
const cleared = (others: Clearance['others'], rev = 3): Pick<Guarded, 'cleared'> => ({
  cleared: { rev, others, detail: 'would leave 1' },
})
const standing = (fields: Partial<Guarded>, of: Entry | undefined = entry) =>
  standingOf(of, attempt, lastOwner(fields), now)

describe('a change that may take a guarded role', () => {
  test('is free once enough others have the role, and needs no approval', () => {
    expect(standing({})).toMatchObject({ kind: 'unapproved', isApproved: false })
    expect(standing(cleared('enough'))).toEqual({ kind: 'free', by: undefined })
  })
  test('is held if too few have it, once the approvals were read', () => {
    expect(standing(cleared('too_few'))).toMatchObject({ kind: 'unapproved', isApproved: false })
    expect(standing({ ...cleared('too_few'), approvals: [] })).toEqual({
      ...{ kind: 'held', held: { guard: 'last_owner', detail: 'would leave 1' } },
    })
  })
  test('is free by an approval, but only after the lease of the scope was asked for', () => {
    expect(standing({ approvals: [approval] })).toMatchObject({ kind: 'unapproved', isApproved: true })
    const used = { ...entry, approved: [approvedOf(5)] }
    expect(standing({}, used)).toMatchObject({ kind: 'unapproved', isApproved: true })
    for (const others of ['uncounted', 'too_few', 'enough'] as const) {
      expect(standing({ ...cleared(others), approvals: [approval] })).toEqual({ kind: 'free', by: ['bob'] })
      expect(standing(cleared(others), used)).toEqual({ kind: 'free', by: ['ada'] })
    }
  })
  test('is asked again if the approval ends before it is used: nobody was counted', () => {
    expect(standing({ ...cleared('uncounted'), approvals: [] })).toMatchObject({
      kind: 'unapproved',
      isApproved: false,
    })
  })
  test.each([2, 4])('is asked again if the entry has another revision than %i', rev => {
    expect(standing(cleared('enough', rev)).kind).toBe('unapproved')
    expect(standing({ ...cleared('too_few', rev), approvals: [] }).kind).toBe('unapproved')
    expect(standing({ ...cleared('uncounted', rev), approvals: [approval] }).kind).toBe('unapproved')
  })
  test('of a member without an entry is asked for revision 0', () => {
    expect(standingOf(undefined, attempt, lastOwner(cleared('enough', 0)), now).kind).toBe('free')
    expect(standingOf(undefined, attempt, lastOwner(cleared('enough', 1)), now).kind).toBe('unapproved')
  })
  test('waits for an unanswered write of the same state too', () => {
    const pending = { ...entry, unanswered: { until: now + 1, desired: a } }
    const at = (guarded: Guarded) => open(pending, member, attemptOf(5, a, { guarded }), now, rules).kind
    expect([at(lastOwner(cleared('enough'))), at({ ...guardedOf(5), placed: true })]).toEqual([
      'wait',
      'send',
    ])
  })
})

describe('a change that another guard holds as well', () => {
  const both = (fields: Partial<Guarded>) =>
    standingOf(entry, attempt, { ...guardedOf(5), owners, ...fields }, now)
  test('is held by that one first', () => {
    expect(both({ ...cleared('enough'), approvals: [] })).toEqual({
      ...{ kind: 'held', held: { guard: 'protected', detail: 'why' } },
    })
  })
  test('is asked who is left once it has a place', () => {
    expect(both({ placed: true })).toMatchObject({ kind: 'unapproved', isApproved: false })
    expect(both({ placed: true, ...cleared('enough') }).kind).toBe('free')
    expect(both({ placed: true, ...cleared('too_few'), approvals: [] })).toMatchObject({
      ...{ kind: 'held', held: { guard: 'last_owner' } },
    })
  })
})

describe('a version that has a held letter', () => {
  const unguarded: Guarded = { key: 'k5', needed: 1, tried: [] }
  const held = { guard: 'burst', detail: expect.stringContaining('held this change before') }
  const holding = (letter: Partial<EndedMessage['letter']> = {}): Entry => ({
    ...entry,
    ended: [{ ...endedOf(5, { reason: 'held', guard: 'burst', ...letter }), message: 'another' }],
  })
  test('is held though no guard holds it now, until it is approved', () => {
    expect(standingOf(holding(), attempt, unguarded, now)).toEqual({
      ...{ kind: 'unapproved', isApproved: false, held },
    })
    const asked = (approvals: NonNullable<Guarded['approvals']>) =>
      standingOf(holding(), attempt, { ...unguarded, approvals }, now)
    expect(asked([])).toEqual({ kind: 'held', held })
    expect(asked([approval])).toEqual({ kind: 'free', by: ['bob'] })
  })
  test('is held by that guard though another sender has a place', () => {
    const placed: Guarded = { ...guardedOf(5, []), placed: true }
    expect(standingOf(entry, attempt, placed, now).kind).toBe('free')
    expect(standingOf(holding(), attempt, placed, now)).toEqual({ kind: 'held', held })
  })
  test('is held though enough others have the role by now, and an approval still needs the lease of the scope', () => {
    const owned = holding({ guard: 'last_owner' })
    const at = (fields: Partial<Guarded>) => standingOf(owned, attempt, lastOwner(fields), now)
    expect(at({ ...cleared('enough'), approvals: [] }).kind).toBe('held')
    expect(at({ approvals: [approval] }).kind).toBe('unapproved')
    expect(at({ ...cleared('uncounted'), approvals: [approval] })).toEqual({ kind: 'free', by: ['bob'] })
  })
  test('has the facts of its guard where that guard holds it again', () => {
    const of = standingOf(holding({ guard: 'protected' }), attempt, guardedOf(5, []), now)
    expect(of).toEqual({ kind: 'held', held: { guard: 'protected', detail: 'why' } })
  })
  test.each([
    ['another version', attemptOf(6), holding()],
    ['a re-assertion', { ...attempt, reasserts: { expires: now + 1 } }, holding()],
    ['a version with another letter', attempt, holding({ reason: 'rejected' })],
  ])('is not meant by %s', (_, of, kept) => {
    expect(standingOf(kept, of, unguarded, now)).toEqual({ kind: 'free', by: undefined })
  })
  test('is held by its entry, which keeps the letter of the new message', () => {
    const opened = open(
      holding(),
      member,
      { ...attempt, guarded: { ...unguarded, approvals: [] } },
      now,
      rules,
    )
    expect(opened).toMatchObject({ kind: 'held', letter: { reason: 'held', guard: 'burst' } })
    expect(opened).toHaveProperty('entry.ended.length', 2)
  })
})
