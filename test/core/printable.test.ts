import { expect, test } from '@jest/globals'
import { printable } from '../../functions/core/printable.ts'

test.each([
  '\u0000',
  '\u0007',
  '\n',
  '\r',
  '\u001b',
  '\u007f',
  '\u009b',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200f',
])('the character %j that could control a terminal is replaced, each time', character =>
  expect(printable(`a${character}b${character}`)).toBe('a\ufffdb\ufffd'),
)

test('other text is unchanged', () => {
  for (const text of ['', 'wd-1', ' Zoë ', '…→', '😀', '\u00a0', '\u2030']) expect(printable(text)).toBe(text)
})
