import { createHash } from 'node:crypto'
import { printable } from '../../core/printable.ts'
import type { Finding } from '../../core/sweep/finding.ts'
import type { Column } from '../io/text-table.ts'
import { findingWords, type Review, type ReviewRow } from './review-rows.ts'

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dce2, #333a44); --muted: light-dark(#5b636e, #9ba4b0);
  --bad: light-dark(#bf2f2a, #ff857c); --wait: light-dark(#8a5a00, #e6b450); }
body { margin: 24px; font: 14px/1.45 system-ui, sans-serif; color: light-dark(#1a1d21, #e8eaed); background: light-dark(#fff, #101317); }
h1 { font-size: 20px; margin: 0 0 4px; }
p, ul { margin: 0 0 12px; }
.facts, td.same { color: var(--muted); }
.counts { margin-bottom: 16px; }
.counts td:first-child { text-align: right; font-weight: 600; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
#members td { overflow-wrap: anywhere; min-width: 6.5em; }
#members td:first-child { min-width: 13em; }
td[class], .counts td:first-child { white-space: nowrap; }
th button { all: unset; cursor: pointer; font-weight: 600; }
th button:focus-visible { outline: 2px solid; }
th[aria-sort=ascending] button::after { content: " ↑"; }
th[aria-sort=descending] button::after { content: " ↓"; }
.drift, .unmanaged, .gone { color: var(--bad); font-weight: 600; }
.unapplied, .in_flight, .unshown { color: var(--wait); font-weight: 600; }
@page { size: A4 landscape; margin: 12mm; }
@media print { :root { color-scheme: light; } body { margin: 0; font-size: 9pt; } table { font-size: 7pt; }
  #members :is(th, td) { padding: 2px 4px; min-width: 0 !important; }
  thead { display: table-header-group; } tr { break-inside: avoid; } th button::after { content: none !important; } }
`

/** Sorts the rows by the column whose head is clicked. Empty cells come last. */
const script = `
const body = document.querySelector('#rows')
const heads = [...document.querySelectorAll('#members th')]
heads.forEach((head, column) => head.firstChild.addEventListener('click', () => {
  const order = head.ariaSort === 'ascending' ? 'descending' : 'ascending'
  for (const each of heads) each.ariaSort = null
  head.ariaSort = order
  const { compare } = new Intl.Collator('en', { numeric: true })
  const cells = [...body.rows].map(row => ({ row, text: row.cells[column].textContent }))
  const sign = order === 'ascending' ? 1 : -1
  cells.sort((a, b) => (a.text === '') - (b.text === '') || sign * compare(a.text, b.text))
  body.append(...cells.map(({ row }) => row))
}))
`

const source = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing is loaded, and nothing runs but this script, whatever text a target or a producer puts into a cell. */
const policy = [
  ...["default-src 'none'", `style-src ${source(style)}`, `script-src ${source(script)}`],
  ...["base-uri 'none'", "form-action 'none'"],
].join('; ')

const text = (value: string): string =>
  printable(value).replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

/** A review as one HTML file, which needs nothing from elsewhere and can be printed. */
export async function* htmlOf({ rows, columns, ...summary }: Review): AsyncGenerator<string> {
  const { scope, stage, from, until, members, counts, remarks, version, commit } = summary
  const by = `role-sync ${version}${commit === undefined ? '' : `, commit ${commit}`}`
  const count = ([finding, words]: readonly [string, string]) =>
    `<tr><td>${counts[finding as Finding]}</td><td class="${finding}">${finding}</td><td>${words}</td></tr>\n`
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(`Access review of ${scope}`)}</title>
<style>${style}</style></head><body><main>
<h1>${text(`Access review of ${scope}`)}</h1>
<p class="facts">${text(`Stage ${stage}. Read from ${from} until ${until}, to its end: ${members} members. Made by ${by}.`)}</p>
<table class="counts"><tbody>
${Object.entries(findingWords).map(count).join('')}</tbody></table>
${remarks.length > 0 ? `<ul>${remarks.map(remark => `<li>${text(remark)}</li>`).join('')}</ul>` : ''}
<table id="members"><thead><tr>${columns.map(({ head }) => `<th scope="col"><button>${text(head)}</button></th>`).join('')}</tr></thead>
<tbody id="rows">
`
  for await (const row of rows()) yield `<tr>${columns.map(column => cell(column, row)).join('')}</tr>\n`
  yield `</tbody></table></main>\n<script>${script}</script></body></html>\n`
}

const cell = ({ head, of }: Column<ReviewRow>, row: ReviewRow): string =>
  head === 'finding'
    ? `<td class="${row.finding}">${row.finding}</td>`
    : `<td>${text(of(row)).replace(breakable, '$&<wbr>')}</td>`

/** Where a cell may be broken into lines: in a name, and between date and time. */
const breakable = /(?<!\/)\/(?!\/)|^\d{4}-\d\d-\d\dT/g
