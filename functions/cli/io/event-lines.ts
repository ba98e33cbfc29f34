import type { Reason } from '../../core/dead-letter/reason.ts'
import type { Named, ParsedEvent } from '../../core/event/event.ts'
import { asObject, parseJson } from '../../core/json.ts'
import { readLines } from './text-lines.ts'

/** A line that holds a valid event. */
export interface EventLine {
  readonly line: number
  /** The body to enqueue: the unchanged line, or the body of an exported dead letter. */
  readonly body: string
  readonly named: Named
  /** The change of a member, or the lookup of a person. */
  readonly parsed: ParsedEvent & { readonly ok: true }
}

/** A line that is not sent, and why. */
export interface RefusedLine {
  readonly line: number
  readonly named: Named
  readonly reason: Reason | 'not_sent'
  readonly detail: string
}

export type ReadLine = EventLine | RefusedLine

export const isRefused = (line: ReadLine): line is RefusedLine => 'reason' in line

/** Reads events, one per line, with the parser of the sync function. Skips blank lines. */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  parse: (body: string, now: number) => ParsedEvent,
  now: () => number,
): AsyncGenerator<ReadLine> {
  for await (const line of readLines(chunks)) {
    if ('problem' in line) yield invalid(line.number, line.problem)
    else if (line.text.trim() !== '') yield readEvent(line.number, bodyOf(line.text), parse, now())
  }
}

function readEvent(
  line: number,
  body: string,
  parse: (body: string, now: number) => ParsedEvent,
  now: number,
): ReadLine {
  const parsed = parse(body, now)
  if (!parsed.ok) return { line, named: parsed.named, reason: parsed.reason, detail: parsed.detail }
  const { named } = parsed
  const invalidCharacter = unsendable.exec(body)?.[0]
  if (invalidCharacter === undefined) return { line, body, named, parsed }
  const detail = `(body): must not contain ${codeOf(invalidCharacter)}: SQS refuses this character`
  return { ...invalid(line, detail), named }
}

/** The event in a line. An exported dead letter is `{"body":"…", …attributes}` without `specversion`. */
function bodyOf(text: string): string {
  if (!text.includes('"body"')) return text
  const parsed = parseJson(text)
  const json = parsed.ok ? asObject(parsed.value) : undefined
  return typeof json?.body === 'string' && json.specversion === undefined ? json.body : text
}

/** A character that SQS refuses in a body (SQS, SendMessage, MessageBody). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
const unsendable = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

const codeOf = (character: string): string =>
  `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`

const unnamed: Named = { event: null, source: null, target: null, member: null }

const invalid = (line: number, detail: string): RefusedLine => ({
  line,
  named: unnamed,
  reason: 'invalid_event',
  detail,
})
