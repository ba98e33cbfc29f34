import Table from 'cli-table3'
import { printable } from '../../core/printable.ts'
import type { CliWorld } from './cli-world.ts'
import { line } from './output.ts'

export interface Column<Row> {
  readonly head: string
  readonly of: (row: Row) => string
  /** A shorter text for a terminal. */
  readonly short?: (row: Row) => string
  readonly align?: 'right'
}

/** The maximum of rows on a terminal. The rest is only counted. */
export const mostRows = 200

/** The width of a terminal that does not tell its own, in characters. */
const usualWidth = 80

/** The least width to which a column is shortened, in characters. */
const minCellWidth = 6

/** Prints rows: on a terminal with borders and shortened cells, else as aligned lines with the full text. */
export async function table<Row>(
  world: CliWorld,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const { isTTY = false } = world.stdout
  const shown = isTTY ? rows.slice(0, mostRows) : rows
  const width = world.stdout.columns ?? usualWidth
  for (const text of isTTY ? bordered(columns, shown, width) : aligned(columns, shown))
    await line(world, text)
  const left = rows.length - shown.length
  if (left > 0) await line(world, `${left} more are not shown`)
}

function bordered<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string[] {
  const cells = rows.map(row => columns.map(({ of, short = of }) => printable(short(row))))
  const natural = columns.map(({ head }, column) =>
    Math.max(head.length, ...cells.map(row => row[column]?.length ?? 0)),
  )
  const widths = fitted(natural, width)
  const drawing = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], compact: true },
  })
  drawing.push(...cells.map(row => row.map((text, column) => cut(text, widths[column] ?? 0))))
  return drawing.toString().split('\n')
}

/** Shortens the widest columns until the table fits. A column has a border and two spaces beside its text. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  let over = widths.reduce((sum, each) => sum + each + 3, 1) - width
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    const least = widths[widest] ?? 0
    if (least <= minCellWidth) break
    widths[widest] = least - 1
    over -= 1
  }
  return widths
}

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text

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
