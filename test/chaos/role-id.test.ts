import { expect, test } from '@jest/globals'
import { playShort } from './short.ts'

test('killed twice before targets that misbehave, role_id: no promise is broken', async () => {
  expect(await playShort('role_id', 4)).toBe('')
}, 120_000)
