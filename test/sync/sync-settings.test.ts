import { describe, expect, test } from '@jest/globals'
import { readGuards } from '../../functions/sync/sync-settings.ts'

const content = { protected: [{ member: 'wacht/7/8', why: 'last owner' }] }
const settings = { APPROVALS_TABLE: 'approvals', APPROVALS_NEEDED: 1, TRUSTED_SENDERS: new Set(['AROASYNC']) }

describe('guards', () => {
  test.each([[{}], [{ protected: [] }]])('that guard nothing need no settings: %j', none =>
    expect(readGuards(none, {} as typeof settings)).toBeUndefined(),
  )
  test('come with the settings that they need', () =>
    expect(readGuards(content, settings)).toEqual({ guards: content, table: 'approvals', needed: 1 }))
  test.each([{ APPROVALS_TABLE: undefined }, { APPROVALS_NEEDED: 0 }, { TRUSTED_SENDERS: undefined }])(
    'are not without effect where a setting is missing: the function does not start: %j',
    missing =>
      expect(() => readGuards(content, { ...settings, ...missing } as typeof settings)).toThrow(
        /^wrong settings: guards need/,
      ),
  )
  test.each([[{}], [{ protected: [] }]])(
    'that are missing where the stage has some stop the function: %j',
    none => expect(() => readGuards(none, settings)).toThrow(/^wrong guards: nothing is guarded, but/),
  )
  test('that are wrong name each problem', () =>
    expect(() => readGuards({ protected: [{ member: 'x', why: '' }] }, settings)).toThrow(
      /^wrong guards: protected\.0\.member: .*; protected\.0\.why: must not be empty$/,
    ))
})
