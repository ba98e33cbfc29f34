import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readLines } from '../../../functions/cli/io/text-lines.ts'
import { collect, each } from '../../support/iterate.ts'

const linesOf = (chunks: readonly Uint8Array[], max?: number) => collect(readLines(each(chunks), max))
const textsOf = async (text: string) =>
  (await linesOf([Buffer.from(text)])).map(line => ('text' in line ? line.text : line.problem))

describe('lines', () => {
  test.each<[string, string, string[]]>([
    ['end with LF', 'a\nb\n', ['a', 'b']],
    ['end with CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['may lack the last line break', 'a\nb', ['a', 'b']],
    ['may be blank', 'a\n\n\r\nb', ['a', '', '', 'b']],
    ['keep their spaces and a lone CR inside', ' a\r \n', [' a\r ']],
    ['lose a byte order mark at the start of the input', '\ufeffa\nb', ['a', 'b']],
    ['keep one that stands anywhere else', 'a\n\ufeffb', ['a', '\ufeffb']],
    ['are none in an empty input', '', []],
  ])('%s', async (_, input, expected) => expect(await textsOf(input)).toEqual(expected))

  test('are numbered from 1, blank ones too', async () => {
    expect((await linesOf([Buffer.from('a\n\nb')])).map(line => line.number)).toEqual([1, 2, 3])
  })
  test('that are not UTF-8 are a problem and not a replacement character', async () => {
    const lines = await linesOf([Buffer.from([0x61, 0xff, 0x0a, 0x62])])
    expect(lines).toEqual([
      { number: 1, problem: '(line): must be UTF-8' },
      { number: 2, text: 'b' },
    ])
  })
  test('that are too long are a problem, and the next one is read', async () => {
    const chunks = ['abc', 'def\n', 'abcd\r\nabcde', '\n', 'x'].map(text => Buffer.from(text))
    expect(await linesOf(chunks, 4)).toEqual([
      { number: 1, problem: '(line): must be at most 4 bytes' },
      { number: 2, text: 'abcd' },
      { number: 3, problem: '(line): must be at most 4 bytes' },
      { number: 4, text: 'x' },
    ])
  })
  test('are the same however the bytes are cut', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'é', '漢', '😀', '\r', '\n', '\r\n', ' '))
      .map(parts => parts.join(''))
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (input, size) => {
        const bytes = Buffer.from(input)
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        )
        expect(await linesOf(chunks)).toEqual(await linesOf([bytes]))
      }),
    )
  })
})
