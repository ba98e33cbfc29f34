/**
 * JSON whose numbers keep their digits: an id that was sent as a number must not be rounded by somebody who edits another
 * field (JSON.rawJSON and the source text of a reviver: ECMAScript, "JSON.parse source text access").
 */
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown,
  ) => unknown
  rawJSON: (text: string) => unknown
  isRawJSON: (value: unknown) => boolean
}

/** Parses JSON; its numbers are opaque, and written by JSON.stringify as they stood. Throws a SyntaxError for anything else. */
export const parseLossless = (text: string): unknown =>
  parse(text, (_, value, { source }) => (typeof value === 'number' ? rawJSON(source) : value))

/** Whether a value of such JSON is a number. */
export const isNumber = (value: unknown): boolean => isRawJSON(value)

/** The same JSON, indented for people; undefined when it is not JSON. */
export function indented(text: string): string | undefined {
  try {
    return JSON.stringify(parseLossless(text), null, 2)
  } catch {
    return undefined
  }
}

/** The same JSON in one line; what is not JSON stays as it is. */
export function compact(text: string): string {
  try {
    return JSON.stringify(parseLossless(text))
  } catch {
    return text
  }
}
