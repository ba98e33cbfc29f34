import { expect, test } from '@jest/globals'
import { lettersText } from '../../../functions/cli/io/letters-json.ts'

const head = { hash: '"letters": [', counts: { a: 1, '"letters":[': 2 } }
const letters = [{ event: 'a\u2028\n', request: { body: { role_ids: ['1'] } } }, {}, null]
const many = Array.from({ length: 5000 }, (_, n) => ({ event: `e${n}`, n }))

test.each<[0 | 2, unknown[]]>([
  [0, []],
  [0, letters],
  [0, many],
  [2, []],
  [2, letters],
  [2, many],
])('with indent %d it is what JSON.stringify writes, in pieces', (indent, list) => {
  const texts = [...lettersText(head, list, indent)]
  const whole = `${JSON.stringify({ ...head, letters: list }, null, indent).replace('\u2028', '\\u2028')}\n`
  expect(texts.join('')).toBe(whole)
  expect(texts.every(({ length }) => length < 70_000)).toBe(true)
})
