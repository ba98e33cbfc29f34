import { expect, test } from '@jest/globals'
import { playShort } from './short.ts'

test('killed twice, its workers once more, before targets that misbehave, role_ids: no promise is broken', async () => {
  const { broken, killedInvocations } = await playShort('role_ids', 1)
  expect(broken).toBe('')
  expect(killedInvocations).toBeGreaterThan(0)
})
