import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { printable } from '../../core/printable.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { createFile } from '../io/files.ts'
import { jsonText, pieces } from '../io/output.ts'
import { htmlOf } from './review-page.ts'
import type { Review } from './review-rows.ts'

/** A file to write; `-` is standard output. */
export interface ReviewFile {
  readonly file: string
  readonly format: keyof typeof formats
}

const formats = { csv: csvOf, html: htmlOf, json: jsonOf }

/** Writes a review to a file. Resolves to what a manifest says of the file. */
export async function writeReview(review: Review, { file, format }: ReviewFile, world: CliWorld) {
  const output = file === '-' ? undefined : await createFile(file)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of formats[format](review)) {
      await (output ? output.write(piece) : pieces(world, [piece]))
      hash.update(piece)
      bytes += Buffer.byteLength(piece)
    }
  } finally {
    await output?.close()
  }
  return { file: basename(file), bytes, sha256: hash.digest('hex') }
}

/**
 * CSV for spreadsheets: RFC 4180, UTF-8 with its mark, without which Excel takes another encoding. No cell is a formula: what begins like
 * one gets an apostrophe (OWASP, CSV Injection).
 */
async function* csvOf({ columns, rows }: Review): AsyncGenerator<string> {
  yield `\ufeff${columns.map(({ head }) => cell(head)).join(',')}\r\n`
  for await (const row of rows()) yield `${columns.map(({ of }) => cell(of(row))).join(',')}\r\n`
}

/** A spreadsheet that splits at another separator finds a formula in the middle of a text, too. */
const formula = /(?:^|[;,\t|])[\s"']*(?=[=+\-@＝＋－＠])/g

const cell = (text: string): string => `"${printable(text.replace(formula, "$&'")).replaceAll('"', '""')}"`

/** One JSON object, with a row on each line. */
async function* jsonOf({ columns: _, rows, ...summary }: Review): AsyncGenerator<string> {
  yield `${jsonText(summary).slice(0, -1)},"rows":[`
  let isFirst = true
  for await (const row of rows()) {
    yield `${isFirst ? '' : ','}\n${jsonText(row)}`
    isFirst = false
  }
  yield '\n]}\n'
}
