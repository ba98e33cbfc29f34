import Table from 'cli-table3'
import { printable } from '../../core/printable.ts'
import type { CliWorld } from './cli-world.ts'
import { bold, line, pieces, stateColored } from './output.ts'

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

/** Prints rows: on a terminal with borders and shortened cells, else as aligned lines with the full text. */
export async function table<Row>(
  world: CliWorld,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const { isTTY = false } = world.stdout
  const shown = isTTY ? rows.slice(0, mostRows) : rows
  for (const text of isTTY ? bordered(world, columns, shown) : aligned(world, columns, shown))
    await pieces(world, [`${text}\n`])
  const left = rows.length - shown.length
  if (left > 0) await line(world, `${left} more are not shown`)
}

function bordered<Row>(world: CliWorld, all: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const { columns: width = usualWidth } = world.stdout
  const cellOf = ({ of, short = of }: Column<Row>, row: Row) => printable(short(row))
  const widthOf = (column: Column<Row>) =>
    rows.reduce((most, row) => Math.max(most, cellOf(column, row).length), column.head.length)
  const isNarrow = total(all.map(widthOf)) > width
  const columns = all.filter(({ isMinor }) => !(isNarrow && isMinor))
  const widths = fitted(columns.map(widthOf), width)
  const drawing = new Table({
    head: columns.map(({ head }) => bold(world, head)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], compact: true },
  })
  drawing.push(
    ...rows.map(row =>
      columns.map((column, index) => painted(world, column, cut(cellOf(column, row), widths[index] ?? 0))),
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

const painted = <Row>(world: CliWorld, { isState }: Column<Row>, text: string): string =>
  isState ? stateColored(world, text) : text

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text

/** Aligned without cli-table3, which takes seconds for 20,000 rows. Each row is formatted twice to save memory. */
function* aligned<Row>(
  world: CliWorld,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Generator<string> {
  const widths = columns.map(({ head, of }) =>
    rows.reduce((most, row) => Math.max(most, printable(of(row)).length), head.length),
  )
  const padded = (text: string, index: number): string =>
    columns[index]?.align === 'right' ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)
  yield bold(
    world,
    columns
      .map(({ head }, index) => padded(head, index))
      .join('  ')
      .trimEnd(),
  )
  for (const row of rows)
    yield columns
      .map((column, index) => painted(world, column, padded(printable(column.of(row)), index)))
      .join('  ')
      .trimEnd()
}
