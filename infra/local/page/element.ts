/** An element of the page as plain data. What is told stands in texts only: it cannot become markup. */
export interface Element {
  readonly tag: Tag
  readonly class?: string
  readonly children: readonly Node[]
}

export type Node = string | Element

/** The tags that the page is built of; none loads, runs or sends anything. */
export type Tag =
  | ('div' | 'p' | 'strong' | 'span' | 'dl' | 'dt' | 'dd')
  | ('table' | 'thead' | 'tbody' | 'tr' | 'th' | 'td')

/** An element without a class. */
export const element = (tag: Tag, ...children: readonly Node[]): Element => ({ tag, children })

/** The same with a class. */
export const classed = (name: string, of: Element): Element => ({ ...of, class: name })

/** A table of cells, or instead of an empty one a line that says so. */
export function table(head: readonly string[], rows: readonly (readonly Node[])[], ifEmpty: string): Element {
  if (rows.length === 0) return classed('empty', element('p', ifEmpty))
  return element(
    'table',
    element('thead', element('tr', ...head.map(text => element('th', text)))),
    element('tbody', ...rows.map(cells => element('tr', ...cells.map(cell => element('td', cell))))),
  )
}

/** The texts of a node, one after the other. */
export const textOf = (node: Node): string =>
  typeof node === 'string' ? node : node.children.map(textOf).join(' ')
