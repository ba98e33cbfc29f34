import { parseJson } from '../../core/json.ts'
import { Failure } from './exit-codes.ts'
import { parseLossless } from './lossless-json.ts'
import type { Line } from './text-lines.ts'

/** The text of one event, or why there is none. `line` is where its text begins; `item` is its place in an array, from 1. */
export type EventText = Place & ({ readonly text: string } | { readonly problem: string })

/** Where an event is in the input. */
export interface Place {
  readonly line: number
  readonly item?: number
}

/** A place as text: `line 3`, or `line 1, item 2`. */
export const placeWords = ({ line, item }: Place): string =>
  item === undefined ? `line ${line}` : `line ${line}, item ${item}`

/** Only the place of an event. */
export const placeOf = ({ line, item }: Place): Place => ({ line, ...(item !== undefined && { item }) })

/** The maximum length of a value of several lines, such as an array of all events, in characters. */
export const maxValueLength = 16_777_216

type TextLine = Extract<Line, { text: string }>

/**
 * Finds the events in lines: one on each line (NDJSON), indented over several lines, or in an array. A line of NDJSON stays
 * unchanged; other values are written in one line, with all digits of their numbers. Lines that do not become a value are
 * returned one by one. Rejects with a Failure if a value of several lines is too long.
 */
export async function* readEventTexts(lines: AsyncIterable<Line>): AsyncGenerator<EventText> {
  let open: TextLine[] = []
  let length = 0
  const begin = (line?: TextLine) => {
    open = line ? [line] : []
    length = line ? line.text.length : 0
  }
  for await (const line of lines) {
    if ('problem' in line) {
      yield* open.flatMap(single)
      begin()
      yield { line: line.number, problem: line.problem }
      continue
    }
    if (open.length > 0 && !isNewEvent(line.text, open)) {
      open.push(line)
      length += line.text.length + 1
      if (length > maxValueLength) throw new Failure(tooLong(open))
      const whole = closes(line.text, open) ? wholeOf(open) : undefined
      if (!whole) continue
      yield* whole
      begin()
      continue
    }
    yield* open.flatMap(single)
    begin()
    if (continues(line.text)) begin(line)
    else yield* single(line)
  }
  yield* wholeOf(open) ?? open.flatMap(single)
}

/** Whether a line begins a value that goes on in the next line. */
const continues = (text: string): boolean => /^\s*[[{]/.test(text) && /[[{,]\s*$/.test(text)

/** Whether a line can be the last one of the open value: a closing bracket that is not indented further than its first line. */
const closes = (text: string, open: readonly TextLine[]): boolean =>
  /^\s*[\]}]/.test(text) && /[\]}]\s*$/.test(text) && isOutdented(text, open)

/** Whether a line is an event of its own, so that the object before it was never closed. */
const isNewEvent = (text: string, open: readonly TextLine[]): boolean =>
  /^\s*\{/.test(open[0]?.text ?? '') &&
  /^\s*\{.*\}\s*$/.test(text) &&
  isOutdented(text, open) &&
  parseJson(text).ok

const isOutdented = (text: string, open: readonly TextLine[]): boolean =>
  indentation(text) <= indentation(open[0]?.text ?? '')

const indentation = (text: string): number => text.length - text.trimStart().length

/** The events of a value of several lines. Undefined if it is not JSON. */
function wholeOf(open: readonly TextLine[]): EventText[] | undefined {
  const [first] = open
  return first && valuesOf(first.number, open.map(line => line.text).join('\n'))
}

/** The events of one line. */
function single({ number, text }: TextLine): EventText[] {
  if (text.trim() === '') return []
  return (/^\s*\[/.test(text) ? valuesOf(number, text) : undefined) ?? [{ line: number, text }]
}

/** A value, or the items of an array, each in one line. Undefined if the text is not JSON. */
function valuesOf(line: number, text: string): EventText[] | undefined {
  try {
    const value = parseLossless(text)
    if (!Array.isArray(value)) return [{ line, text: JSON.stringify(value) }]
    return value.map((item, index) => ({ line, item: index + 1, text: JSON.stringify(item) }))
  } catch {
    return undefined
  }
}

const tooLong = (open: readonly TextLine[]): string =>
  `the value that begins on line ${open[0]?.number} is longer than ${maxValueLength} characters: write one event per line (NDJSON)`
