import { expect, test } from '@jest/globals'
import { playShort } from './short.ts'

test('killed twice, its workers once more, before targets that misbehave, role_id: no promise is broken', async () => {
  const { broken, killedInvocations } = await playShort('role_id', 2)
  expect(broken).toBe('')
  expect(killedInvocations).toBeGreaterThan(0)
})
