import { describe, expect, test } from '@jest/globals'
import { close } from '../../../functions/core/ledger/close-entry.ts'
import type { Applied, Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../../functions/core/ledger/open-entry.ts'
import type { Effect } from '../../../functions/core/outcome/effect.ts'
import {
  a,
  appliedOf,
  approvedOf,
  attemptOf,
  b,
  effects,
  endedOf,
  entryOf,
  leaseOf,
  member,
  rules,
} from '../../support/entries.ts'

const now = 100_000
const day = 86_400_000
const attempt = attemptOf(5, a, { message: 'r1', reasserts: { expires: now + 1000 } })
const applied = appliedOf(5)
const another = { ...applied, version: { ...applied.version, id: 'e' } }
const opened = (fields: Partial<Entry> | undefined, time = now) =>
  open(fields && entryOf(fields), member, attempt, time, rules)

describe('open', () => {
  test('takes the lease over the version that is applied', () => {
    const lease = { holder: 'h5', until: now + rules.leaseMs, event: 'e5', desired: a }
    expect(opened({ applied })).toMatchObject({ kind: 'send', entry: { applied, lease } })
  })
  test.each<[string, Partial<Entry> | undefined, Applied | undefined]>([
    ['a newer version', { applied: appliedOf(6) }, appliedOf(6)],
    ['an older version, as after a restore of the table', { applied: appliedOf(4) }, appliedOf(4)],
    ['another event of the same time', { applied: another }, another],
    ['nothing', {}, undefined],
    ['no entry', undefined, undefined],
  ])('ends where %s is applied, whatever else the entry says', (_, fields, by) => {
    for (const rest of [{}, { lease: leaseOf(now + 1) }])
      expect(opened(fields && { ...fields, ...rest })).toEqual({ kind: 'not_applied', by: by })
  })
  test('ends where its message was proven before, also when its time is over', () => {
    const reasserted = [
      { message: 'r2', at: 2 },
      { message: 'r1', at: 1 },
    ]
    expect(opened({ applied, reasserted }, now + 9000)).toEqual({ kind: 'reasserted' })
    expect(opened({ applied, reasserted: [{ message: 'r2', at: 2 }] }).kind).toBe('send')
  })
  test('ends with a letter from its end on, which the entry keeps', () => {
    expect(opened({ applied }, now + 999).kind).toBe('send')
    const letter = { reason: 'expired', unproven: false }
    expect(opened({ applied }, now + 1000)).toMatchObject({
      ...{
        kind: 'expired',
        letter,
        entry: { applied, ended: [{ message: 'r1', version: applied.version, letter }] },
      },
    })
    expect(opened({ applied, unproven: 'e6' }, now + 1000)).toMatchObject({ letter: { unproven: true } })
    expect(opened({ applied, ended: [{ ...endedOf(5), message: 'r1' }] })).toMatchObject({ kind: 'ended' })
  })
  test('waits for a lease and for another state that may land, also when its time is over', () => {
    for (const time of [now, now + 1000]) {
      expect(opened({ applied, lease: leaseOf(time + 1) }, time).kind).toBe('busy')
      expect(opened({ applied, unanswered: { until: time + 1, desired: b } }, time).kind).toBe('wait')
    }
  })
})

describe('close', () => {
  const lease = { holder: 'h5', until: now + 60_000, event: 'e5', desired: a }
  const closed = (fields: Partial<Entry>, effect: Effect, time = now) =>
    close(entryOf({ lease, applied, ...fields }), attempt, effect, time, rules)

  test('proven: what is applied stays, and the message is remembered', () => {
    expect(closed({ unproven: 'e5', failures: 3 }, effects.proven)).toEqual({
      ...{ kind: 'done', replaced: undefined },
      entry: entryOf({ rev: 8, applied, reasserted: [{ message: 'r1', at: now }] }),
    })
  })
  test('proven: letters and newer approvals stay, and the approval of the version ends', () => {
    const ended = [endedOf(5)]
    const approved = [approvedOf(6), approvedOf(5)]
    expect(closed({ ended, approved }, effects.proven)).toMatchObject({
      entry: { ended, approved: [approvedOf(6)] },
    })
  })
  test('proven: the last 20 messages are remembered, for 14 days', () => {
    const before = Array.from({ length: 25 }, (_, n) => ({ message: `o${n}`, at: now }))
    const reassertedAt = (time: number) => {
      const done = closed({ reasserted: before, lease }, effects.proven, time)
      return done.kind === 'done' ? done.entry.reasserted?.map(({ message }) => message) : undefined
    }
    expect(reassertedAt(now + 5)).toEqual(['r1', ...before.slice(0, 19).map(({ message }) => message)])
    expect(reassertedAt(now + 14 * day)).toEqual(['r1'])
  })
  test('the proof of a newer change forgets them', () => {
    const entry = entryOf({
      applied,
      reasserted: [{ message: 'r1', at: 1 }],
      lease: { ...lease, holder: 'h6' },
    })
    const done = close(entry, attemptOf(6, b), effects.proven, now, rules)
    expect(done).toMatchObject({ kind: 'done', entry: { applied: { event: 'e6' } } })
    expect((done as { entry: Entry }).entry.reasserted).toBeUndefined()
  })
  test('refused: the message has a letter, and the same state is not sent once more', () => {
    expect(closed({ unproven: 'e5' }, effects.refused)).toMatchObject({
      ...{ kind: 'dead', letter: { reason: 'rejected', unproven: true } },
      entry: { applied, unproven: 'e5', ended: [{ message: 'r1' }] },
    })
  })
  test('unknown and deferred: as any change', () => {
    expect(closed({}, effects.unanswered)).toMatchObject({
      ...{ kind: 'retry', entry: { applied, unproven: 'e5', failures: 1, unanswered: { desired: a } } },
    })
    expect(closed({}, effects.deferred)).toMatchObject({ kind: 'retry', entry: { applied, failures: 1 } })
  })
})
