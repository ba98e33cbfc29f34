import { expect, test } from '@jest/globals'
import type { Economy, Flood } from './economics/run.ts'
import { mutants } from './mutants.ts'
import { node } from './node.ts'

/** A busy machine takes several times as long as a quiet one, in milliseconds. */
const atMostMs = 840_000

test(
  'many schedules of each scenario do not break the promise',
  async () => {
    expect(await node('main.ts', '--seeds', '40')).toMatch(/no promise broken/)
  },
  atMostMs,
)

test(
  'every mistake of the list is caught',
  async () => {
    const lines = (await node('bite.ts'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { mutant: string; caught: string | null })
    expect(lines.map(({ mutant }) => mutant)).toEqual(mutants.map(({ name }) => name))
    expect(lines.filter(({ caught }) => caught === null)).toEqual([])
  },
  atMostMs,
)

test('an outage of two hours with 10,000 changes waiting costs what it must, and no member a wrong role', async () => {
  const { goalSeconds, economies, flood } = JSON.parse(await node('economics/main.ts', '--ours')) as {
    readonly goalSeconds: number
    readonly economies: readonly [Economy]
    readonly flood: Flood
  }
  const [ours] = economies
  expect(ours).toMatchObject({ consumer: 'role-sync', wrong: 0, broken: 0 })
  expect(ours.lastRight).toBeLessThan(goalSeconds)
  expect(ours.wasted).toBeLessThan(0.02)
  // Changes at twice the rate that the target takes: calls come as fast as it lets them, and hardly faster.
  expect(flood.wasted).toBeLessThan(0.03)
  expect(flood.lastRight).toBeLessThan(1.6 * flood.ideal)
  expect(flood.wrong).toBe(0)
})
