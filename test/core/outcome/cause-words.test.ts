import { expect, test } from '@jest/globals'
import { causeText, effectText } from '../../../functions/core/outcome/cause-words.ts'

test('a cause is a few plain words; an unknown one is shown as it is, and a long one is cut', () => {
  expect(['resting', 'throttled'].map(causeText)).toEqual(Array(2).fill('target is rate-limiting'))
  expect(['constructor', 'new_cause'].map(causeText)).toEqual(['constructor', 'new_cause'])
  expect(causeText('x'.repeat(10_000)).length).toBe(100)
})

test('the cause of a failed read has its status and its detail, the detail once', () => {
  const read = {
    kind: 'deferred',
    cause: 'credentials_rejected',
    status: 401,
    detail: 'Invalid key',
  } as const
  expect(effectText(read)).toBe('target rejects the token (401): Invalid key')
  const timedOut = {
    kind: 'unknown',
    cause: 'timeout',
    answered: false,
    detail: 'no answer in time',
  } as const
  expect(effectText(timedOut)).toBe('no answer in time')
  const refused = { kind: 'refused', reason: 'forbidden', status: 403, detail: 'no' } as const
  expect(effectText(refused)).toBe('the token has no permission for this (403): no')
  expect(effectText({ kind: 'proven', status: 200 })).toBe('answered 200')
})
