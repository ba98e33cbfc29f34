import Table from 'cli-table3'
import type { CliWorld } from './cli-world.ts'
import { line, printable } from './output.ts'

export interface Column<Row> {
  readonly head: string
  readonly of: (row: Row) => string
  /** A shorter text for a terminal. */
  readonly short?: (row: Row) => string
  readonly align?: 'right'
}

/** The maximum of rows on a terminal. The rest is only counted. */
export const mostRows = 200

/** The maximum width of a cell on a terminal, in characters. */
const maxCellWidth = 44

/** Prints rows: on a terminal with borders and shortened cells, else as aligned lines with the full text. */
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

const cut = (text: string): string =>
  text.length > maxCellWidth ? `${text.slice(0, maxCellWidth - 1)}…` : text

/** Aligned without cli-table3, which takes seconds for 20,000 rows. Each row is formatted twice to save memory. */
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
