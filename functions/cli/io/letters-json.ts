import { jsonText } from './output.ts'

/** The approximate length of a piece, in characters. */
const pieceLength = 65_536

/**
 * `{…head, "letters": […]}` as JSON with a final line break, in pieces: a list of many thousands is never one string. With an
 * indent the result equals that of `JSON.stringify`.
 */
export function* lettersText(
  head: object,
  letters: Iterable<unknown>,
  indent: 0 | 2 = 0,
): Generator<string, void, undefined> {
  const [space, row, end] = indent === 0 ? ['', '', ''] : [' ', '\n    ', '\n  ']
  const open = jsonText({ ...head, letters: [] }, indent)
  let piece = open.slice(0, open.lastIndexOf(`"letters":${space}[`) + `"letters":${space}[`.length)
  let any = false
  for (const letter of letters) {
    piece += `${any ? ',' : ''}${row}${jsonText(letter, indent).replaceAll('\n', '\n    ')}`
    any = true
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield `${piece}${any ? end : ''}]${indent === 0 ? '' : '\n'}}\n`
}
