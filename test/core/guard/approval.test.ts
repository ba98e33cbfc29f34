import { describe, expect, test } from '@jest/globals'
import { sha256 } from '../../../functions/aws/sha256.ts'
import { approvalKey, approvers } from '../../../functions/core/guard/approval.ts'
import { noon } from '../../support/events.ts'

const version = { time: '2026-11-23T09:15:00', sequence: '4', source: 'hr', id: 'e1' }
const change = { member: 'wacht/7/8', version, desired: { roleId: '1' } }
const keyOf = (fields: object = {}) => approvalKey({ ...change, ...fields }, sha256)

describe('the key of an approval', () => {
  test('is the same for the same change, in any order of fields', () => {
    const { id, ...rest } = version
    expect(keyOf({ version: { id, ...rest } })).toBe(keyOf())
    expect(keyOf()).toMatch(/^[0-9a-f]{64}$/)
  })
  test('leaves out what else is said of the change', () =>
    expect(keyOf({ role: 'manager', version: { ...version, more: 1 } })).toBe(keyOf()))
  test.each([
    { member: 'wacht/7/9' },
    { desired: { roleId: '2' } },
    { version: { ...version, time: '2026-11-23T09:15:01' } },
    { version: { ...version, sequence: '5' } },
    { version: { ...version, source: 'other' } },
    { version: { ...version, id: 'e2' } },
    { version: { ...version, from: '2026-11-24T09:15:00' } },
    { version: { ...version, end: true as const } },
  ])('is another for another change: %j', fields => expect(keyOf(fields)).not.toBe(keyOf()))
})

describe('approvers', () => {
  const by = (approver: string, ms: number) => ({ approver, at: new Date(noon + ms).toISOString() })
  const day = 86_400_000

  test('count for 24 hours', () => {
    expect(approvers([by('a', 1 - day)], noon)).toEqual(['a'])
    expect(approvers([by('a', -day)], noon)).toEqual([])
  })
  test('count five minutes ahead of our clock, and no more', () => {
    expect(approvers([by('a', 300_000)], noon)).toEqual(['a'])
    expect(approvers([by('a', 300_001)], noon)).toEqual([])
  })
  test('count once each', () =>
    expect(approvers([by('b', -5), by('a', 0), by('b', 0)], noon)).toEqual(['a', 'b']))
  test('do not count without a readable time', () =>
    expect(approvers([{ approver: 'a', at: 'yesterday' }], noon)).toEqual([]))
})
