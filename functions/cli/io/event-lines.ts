import type { Reason } from '../../core/dead-letter/reason.ts'
import type { Named, ParsedEvent } from '../../core/event/event.ts'
import { asObject, parseJson } from '../../core/json.ts'
import { type Place, placeOf, readEventTexts } from './event-texts.ts'
import { Failure } from './exit-codes.ts'
import { readLines } from './text-lines.ts'

/** A valid event of the input. */
export interface EventLine extends Place {
  /** The body to enqueue: the unchanged line, a value of several lines in one, or the body of an exported dead letter. */
  readonly body: string
  readonly named: Named
  /** The change of a member, or the lookup of a person. */
  readonly parsed: ParsedEvent & { readonly ok: true }
}

/** An event that is not sent, and why. */
export interface RefusedLine extends Place {
  readonly named: Named
  readonly reason: Reason | 'not_sent'
  readonly detail: string
}

/** The help text of the argument FILE. */
export const eventsArgument =
  'one event, an array of events, one event per line (NDJSON), or exported dead letters; - for standard input'

export type ReadLine = EventLine | RefusedLine

export const isRefused = (line: ReadLine): line is RefusedLine => 'reason' in line

/**
 * Reads events with the parser of the sync function: one per line, indented, or in an array. Skips blank lines. Rejects with a
 * Failure if there is no event. `name` is the input's name in errors.
 */
export async function* readEvents(
  { chunks, name }: { readonly chunks: AsyncIterable<Uint8Array>; readonly name: string },
  parse: (body: string, now: number) => ParsedEvent,
  now: () => number,
): AsyncGenerator<ReadLine> {
  let any = false
  for await (const found of readEventTexts(readLines(chunks))) {
    any = true
    const place = placeOf(found)
    yield 'problem' in found
      ? invalid(place, found.problem)
      : readEvent(place, bodyOf(found.text), parse, now())
  }
  if (!any) throw new Failure(`${name} has no events`)
}

function readEvent(
  place: Place,
  body: string,
  parse: (body: string, now: number) => ParsedEvent,
  now: number,
): ReadLine {
  const parsed = parse(body, now)
  if (!parsed.ok) return { ...place, named: parsed.named, reason: parsed.reason, detail: parsed.detail }
  const { named } = parsed
  const invalidCharacter = unsendable.exec(body)?.[0]
  if (invalidCharacter === undefined) return { ...place, body, named, parsed }
  const detail = `(body): must not contain ${codeOf(invalidCharacter)}: SQS refuses this character`
  return { ...invalid(place, detail), named }
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

const invalid = (place: Place, detail: string): RefusedLine => ({
  ...place,
  named: unnamed,
  reason: 'invalid_event',
  detail,
})
