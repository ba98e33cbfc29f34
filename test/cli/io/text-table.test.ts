import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { type Column, mostRows, table } from '../../../functions/cli/io/text-table.ts'
import { fakeWorld } from '../fake-world.ts'

interface Row {
  readonly name: string
  readonly count: number
}
const columns: readonly Column<Row>[] = [
  { head: 'name', of: ({ name }) => name, short: ({ name }) => name.slice(1) },
  { head: 'count', of: ({ count }) => String(count), align: 'right' },
]
const drawn = async (rows: readonly Row[], terminal: boolean): Promise<string> => {
  const fake = fakeWorld({ terminal })
  await table(fake.world, columns, rows)
  expect(fake.err()).toBe('')
  return fake.out()
}
const long = { name: `x${'y'.repeat(60)}`, count: 12 }

describe('a table', () => {
  test('on anything but a terminal is whole aligned lines', async () => {
    expect(await drawn([{ name: 'a\u001b[2J\nb', count: 1 }, long], false)).toBe(
      [
        `${'name'.padEnd(61)}  count`,
        `${'a\ufffd[2J\ufffdb'.padEnd(61)}      1`,
        `${long.name}     12`,
        '',
      ].join('\n'),
    )
  })
  test('on a terminal has borders, short cells and cut ones', async () => {
    const longer = { name: `x${'y'.repeat(160)}`, count: 12 }
    const out = await drawn([{ name: 'xab', count: 1 }, longer], true)
    expect(out).toContain('│ ab ')
    expect(out).toContain(`│ ${'y'.repeat(87)}… │    12 │`)
    for (const row of out.trimEnd().split('\n')) expect(row).toHaveLength(100) // the width of the terminal
  })
  test('on a terminal has no more rows than are read, and counts the others', async () => {
    const rows = Array.from({ length: mostRows + 3 }, (_, count) => ({ name: 'xa', count }))
    expect((await drawn(rows, true)).endsWith('\n3 more are not shown\n')).toBe(true)
    expect((await drawn(rows, false)).trimEnd().split('\n')).toHaveLength(mostRows + 4)
  })
  test('has a bold head and the colours of its states, and the same width, where colours are wanted', async () => {
    const states = [{ head: 'state', of: ({ name }: Row) => name, isState: true as const }, columns[1]!]
    const rows = ['applied: x', 'dead', 'other'].map(name => ({ name, count: 1 }))
    const draw = async (terminal: boolean, env: object) => {
      const fake = fakeWorld({ terminal, env: env as Record<string, string> })
      await table(fake.world, states, rows)
      return fake.out()
    }
    for (const terminal of [true, false]) {
      const colored = await draw(terminal, { FORCE_COLOR: '1' })
      expect(colored).toContain('\u001b[1mstate')
      expect(colored).toContain('\u001b[32mapplied\u001b[39m: x')
      expect(colored).toContain('\u001b[31mdead\u001b[39m')
      const plain = await draw(terminal, { TERM: 'xterm', NO_COLOR: '1' })
      expect(stripVTControlCharacters(colored)).toBe(plain)
    }
  })
  test('of no rows is nothing', async () => {
    expect(await drawn([], true)).toBe('')
  })
})
