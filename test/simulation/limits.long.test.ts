import { expect, test } from '@jest/globals'
import type { Limited } from './economics/limits.ts'
import type { Flood } from './economics/run.ts'
import { node } from './node.ts'

test('a scope that is throttled for a day delays the others by no more than seconds, and a limit of all calls is kept to', async () => {
  const { scope, key } = JSON.parse(await node('economics/limits-main.ts', '300')) as {
    readonly scope: Readonly<Record<string, Limited>>
    readonly key: readonly (Flood & { readonly scopes: number })[]
  }
  for (const { undisturbed, others, refused, broken } of Object.values(scope)) {
    expect(others.messages).toBe(undisturbed.messages)
    expect(others.p99 - undisturbed.p99).toBeLessThan(30)
    expect(refused).toBeGreaterThan(0)
    expect(broken).toBe(0)
  }
  for (const { wasted, lastRight, ideal, wrong } of key) {
    expect(wasted).toBeLessThan(0.02)
    expect(lastRight).toBeLessThan(1.4 * ideal)
    expect(wrong).toBe(0)
  }
})
