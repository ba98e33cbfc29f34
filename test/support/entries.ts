import fc from 'fast-check'
import type { Version } from '../../functions/core/event/version.ts'
import type { Desired } from '../../functions/core/ledger/desired-state.ts'
import type {
  Applied,
  ApprovedVersion,
  Attempt,
  EndedMessage,
  Entry,
  Guarded,
  LedgerRules,
} from '../../functions/core/ledger/ledger-entry.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'

/** The numbers of production, in milliseconds. */
export const rules: LedgerRules = {
  leaseMs: 65_000,
  requestTimeoutMs: 10_000,
  landWithinMs: 60_000,
  repeatable: true,
}

export const member = 'wacht/1/2'
export const a: Desired = { roleId: '501' }
export const b: Desired = { roleId: '502' }

/** The n-th change of the member: a larger n is newer. */
export const versionOf = (n: number): Version => ({
  ...{ time: `2026-11-23T09:15:${String(n).padStart(2, '0')}`, sequence: '', source: 's', id: `e${n}` },
})

/** One delivery of the n-th change. */
export const attemptOf = (n: number, desired = a, fields: Partial<Attempt> = {}): Attempt => ({
  ...{ event: `e${n}`, version: versionOf(n), desired, message: `m${n}`, holder: `h${n}` },
  givenUpAt: Number.POSITIVE_INFINITY,
  ...fields,
})

export const appliedOf = (n: number, desired = a): Applied => ({
  ...{ version: versionOf(n), event: `e${n}`, message: `m${n}`, desired, at: 500 },
})

/** The n-th change became a dead letter: its message is `m<n>`. */
export const endedOf = (
  n: number,
  letter: Partial<EndedMessage['letter']> = {},
  at = 100_000,
): EndedMessage => ({
  ...{ message: `m${n}`, version: versionOf(n), at },
  letter: { reason: 'rejected', status: 422, unproven: false, ...letter },
})

/** The n-th change was held, and its approval was used. */
export const approvedOf = (n: number): ApprovedVersion => ({
  ...{ message: `m${n}`, version: versionOf(n), key: `k${n}`, by: ['ada'] },
})

/** What holds the n-th change. */
export const guardedOf = (n: number, approvals?: Guarded['approvals']): Guarded => ({
  ...{ held: { guard: 'protected', detail: 'why' }, key: `k${n}`, needed: 1, tried: [] },
  ...(approvals && { approvals }),
})

export const entryOf = (fields: Partial<Entry> = {}): Entry => ({ member, rev: 7, failures: 0, ...fields })
/** A lease of another event than the ones of a test. */
export const leaseOf = (until: number): NonNullable<Entry['lease']> => ({
  holder: 'x',
  until,
  event: 'e9',
  desired: { roleId: '1' },
})

/** One effect of each kind that the ledger tells apart. */
export const effects = {
  proven: { kind: 'proven', status: 200 },
  refused: { kind: 'refused', reason: 'rejected', status: 422, detail: '422' },
  deferred: { kind: 'deferred', cause: 'throttled', status: 429, detail: '429' },
  answered: { kind: 'unknown', cause: 'server_error', answered: true, status: 500, detail: '500' },
  unanswered: { kind: 'unknown', cause: 'timeout', answered: false, detail: 'no answer' },
} as const satisfies Record<string, Effect>

export const anyEffect: fc.Arbitrary<Effect> = fc.constantFrom(...Object.values(effects))
export const anyDesired: fc.Arbitrary<Desired> = fc.constantFrom(a, b)
export const anyAttempt = (holder: string): fc.Arbitrary<Attempt> =>
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), anyDesired, fc.constantFrom('m1', 'm2'))
    .map(([n, desired, message]) => attemptOf(n, desired, { holder, message }))

const times = fc.integer({ min: 0, max: 300_000 })
export const anyTime = times

/** Any entry at all, also such as the protocol would never leave behind. */
export const anyEntry: fc.Arbitrary<Entry> = fc
  .record(
    {
      applied: fc
        .tuple(fc.integer({ min: 1, max: 9 }), anyDesired)
        .map(([n, desired]) => appliedOf(n, desired)),
      lease: fc.record({
        holder: fc.constantFrom('mine', 'other'),
        until: times,
        event: fc.constantFrom('e1', 'e2'),
        desired: anyDesired,
      }),
      unanswered: fc.record({ until: times, desired: anyDesired }),
      unproven: fc.constantFrom('e1', 'e2'),
      ended: fc.array(
        fc.integer({ min: 1, max: 9 }).map(n => endedOf(n)),
        { maxLength: 3 },
      ),
      approved: fc.array(
        fc.integer({ min: 1, max: 9 }).map(n => approvedOf(n)),
        { maxLength: 3 },
      ),
      failures: fc.nat(40),
      rev: fc.integer({ min: 1, max: 1000 }),
    },
    { requiredKeys: ['failures', 'rev'] },
  )
  .map(fields => entryOf(fields))
