/**
 * JSON that keeps all digits of numbers, so that an edit of another field does not round an id (ECMAScript, "JSON.parse source
 * text access").
 */
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown,
  ) => unknown
  rawJSON: (text: string) => unknown
  isRawJSON: (value: unknown) => boolean
}

/** Parses JSON. Numbers are opaque, and JSON.stringify writes them unchanged. Throws a SyntaxError if it is not JSON. */
export const parseLossless = (text: string): unknown =>
  parse(text, (_, value, { source }) => (typeof value === 'number' ? rawJSON(source) : value))

/** Whether a value of such JSON is a number. */
export const isNumber = (value: unknown): boolean => isRawJSON(value)

/** The same JSON, indented. Undefined if it is not JSON. */
export function indented(text: string): string | undefined {
  try {
    return JSON.stringify(parseLossless(text), null, 2)
  } catch {
    return undefined
  }
}

/** The same JSON in one line. Text that is not JSON stays unchanged. */
export function compact(text: string): string {
  try {
    return JSON.stringify(parseLossless(text))
  } catch {
    return text
  }
}
