import { expect, test } from '@jest/globals'
import { createReadingNotes } from '../../../functions/core/sweep/sweep-reading.ts'
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
