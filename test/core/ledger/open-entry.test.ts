import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareVersions } from '../../../functions/core/event/version.ts'
import type { Approval } from '../../../functions/core/guard/approval.ts'
import { sameDesired } from '../../../functions/core/ledger/desired-state.ts'
import { sentAgain } from '../../../functions/core/ledger/ended-messages.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../../functions/core/ledger/open-entry.ts'
import {
  a,
  anyAttempt,
  anyEntry,
  anyTime,
  appliedOf,
  approvedOf,
  attemptOf,
  b,
  endedOf,
  entryOf,
  guardedOf,
  member,
  rules,
  versionOf,
} from '../../support/entries.ts'

const now = 100_000
const once = { ...rules, repeatable: false }
const at = (entry: Entry | undefined, attempt = attemptOf(5), given = rules, time = now) =>
  open(entry, member, attempt, time, given)
const leaseOf = (until: number, desired = a) => ({ holder: 'other', until, event: 'e3', desired })

describe('rule 1: what is applied finishes a change that is not newer, whatever else the entry says', () => {
  const busy = { lease: leaseOf(now + 1), unanswered: { until: now + 1, desired: b }, unproven: 'e3' }
  test.each<[string, object, object]>([
    ['applied, by this very message', attemptOf(5), { outcome: 'applied', differs: false }],
    [
      'a duplicate, by another message',
      attemptOf(5, a, { message: 'm9' }),
      { outcome: 'duplicate', differs: false },
    ],
    [
      'a duplicate that differs in content',
      attemptOf(5, b, { message: 'm9' }),
      { outcome: 'duplicate', differs: true },
    ],
    ['superseded, when older', attemptOf(4, b), { outcome: 'superseded', differs: false }],
    [
      'superseded, when older and of the same message',
      attemptOf(4, b, { message: 'm5' }),
      { outcome: 'superseded' },
    ],
  ])('%s', (_, attempt, expected) => {
    for (const rest of [{}, busy]) {
      const applied = appliedOf(5)
      const opened = at(entryOf({ applied, ...rest }), attempt as ReturnType<typeof attemptOf>)
      expect(opened).toMatchObject({ kind: 'finished', by: applied, ...expected })
    }
  })
  test('a newer change goes on', () => {
    expect(at(entryOf({ applied: appliedOf(4) })).kind).toBe('send')
  })
})

describe('rule 3: a lease that has not run out', () => {
  test.each([now + 1, now + 65_000])('until %i keeps others away', until => {
    expect(at(entryOf({ lease: leaseOf(until) }))).toEqual({ kind: 'busy', until })
  })
  test('is ours when it bears this attempt’s holder', () => {
    expect(at(entryOf({ lease: { ...leaseOf(now + 1), holder: 'h5' } }))).toEqual({ kind: 'leased' })
  })
  test('is not ours because it bears our message', () => {
    expect(at(entryOf({ lease: { ...leaseOf(now + 1), holder: 'm5' } })).kind).toBe('busy')
  })
})

describe('rule 4: a lease that ran out unclosed was an unanswered write', () => {
  const entry = (until: number, desired = b) => entryOf({ lease: leaseOf(until, desired) })
  test.each([
    ['at the moment it runs out', now, { kind: 'wait', until: now + 60_000 }],
    ['until its write can land no more', now - 59_999, { kind: 'wait', until: now + 1 }],
  ])('others wait, %s', (_, until, expected) => expect(at(entry(until))).toEqual(expected))
  test('afterwards the next one is sent, and the entry is unproven', () => {
    const opened = at(entry(now - 60_000))
    expect(opened).toMatchObject({ kind: 'send', entry: { rev: 8, unproven: 'e3', lease: { holder: 'h5' } } })
  })
  test('the same state may be sent again at once where the write is repeatable', () => {
    const opened = at(entry(now - 1, a))
    expect(opened).toMatchObject({
      kind: 'send',
      entry: { unproven: 'e3', unanswered: { until: now - 1 + 60_000, desired: a }, lease: { desired: a } },
    })
  })
  test('and waits where it is not', () => {
    expect(at(entry(now - 1, a), attemptOf(5), once)).toEqual({ kind: 'wait', until: now - 1 + 60_000 })
  })
})

describe('an unanswered write that was remembered', () => {
  const entry = (desired: typeof a, until = now + 1) =>
    entryOf({ unanswered: { until, desired }, unproven: 'e3' })
  test.each([
    ['another state waits', b, rules, 'wait'],
    ['the same state is sent where that is repeatable', a, rules, 'send'],
    ['the same state waits where it is not', a, once, 'wait'],
  ] as const)('%s', (_, desired, given, kind) =>
    expect(at(entry(desired), attemptOf(5), given).kind).toBe(kind),
  )
  test('holds nobody up when its time is up', () => expect(at(entry(b, now)).kind).toBe('send'))
  test('is the same state in whatever order its keys come back', () => {
    const project = { groupIds: ['g1', 'g2'], owner: true }
    const stored = { owner: true, groupIds: ['g1', 'g2'] }
    const held = entryOf({ unanswered: { until: now + 1, desired: stored } })
    expect(at(held, attemptOf(5, project)).kind).toBe('send')
    expect(at(held, attemptOf(5, { ...project, owner: false })).kind).toBe('wait')
    expect(at(held, attemptOf(5, { ...project, groupIds: ['g1'] })).kind).toBe('wait')
  })
})

