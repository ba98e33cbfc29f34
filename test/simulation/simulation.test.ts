import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../../infra/paths.ts'
import { mutants } from './mutants.ts'
import { node } from './node.ts'
import type { Shortest } from './shortest.ts'

describe('the promise, in simulation', () => {
  test('a few schedules of each scenario do not break it', async () => {
    expect(await node('main.ts', '--seeds', '4')).toMatch(/no promise broken/)
  })

  test('every mistake of the list has its one line in the code, for the long test that must catch it', () => {
    const times = mutants.map(({ name, file, find }) => {
      const code = readFileSync(join(root, 'functions', file), 'utf8')
      return { name, times: code.split(find).length - 1 }
    })
    expect(times).toEqual(mutants.map(({ name }) => ({ name, times: 1 })))
  })

  test('the same seed gives the same run', async () => {
    const once = async () =>
      (await node('main.ts', '--seeds', '3', '--scenario', 'rough')).match(/\d+ deliveries/)?.[0]
    const first = await once()
    expect(first).toBeDefined()
    expect(await once()).toBe(first)
  })

  test('a broken promise is told by its seed, the shortest schedule that shows it, and the timeline of its member', async () => {
    const printed = await node('shortest.ts', 'no waiting for an unanswered write')
    const { events, left, without, broken, again, text } = JSON.parse(printed) as Shortest
    expect(left).toBeLessThan(events / 4)
    expect(without).toContain('throttled')
    expect(without.length).toBeGreaterThan(5)
    expect(again).toMatchObject({ invariant: broken })
    const lines = text.split('\n')
    expect(lines[0]).toMatch(/^BROKEN in rough, seed \d+: 4 /)
    const [, chosen] =
      lines[2]?.match(
        /again: npm run simulate -- --scenario rough --from \d+ --seeds 1 --events ([\d,]+) --wi/,
      ) ?? []
    expect(chosen?.split(',')).toHaveLength(left)
    // The schedule may need an event of another member, which this timeline leaves out.
    const [, membershipId] = lines[1]?.match(/^ {2}wacht\/\d+\/(\d+): /) ?? []
    const enqueued = lines.filter(line => / s {2}enqueued \{/.test(line))
    expect(enqueued.length).toBeGreaterThan(1)
    expect(enqueued.length).toBeLessThanOrEqual(left)
    expect(enqueued.filter(line => !line.includes(`"membershipId":"${membershipId}"`))).toEqual([])
    expect(text).toMatch(/ s {2}BROKEN 4 /)
  })
})
