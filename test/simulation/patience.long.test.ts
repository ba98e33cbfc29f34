import { describe, expect, test } from '@jest/globals'
import { node } from './node.ts'
import type { Recovery } from './recovery.ts'
import { rules } from './scenario.ts'

describe('changes of one member while its target hangs for 72 hours', () => {
  test.each(['hanging-40', 'hanging-200'])(
    'none is moved by SQS, and none too often received: %s',
    async name => {
      expect(await node('main.ts', '--seeds', '1', '--scenario', name)).toMatch(/no promise broken/)
    },
  )
})

test('two members with a hundred changes each outlast a target that hangs altogether', async () => {
  expect(await node('main.ts', '--seeds', '1', '--scenario', 'hanging-all')).toMatch(/no promise broken/)
})

test('members with few changes get their newest role as soon after an outage as if receives were not spread', async () => {
  const recoveries = JSON.parse(await node('recovery.ts')) as readonly Recovery[]
  const mean = (of: (each: Recovery) => readonly number[]) => {
    const all = recoveries.flatMap(of)
    return all.reduce((sum, seconds) => sum + seconds, 0) / all.length
  }
  for (const { spread } of recoveries) {
    expect(Math.max(...spread)).toBeLessThanOrEqual(rules.retryCapMs / 1000)
  }
  expect(mean(({ spread }) => spread)).toBeLessThan(mean(({ unspread }) => unspread) + 60)
})
