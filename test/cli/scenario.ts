import { test } from '@jest/globals'

/**
 * A test that begins when it is declared, so that all tests of a file wait side by side: every look at a queue takes a
 * second, in which nothing happens.
 */
export function scenario(name: string, work: () => Promise<void>): void {
  const running = work()
  running.catch(() => undefined) // told when its turn has come
  test(name, () => running)
}
