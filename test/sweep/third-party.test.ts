import { expect, test } from '@jest/globals'
import { witness, wrongIn } from './third-party.ts'

const seeds = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

test('whatever happens at the target while it is read, no report is wrong and a complete reading hides nobody', async () => {
  const counts: Record<string, number> = {}
  for (const seed of seeds(300)) {
    const witnessed = await witness(seed)
    for (const row of witnessed.rows) {
      const finding = row.kind === 'member' ? row.finding : 'unread'
      counts[finding] = (counts[finding] ?? 0) + 1
    }
    expect({ seed, wrong: wrongIn(witnessed) }).toEqual({ seed, wrong: [] })
  }
  // The schedules have all of it.
  for (const finding of ['same', 'drift', 'gone', 'unmanaged', 'in_flight', 'unapplied'])
    expect({ finding, count: counts[finding] }).toEqual({ finding, count: expect.any(Number) })
})

test('the witness sees a reading that takes a change in flight for drift', async () => {
  const wrong: string[] = []
  for (const seed of seeds(300)) wrong.push(...wrongIn(await witness(seed, -60_000)))
  expect(wrong.filter(text => text.includes('drift'))).not.toEqual([])
})
