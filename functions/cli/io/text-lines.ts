/** One line of the input, without its line break. Numbers start at 1 and include blank lines. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly problem: string }

/** The maximum length of a line, in bytes: more than any exported dead letter needs. */
export const maxLineBytes = 1_048_576

const newline = 0x0a
const carriageReturn = 0x0d

/**
 * Splits a byte stream into lines. Accepts LF or CRLF, a byte order mark at the start, and a last line without a line break.
 * Holds at most one line of `maxBytes`. A longer line, or one that is not UTF-8, is a problem.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes = maxLineBytes,
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  let length = 0
  let number = 0

  const keep = (part: Uint8Array): void => {
    if (part.byteLength === 0) return
    length += part.byteLength
    if (length > maxBytes + 1) parts = []
    else parts.push(part)
  }
  const take = (): Line => {
    number += 1
    const line = lineOf(number, parts, length, maxBytes)
    parts = []
    length = 0
    return line
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end))
      yield take()
      start = end + 1
    }
    keep(chunk.subarray(start))
  }
  if (length > 0) yield take()
}

/** `length` is greater than the size of `parts` if the line was too long to keep. */
function lineOf(number: number, parts: readonly Uint8Array[], length: number, maxBytes: number): Line {
  const last = parts.at(-1)?.at(-1)
  const bytes = length - (last === carriageReturn ? 1 : 0)
  if (bytes > maxBytes) return { number, problem: `(line): must be at most ${maxBytes} bytes` }
  try {
    const text = utf8.decode(Buffer.concat(parts).subarray(0, bytes))
    return { number, text: number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text }
  } catch {
    return { number, problem: '(line): must be UTF-8' }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