test('rule 4: the first change of a member makes its entry, with the lease in it', () => {
  expect(at(undefined)).toEqual({
    kind: 'send',
    entry: {
      member,
      rev: 1,
      failures: 0,
      lease: { holder: 'h5', until: now + 65_000, event: 'e5', desired: a },
    },
  })
})

test('whatever the entry: opening keeps what is applied, adds one to rev and never forgets an unanswered write', () => {
  fc.assert(
    fc.property(anyEntry, anyAttempt('mine'), anyTime, fc.boolean(), (entry, attempt, time, repeatable) => {
      const opened = open(entry, member, attempt, time, { ...rules, repeatable })
      if (opened.kind === 'wait' || opened.kind === 'busy') expect(opened.until).toBeGreaterThan(time)
      const order = entry.applied ? compareVersions(entry.applied.version, attempt.version) : -1
      expect(opened.kind === 'finished').toBe(order >= 0)
      if (opened.kind !== 'send') return
      const { entry: next } = opened
      expect(next.rev).toBe(entry.rev + 1)
      expect(next.applied).toEqual(entry.applied)
      expect(next.failures).toBe(entry.failures)
      expect(next.lease).toMatchObject({
        holder: 'mine',
        until: time + rules.leaseMs,
        desired: attempt.desired,
      })
      expect(next.unproven).toBe(entry.lease ? entry.lease.event : entry.unproven)
      const landing = Math.max(
        entry.unanswered?.until ?? 0,
        entry.lease ? entry.lease.until + rules.landWithinMs : 0,
      )
      if (landing > time) {
        expect(repeatable && sameDesired(next.unanswered?.desired ?? {}, attempt.desired)).toBe(true)
        expect(next.unanswered?.until).toBe(landing)
      }
    }),
    { numRuns: 1000 },
  )
})

describe('rule 2: a message that became a dead letter before', () => {
  const ended = [endedOf(7), endedOf(5, { unproven: true })]
  test('ends with the same letter, whatever else the entry says', () => {
    const lease = leaseOf(now + 1)
    expect(at(entryOf({ ended }))).toEqual({
      kind: 'ended',
      letter: { ...ended[1]?.letter, detail: sentAgain },
    })
    expect(at(entryOf({ ended, lease, unproven: 'e3' }))).toMatchObject({ kind: 'ended' })
  })
  test('is finished all the same by what was applied since', () => {
    expect(at(entryOf({ ended, applied: appliedOf(6) }))).toMatchObject({ outcome: 'superseded' })
  })
  test('does not end another message of the same event: a replay is sent', () => {
    expect(at(entryOf({ ended }), attemptOf(5, a, { message: 'm9' }))).toMatchObject({
      kind: 'send',
      entry: { ended },
    })
  })
})

describe('rule 5: a change that a guard holds', () => {
  const unread = attemptOf(5, a, { guarded: guardedOf(5) })
  const without = attemptOf(5, a, { guarded: guardedOf(5, []) })

  test('needs its approvals read, then ends with its letter: no lease, and the message is among the ended', () => {
    expect(at(undefined, unread)).toMatchObject({ kind: 'unapproved', rev: 0, isApproved: false })
    const letter = { reason: 'held', guard: 'protected', unproven: false }
    expect(at(undefined, without)).toEqual({
      kind: 'held',
      letter: { ...letter, detail: 'why' },
      entry: {
        member,
        rev: 1,
        failures: 0,
        ended: [{ message: 'm5', version: versionOf(5), at: now, letter }],
      },
    })
  })
  test('is sent by an approval of itself that was used before, and not by one of another change', () => {
    expect(at(entryOf({ approved: [approvedOf(5)] }), unread)).toMatchObject({
      kind: 'send',
      entry: { approved: [approvedOf(5)] },
    })
    expect(at(entryOf({ approved: [approvedOf(4)] }), without).kind).toBe('held')
  })
  test('keeps the twenty approvals that were used last', () => {
    const approved = Array.from({ length: 20 }, (_, n) => approvedOf(n + 20))
    const approval = { approver: 'bob', at: new Date(now).toISOString() } as Approval
    const sendOf = (n: number) =>
      at(entryOf({ approved }), attemptOf(n, a, { guarded: guardedOf(n, [approval]) }))
    expect(sendOf(50)).toMatchObject({ entry: { approved: { 0: { key: 'k50', by: ['bob'] }, length: 20 } } })
    expect(sendOf(5)).toMatchObject({ entry: { approved: { 0: { key: 'k5' }, length: 20 } } })
  })
  test('takes no lease without an approval, whatever the entry; what the other rules say is the same', () => {
    fc.assert(
      fc.property(anyEntry, anyAttempt('mine'), anyTime, (entry, attempt, time) => {
        const plain = open(entry, member, attempt, time, rules)
        const guarded = open(entry, member, { ...attempt, guarded: guardedOf(99, []) }, time, rules)
        if (plain.kind !== 'send') return expect(guarded).toEqual(plain)
        expect(guarded.kind).toBe('held')
        if (guarded.kind !== 'held') return
        const { lease: _, ...without } = plain.entry
        expect(guarded.entry).toMatchObject({ rev: entry.rev + 1, failures: entry.failures })
        expect(guarded.entry.lease).toBeUndefined()
        expect([guarded.entry.applied, guarded.entry.unanswered, guarded.entry.unproven]).toEqual([
          ...[without.applied, without.unanswered, without.unproven],
        ])
      }),
      { numRuns: 1000 },
    )
  })
})
