import { describe, expect, test } from '@jest/globals'
import type { Approval } from '../../../functions/core/guard/approval.ts'
import type { OwnerLimit } from '../../../functions/core/guard/last-owner.ts'
import { standingOf } from '../../../functions/core/ledger/guarded-change.ts'
import type { Clearance, Entry, Guarded } from '../../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../../functions/core/ledger/open-entry.ts'
import { a, approvedOf, attemptOf, guardedOf, member, rules } from '../../support/entries.ts'

const now = 1_000_000
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
  standingOf(of, lastOwner(fields), now)

describe('a change that may take a guarded role', () => {
  test('is free once enough others have the role, and needs no approval', () => {
    expect(standing({})).toEqual({ kind: 'unapproved', isApproved: false })
    expect(standing(cleared('enough'))).toEqual({ kind: 'free', by: undefined })
  })
  test('is held if too few have it, once the approvals were read', () => {
    expect(standing(cleared('too_few'))).toEqual({ kind: 'unapproved', isApproved: false })
    expect(standing({ ...cleared('too_few'), approvals: [] })).toEqual({
      ...{ kind: 'held', held: { guard: 'last_owner', detail: 'would leave 1' } },
    })
  })
  test('is free by an approval, but only after the lease of the scope was asked for', () => {
    expect(standing({ approvals: [approval] })).toEqual({ kind: 'unapproved', isApproved: true })
    const used = { ...entry, approved: [approvedOf(5)] }
    expect(standing({}, used)).toEqual({ kind: 'unapproved', isApproved: true })
    for (const others of ['uncounted', 'too_few', 'enough'] as const) {
      expect(standing({ ...cleared(others), approvals: [approval] })).toEqual({ kind: 'free', by: ['bob'] })
      expect(standing(cleared(others), used)).toEqual({ kind: 'free', by: ['ada'] })
    }
  })
  test('is asked again if the approval ends before it is used: nobody was counted', () => {
    expect(standing({ ...cleared('uncounted'), approvals: [] })).toEqual({
      ...{ kind: 'unapproved', isApproved: false },
    })
  })
  test.each([2, 4])('is asked again if the entry has another revision than %i', rev => {
    expect(standing(cleared('enough', rev)).kind).toBe('unapproved')
    expect(standing({ ...cleared('too_few', rev), approvals: [] }).kind).toBe('unapproved')
    expect(standing({ ...cleared('uncounted', rev), approvals: [approval] }).kind).toBe('unapproved')
  })
  test('of a member without an entry is asked for revision 0', () => {
    expect(standingOf(undefined, lastOwner(cleared('enough', 0)), now).kind).toBe('free')
    expect(standingOf(undefined, lastOwner(cleared('enough', 1)), now).kind).toBe('unapproved')
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
  const both = (fields: Partial<Guarded>) => standingOf(entry, { ...guardedOf(5), owners, ...fields }, now)
  test('is held by that one first', () => {
    expect(both({ ...cleared('enough'), approvals: [] })).toEqual({
      ...{ kind: 'held', held: { guard: 'protected', detail: 'why' } },
    })
  })
  test('is asked who is left once it has a place', () => {
    expect(both({ placed: true })).toEqual({ kind: 'unapproved', isApproved: false })
    expect(both({ placed: true, ...cleared('enough') }).kind).toBe('free')
    expect(both({ placed: true, ...cleared('too_few'), approvals: [] })).toMatchObject({
      ...{ kind: 'held', held: { guard: 'last_owner' } },
    })
  })
})
