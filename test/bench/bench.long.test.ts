import { describe, expect, test } from '@jest/globals'
import { letters } from './letters/bench.ts'
import { soak } from './soak/bench.ts'
import { sweep } from './sweep/bench.ts'

describe('the bench', () => {
  test('lists, plans and applies dead letters by the command line, and counts its calls', async () => {
    const { rows } = await letters({ list: [30], replay: [20] })
    expect(rows).toMatchObject([
      { command: 'dead list', letters: 30, which: expect.stringContaining('ReceiveMessage') },
      { command: 'replay plan', letters: 20, which: expect.stringContaining('GetItem 20') },
      { command: 'replay apply', letters: 20, which: expect.stringContaining('SendMessage 20') },
    ])
    for (const row of rows) expect(row['peak RSS, MB']).toBeGreaterThan(0)
  })

  test('reads every scope of a sweep in about the fewest calls, and counts them', async () => {
    const { rows } = await sweep(1, 300)
    expect(rows).toMatchObject([
      { what: 'round', scopes: 3, 'list calls': 5, reads: 3, fewest: 3 },
      { what: 'round', scopes: 1, 'list calls': 6, reads: 4, fewest: 3 },
      { what: 'round', scopes: 1, target: 'project' },
      { what: 'review', scopes: 1, 'list calls': 4, reads: 4 },
    ])
    for (const row of rows) expect(row['peak RSS, MB']).toBeGreaterThan(0)
  })

  test('settles every event of a soak, and measures each tenth of it', async () => {
    const { rows } = await soak(1000)
    expect(rows.map(({ tenth }) => tenth)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    for (const row of rows) expect(row['heap, MB']).toBeGreaterThan(0)
  })
})
