import { jsonText } from './output.ts'

/** About how long a piece is, in characters. */
const pieceLength = 65_536

/**
 * `{…head, "letters": […]}` as JSON with a line break at its end, in pieces: a list of many thousands is never one text.
 * With an indent it is what `JSON.stringify` would write.
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
