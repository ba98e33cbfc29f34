import { printable } from '../../core/printable.ts'
import type { Finding } from '../../core/sweep/finding.ts'
import { jsonText } from '../io/output.ts'
import type { ReviewColumn, ReviewRow } from './review-rows.ts'

/** What a review says besides its rows. Times are RFC 3339 in UTC. */
export interface ReviewSummary {
  readonly stage: string
  readonly scope: string
  /** When the reading of the list began and ended. */
  readonly from: string
  readonly until: string
  readonly members: number
  readonly counts: Readonly<Partial<Record<Finding, number>>>
  /** What a reader must know of this review, such as what was not asked. */
  readonly remarks: readonly string[]
}

/** A review that is complete. `rows` can be read several times. */
export interface Review extends ReviewSummary {
  readonly columns: readonly ReviewColumn[]
  readonly rows: () => AsyncIterable<ReviewRow>
}

/** A review as pieces of text. */
export type ReviewFormat = (review: Review) => AsyncIterable<string>

/**
 * CSV for spreadsheets: RFC 4180, UTF-8 with its mark, without which Excel takes another encoding. No cell is a formula: what begins like
 * one gets an apostrophe (OWASP, CSV Injection).
 */
export async function* csvOf({ columns, rows }: Review): AsyncGenerator<string> {
  yield `\ufeff${columns.map(({ head }) => cell(head)).join(',')}\r\n`
  for await (const row of rows()) yield `${columns.map(({ of }) => cell(of(row))).join(',')}\r\n`
}

/** A spreadsheet that splits at another separator finds a formula in the middle of a text, too. */
const formula = /(?:^|[;,\t|])[\s"']*(?=[=+\-@＝＋－＠])/g

const cell = (text: string): string => `"${printable(text.replace(formula, "$&'")).replaceAll('"', '""')}"`

/** One JSON object, with a row on each line. */
export async function* jsonOf({ columns: _, rows, ...summary }: Review): AsyncGenerator<string> {
  yield `${jsonText(summary).slice(0, -1)},"rows":[`
  let isFirst = true
  for await (const row of rows()) {
    yield `${isFirst ? '' : ','}\n${jsonText(row)}`
    isFirst = false
  }
  yield '\n]}\n'
}
