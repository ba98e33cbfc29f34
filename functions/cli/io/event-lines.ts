import type { Reason } from '../../core/dead-letter/reason.ts'
import type { Named, ParsedEvent } from '../../core/event/event.ts'
import { asObject, parseJson } from '../../core/json.ts'
import { readLines } from './text-lines.ts'

/** A line that holds a valid event. */
export interface EventLine {
  readonly line: number
  /** What is enqueued: the line as it stands, byte for byte, or the body of a dead letter. */
  readonly body: string
  readonly named: Named
  /** What it asks for: the change of a member, or the lookup of a person. */
  readonly parsed: ParsedEvent & { readonly ok: true }
}

/** A line that does not become a message, and why. */
export interface RefusedLine {
  readonly line: number
  readonly named: Named
  readonly reason: Reason | 'not_sent'
  readonly detail: string
}

export type ReadLine = EventLine | RefusedLine

export const isRefused = (line: ReadLine): line is RefusedLine => 'reason' in line

/** Reads events, one per line, with the parser of the function; blank lines are passed over. */
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
  const untakable = unsendable.exec(body)?.[0]
  if (untakable === undefined) return { line, body, named, parsed }
  return { ...invalid(line, `(body): holds a character that SQS does not take: ${codeOf(untakable)}`), named }
}

/** A dead letter is exported as `{"body":"…", …its attributes}`; an event has a `specversion`. */
function bodyOf(text: string): string {
  if (!text.includes('"body"')) return text
  const parsed = parseJson(text)
  const json = parsed.ok ? asObject(parsed.value) : undefined
  return typeof json?.body === 'string' && json.specversion === undefined ? json.body : text
}

/** All but #x9 | #xA | #xD | #x20–#xD7FF | #xE000–#xFFFD | #x10000–#x10FFFF (SQS, SendMessage, MessageBody). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
const unsendable = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

const codeOf = (character: string): string =>
  `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`

const nobody: Named = { event: null, source: null, target: null, member: null }

const invalid = (line: number, detail: string): RefusedLine => ({
  line,
  named: nobody,
  reason: 'invalid_event',
  detail,
})
