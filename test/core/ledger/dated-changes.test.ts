import { describe, expect, test } from '@jest/globals'
import type { Held } from '../../../functions/core/guard/guards.ts'
import { close } from '../../../functions/core/ledger/close-entry.ts'
import type { Attempt, Entry, Guarded } from '../../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../../functions/core/ledger/open-entry.ts'
import { compareHistories } from '../../support/dated-histories.ts'
import { a, b, effects, guardedOf, member, rules } from '../../support/entries.ts'

/** A change that was decided on a day of December, with more of its attempt. */
const decided = (day: number, from?: string, fields: Partial<Attempt> = {}): Attempt => {
  const id = `e${day}${from ?? ''}`
  return {
    ...{ event: id, message: `m-${id}`, holder: `h-${id}`, givenUpAt: Number.POSITIVE_INFINITY, desired: a },
    version: {
      ...{ time: `2026-12-${String(day).padStart(2, '0')}T00:00:00`, sequence: '', source: 's', id },
      ...(from !== undefined && { from: `${from}T00:00:00` }),
    },
    ...fields,
  }
}
const fence = { isFence: true, desired: b }
const endOf = (attempt: Attempt, fields: Partial<Attempt> = {}): Attempt => ({
  ...{ ...attempt, message: `${attempt.message}-end`, holder: `${attempt.holder}-end`, desired: b },
  version: { ...attempt.version, end: true },
  ...fields,
})

/** The outcomes of changes that are proven in turn, if nothing finishes them. */
function outcomesOf(...attempts: readonly Attempt[]) {
  let entry: Entry | undefined
  const outcomes = attempts.map(attempt => {
    const opened = open(entry, member, attempt, 1000, rules)
    if (opened.kind === 'finished') {
      entry = opened.entry ?? entry
      return opened.outcome
    }
    if (opened.kind !== 'send') throw new Error(opened.kind)
    const closed = close(opened.entry, attempt, effects.proven, 1000, rules)
    entry = closed.kind === 'lost' ? entry : closed.entry
    return closed.kind
  })
  return { outcomes, entry: entry as Entry }
}

describe('a change counts by when it takes effect', () => {
  test('an immediate change does not undo what takes effect later', () => {
    const january = decided(1, '2027-01-01')
    expect(outcomesOf(january, decided(20)).outcomes).toEqual(['done', 'superseded'])
    expect(outcomesOf(decided(20), january).outcomes).toEqual(['done', 'done'])
  })
  test('a correction of the same day replaces it, in either order', () => {
    const [first, corrected] = [decided(1, '2027-01-01'), decided(9, '2027-01-01')]
    expect(outcomesOf(first, corrected).outcomes).toEqual(['done', 'done'])
    expect(outcomesOf(corrected, first).outcomes).toEqual(['done', 'superseded'])
  })
  test('the end of a change comes just above it, and below whatever is newer', () => {
    const change = decided(1, '2027-01-01')
    expect(outcomesOf(change, endOf(change)).outcomes).toEqual(['done', 'done'])
    expect(outcomesOf(endOf(change), change).outcomes).toEqual(['done', 'superseded'])
    expect(outcomesOf(change, decided(2, '2027-01-02'), endOf(change)).outcomes).toEqual([
      ...['done', 'done', 'superseded'],
    ])
  })
})

describe('a withdrawal is a fence', () => {
  test('what was decided before it never takes effect after it', () => {
    const { outcomes, entry } = outcomesOf(decided(20, undefined, fence), decided(1, '2027-01-01'))
    expect(outcomes).toEqual(['done', 'superseded'])
    expect(entry.applied).toMatchObject({ desired: b, event: 'e20' })
  })
  test('what was decided after it does: a rehire', () => {
    const rehire = decided(21, '2027-02-01')
    expect(outcomesOf(decided(20, undefined, fence), rehire).outcomes).toEqual(['done', 'done'])
  })
  test('it takes over from what was decided before it, though that is dated later, and the proof says so', () => {
    const { outcomes, entry } = outcomesOf(decided(1, '2027-01-01'), decided(20, undefined, fence))
    expect(outcomes).toEqual(['done', 'done'])
    expect(entry.applied).toMatchObject({ event: 'e20', tookOver: 'e12027-01-01' })
  })
  test('it does not take over from what was decided after it, and raises the fence all the same', () => {
    const { outcomes, entry } = outcomesOf(
      ...[decided(25), decided(20, undefined, fence), decided(1, '2027-01-01')],
    )
    expect(outcomes).toEqual(['done', 'superseded', 'superseded'])
    expect(entry).toMatchObject({ applied: { event: 'e25' }, fence: { id: 'e20' } })
  })
  test('one that the guard of a protected member holds raises none where it is superseded', () => {
    const raised = (guarded: Partial<Guarded>) =>
      outcomesOf(decided(25), decided(20, undefined, { ...fence, guarded: { ...guardedOf(20), ...guarded } }))
    expect(raised({})).toMatchObject({ outcomes: ['done', 'superseded'] })
    expect(raised({}).entry).not.toHaveProperty('fence')
    const held = guardedOf(20).held as Held
    for (const other of [{ held, tried: [held] }, { held: { ...held, guard: 'burst' as const } }])
      expect(raised(other).entry).toMatchObject({ fence: { id: 'e20' } })
  })
  test('an older one does not lower it', () => {
    const { entry } = outcomesOf(decided(20, undefined, fence), decided(10, undefined, fence))
    expect(entry.fence).toMatchObject({ id: 'e20' })
  })
  test('the end of a change is none: it is no decision', () => {
    const contract = decided(10)
    const { outcomes, entry } = outcomesOf(contract, endOf(contract), decided(1, '2027-01-01'))
    expect(outcomes).toEqual(['done', 'done', 'done'])
    expect(entry).not.toHaveProperty('fence')
  })
  test('one whose own time is up when its turn comes raises it as well, also as a duplicate of its end', () => {
    const leave = decided(20)
    const late = endOf(leave, { isFence: true, message: 'late', desired: a })
    const { outcomes, entry } = outcomesOf(endOf(leave, { desired: a }), late)
    expect(outcomes).toEqual(['done', 'duplicate'])
    expect(entry.fence).toMatchObject({ id: 'e20' })
  })
})

test('what ended with a letter is kept while a withdrawal could make room for it', () => {
  const refused = decided(15)
  const january = decided(1, '2027-01-01')
  const opened = open(undefined, member, refused, 0, rules)
  const dead = opened.kind === 'send' && close(opened.entry, refused, effects.refused, 0, rules)
  const ended = dead && dead.kind === 'dead' ? dead.entry : undefined
  const again = open(ended, member, january, 0, rules)
  const closed = again.kind === 'send' && close(again.entry, january, effects.proven, 0, rules)
  expect(closed).toMatchObject({ kind: 'done', entry: { ended: [{ message: 'm-e15' }] } })
})

test('random histories end as a plain model that knows all events says, but for late withdrawals', () => {
  expect(compareHistories(1, 3000)).toMatchObject({ unsaid: 0 })
})
