import Table from 'cli-table3'
import type { CliWorld } from './cli-world.ts'
import { line, printable } from './output.ts'

/** One column of a table of `Row`s. */
export interface Column<Row> {
  readonly head: string
  readonly of: (row: Row) => string
  /** What a terminal shows instead, where the whole would not fit beside the other columns. */
  readonly short?: (row: Row) => string
  readonly align?: 'right'
}

/** A terminal shows no more rows than this: more are not read, and are counted instead. */
export const mostRows = 200

/** A cell of a terminal's table shows no more characters than this. */
const widest = 44

/** Prints rows: with borders and cut to what fits on a terminal, as whole aligned lines for anything else. */
export async function table<Row>(
  world: CliWorld,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const { isTTY = false } = world.stdout
  const shown = isTTY ? rows.slice(0, mostRows) : rows
  for (const text of isTTY ? bordered(columns, shown) : aligned(columns, shown)) await line(world, text)
  const left = rows.length - shown.length
  if (left > 0) await line(world, `${left} more are not shown`)
}

function bordered<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const drawing = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], compact: true },
  })
  drawing.push(...rows.map(row => columns.map(({ of, short = of }) => cut(printable(short(row))))))
  return drawing.toString().split('\n')
}

const cut = (text: string): string => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text)

/** By hand: cli-table3 takes seconds for 20,000 rows. Each row is made twice, so that none of its text is kept. */
function* aligned<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Generator<string> {
  const widths = columns.map(({ head, of }) =>
    rows.reduce((most, row) => Math.max(most, printable(of(row)).length), head.length),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, index) =>
        columns[index]?.align === 'right'
          ? text.padStart(widths[index] ?? 0)
          : text.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd()
  yield line(columns.map(({ head }) => head))
  for (const row of rows) yield line(columns.map(({ of }) => printable(of(row))))
}
