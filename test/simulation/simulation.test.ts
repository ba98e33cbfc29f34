import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { Economy, Flood } from './economics/run.ts'
import { mutants } from './mutants.ts'
import type { Shortest } from './shortest.ts'

const run = promisify(execFile)

/** The simulation runs as it ships, in a Node of its own: no transformer, no second realm, full speed. */
const node = (file: string, ...args: string[]) =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', `test/simulation/${file}`, ...args])

describe('the promise, in simulation', () => {
  test('no schedule of any scenario breaks it', async () => {
    const { stdout } = await node('main.ts', '--seeds', '65')
    expect(stdout).toMatch(/no promise broken/)
  }, 240_000)

  test('the same seed gives the same run', async () => {
    const once = () =>
      node('main.ts', '--seeds', '3', '--scenario', 'rough').then(
        ({ stdout }) => stdout.match(/\d+ deliveries/)?.[0],
      )
    expect(await once()).toBe(await once())
  }, 60_000)

  test('every mistake of the list is caught', async () => {
    const { stdout } = await node('bite.ts')
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { mutant: string; caught: string | null })
    expect(lines.map(({ mutant }) => mutant)).toEqual(mutants.map(({ name }) => name))
    expect(lines.filter(({ caught }) => caught === null)).toEqual([])
  }, 120_000)

  test('a broken promise is told by its seed, the shortest schedule that shows it, and the timeline of its member', async () => {
    const { stdout } = await node('shortest.ts', 'no waiting for an unanswered write')
    const { events, left, without, broken, again, text } = JSON.parse(stdout) as Shortest
    expect(left).toBeLessThan(events / 4)
    expect(without).toContain('redirected')
    expect(again).toMatchObject({ invariant: broken })
    const lines = text.split('\n')
    expect(lines[0]).toMatch(/^BROKEN in rough, seed \d+: 4 /)
    expect(lines[2]).toMatch(
      /again: npm run simulate -- --scenario rough --from \d+ --seeds 1 --events [\d,]+ --wi/,
    )
    expect(text.match(/ s {2}enqueued \{/g)).toHaveLength(left)
    expect(text).toMatch(/ s {2}BROKEN 4 /)
  }, 120_000)

  test('an outage of two hours with 10,000 changes waiting costs what it must, and no member a wrong role', async () => {
    const { stdout } = await node('economics/main.ts', '--ours')
    const { goalSeconds, economies, flood } = JSON.parse(stdout) as {
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
  }, 60_000)
})
