import { expect, test } from '@jest/globals'
import {
  afterLook,
  createReadingNotes,
  type ScopeReading,
} from '../../../functions/core/sweep/sweep-reading.ts'
import { a, appliedOf, b, entryOf } from '../../support/entries.ts'

const row = { member: 'wacht/1/2', at: 9 }

test('a reading counts every member, and keeps those that need somebody', () => {
  const { add, notes } = createReadingNotes()
  add({ ...row, finding: 'same', shown: a, entry: entryOf({ applied: appliedOf(1, a) }) })
  add({ ...row, finding: 'drift', shown: b, entry: entryOf({ applied: appliedOf(1, a) }) })
  add({ ...row, finding: 'unmanaged', shown: b })
  expect(notes()).toEqual({
    counts: { same: 1, drift: 1, unmanaged: 1 },
    findings: [
      { ...row, finding: 'drift', shown: b, applied: a, event: 'e1', source: 's', since: 500 },
      { ...row, finding: 'unmanaged', shown: b },
    ],
    more: 0,
  })
})

test('a reading keeps no personal data: ids that look like it are redacted', () => {
  const { add, notes } = createReadingNotes()
  const applied = { ...appliedOf(1, a), event: 'jane@example.com' }
  add({ ...row, finding: 'drift', entry: entryOf({ applied }) })
  expect(JSON.stringify(notes())).not.toContain('jane@')
})

test('a finding that does not fit takes no room from those behind it', () => {
  const { add, notes } = createReadingNotes()
  add({ ...row, finding: 'unmanaged', shown: { groupIds: ['x'.repeat(200_000)] } })
  add({ ...row, finding: 'unmanaged', shown: b })
  expect(notes()).toMatchObject({ findings: [{ shown: b }], more: 1 })
})

test('a reading keeps no more than fits in an item, and counts the others', () => {
  const { add, notes } = createReadingNotes()
  for (let n = 0; n < 3000; n++)
    add({ ...row, member: `wacht/1/${n}`, finding: 'unmanaged', shown: { roleId: 'x'.repeat(100) } })
  const { findings, more, counts } = notes()
  expect(counts).toEqual({ unmanaged: 3000 })
  expect(findings.length + more).toBe(3000)
  expect(findings.length).toBeGreaterThan(500)
  expect(JSON.stringify(findings).length).toBeLessThan(160_000)
})

const reading: ScopeReading = {
  ...{ from: 1, at: 2, calls: 3, counts: { same: 5, drift: 2, unmanaged: 1 }, more: 0 },
  findings: [
    { member: 'wacht/1/1', finding: 'drift', at: 1, shown: b },
    { member: 'wacht/1/2', finding: 'drift', at: 1, shown: b },
    { member: 'wacht/1/3', finding: 'unmanaged', at: 1 },
  ],
}
const look = (n: number, finding?: 'same' | 'drift' | 'gone' | 'unmanaged') =>
  afterLook(reading, new Set([`wacht/1/${n}`]), finding ? [{ member: `wacht/1/${n}`, finding, at: 9 }] : [])

test.each([
  ['of a member that is put right is taken away', look(1, 'same'), { same: 6, drift: 1, unmanaged: 1 }, '23'],
  ['that is found again is a newer one', look(1, 'drift'), { same: 5, drift: 2, unmanaged: 1 }, '231'],
  ['of another kind takes its place', look(1, 'gone'), { same: 5, drift: 1, unmanaged: 1, gone: 1 }, '231'],
  ['of a member that is no more is taken away', look(3), { same: 5, drift: 2, unmanaged: 0 }, '12'],
  ['of a member that was the same is added', look(4, 'drift'), { same: 4, drift: 3, unmanaged: 1 }, '1234'],
  ['of a new member is added', look(4, 'unmanaged'), { same: 5, drift: 2, unmanaged: 2 }, '1234'],
  ['of a member that is still the same is none', look(4, 'same'), reading.counts, '123'],
  ['of a member that nobody knows is none', look(4), reading.counts, '123'],
])('after a look a finding %s, and the others stay', (_, after, counts, members) => {
  expect(after).toMatchObject({ from: 1, at: 2, calls: 3, more: 0 })
  expect(after.counts).toEqual(counts)
  expect(after.findings.map(({ member }) => member.at(-1)).join('')).toBe(members)
})

test('where lists show no states, a member that is gone was one whose state was not shown', () => {
  const unshown = { ...reading, counts: { unshown: 3 }, findings: [] }
  const gone = { member: 'wacht/1/1', finding: 'gone', at: 9 } as const
  expect(afterLook(unshown, new Set([gone.member]), [gone]).counts).toEqual({ unshown: 2, gone: 1 })
})
