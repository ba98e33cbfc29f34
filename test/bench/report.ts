import { mkdirSync, writeFileSync } from 'node:fs'
import { arch, cpus } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { root } from '../../infra/paths.ts'
import type { Section } from './section.ts'

/** Where a run was made: what the numbers hold for. */
const machine = () => `${cpus().length} × ${cpus()[0]?.model ?? arch()}, Node ${process.versions.node}`

/** One section as text. */
export function tableOf({ title, note, rows }: Section): string {
  const head = Object.keys(rows[0] ?? {})
  const table = new Table({ head, style: { head: [], border: [] } })
  for (const row of rows) table.push(head.map(column => row[column] ?? ''))
  return `\n${title}\n${note}\n${table.toString()}`
}

/** Writes all sections to `reports/bench.json`, with the day and the machine. */
export function writeReport(sections: Readonly<Record<string, Section>>): void {
  mkdirSync(join(root, 'reports'), { recursive: true })
  const report = { date: new Date().toISOString().slice(0, 10), machine: machine(), ...sections }
  writeFileSync(join(root, 'reports/bench.json'), `${JSON.stringify(report, null, 2)}\n`)
}
