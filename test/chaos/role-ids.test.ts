import { expect, test } from '@jest/globals'
import { playShort } from './short.ts'

test('killed twice before targets that misbehave, role_ids: no promise is broken', async () => {
  expect(await playShort('role_ids', 1)).toBe('')
}, 120_000)
