import { styleText } from 'node:util'
import Table from 'cli-table3'
import { printable } from '../../core/printable.ts'
import type { CliWorld } from './cli-world.ts'
import { hasColors, line, pieces, stateColored, unvalidated } from './output.ts'

export interface Column<Row> {
  readonly head: string
  readonly of: (row: Row) => string
  /** A shorter text for a terminal. */
  readonly short?: (row: Row) => string
  readonly align?: 'right'
  /** Left out on a terminal that is too narrow for all columns. */
  readonly isMinor?: true
  /** Whether its cells begin with a state, which has a colour. */
  readonly isState?: true
}

/** The maximum of rows on a terminal. The rest is only counted. */
export const mostRows = 200

/** The width of a terminal that does not tell its own, in characters. */
const usualWidth = 80

/** The least width to which a column is shortened, in characters. */
const minCellWidth = 6

/** Colours a cell or a head, or returns it unchanged. It is called after all cutting and padding. */
interface Paint<Row> {
  readonly cell: (text: string, column: Column<Row>) => string
  readonly head: (text: string) => string
}

/** Prints rows: on a terminal with borders and shortened cells, else as aligned lines with the full text. */
export async function table<Row>(
  world: CliWorld,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const { isTTY = false, columns: width = usualWidth } = world.stdout
  const shown = isTTY ? rows.slice(0, mostRows) : rows
  const isColored = hasColors(world.stdout, world.env)
  const paint: Paint<Row> = {
    cell: (text, column) => (column.isState ? stateColored(world, text) : text),
    head: text => (isColored ? styleText('bold', text, unvalidated) : text),
  }
  for (const text of isTTY ? bordered(columns, shown, width, paint) : aligned(columns, shown, paint))
    await pieces(world, [`${text}\n`])
  const left = rows.length - shown.length
  if (left > 0) await line(world, `${left} more are not shown`)
}

function bordered<Row>(
  all: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint: Paint<Row>,
): string[] {
  const cellOf = ({ of, short = of }: Column<Row>, row: Row) => printable(short(row))
  const widthOf = (column: Column<Row>) =>
    rows.reduce((most, row) => Math.max(most, cellOf(column, row).length), column.head.length)
  const isNarrow = total(all.map(widthOf)) > width
  const columns = all.filter(({ isMinor }) => !(isNarrow && isMinor))
  const widths = fitted(columns.map(widthOf), width)
  const drawing = new Table({
    head: columns.map(({ head }) => paint.head(head)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], compact: true },
  })
  drawing.push(
    ...rows.map(row =>
      columns.map((column, index) => paint.cell(cut(cellOf(column, row), widths[index] ?? 0), column)),
    ),
  )
  return drawing.toString().split('\n')
}

/** The width of a table. A column has a border and two spaces beside its text. */
const total = (widths: readonly number[]): number => widths.reduce((sum, each) => sum + each + 3, 1)

/** Shortens the widest columns until the table fits. */
function fitted(natural: readonly number[], width: number): number[] {
  const widths = [...natural]
  let over = total(widths) - width
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
function* aligned<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  paint: Paint<Row>,
): Generator<string> {
  const widths = columns.map(({ head, of }) =>
    rows.reduce((most, row) => Math.max(most, printable(of(row)).length), head.length),
  )
  const padded = (text: string, index: number): string =>
    columns[index]?.align === 'right' ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)
  yield paint.head(
    columns
      .map(({ head }, index) => padded(head, index))
      .join('  ')
      .trimEnd(),
  )
  for (const row of rows)
    yield columns
      .map((column, index) => paint.cell(padded(printable(column.of(row)), index), column))
      .join('  ')
      .trimEnd()
}
