import { describe, expect, test } from '@jest/globals'
import { maxValueLength, placeWords, readEventTexts } from '../../../functions/cli/io/event-texts.ts'
import { readLines } from '../../../functions/cli/io/text-lines.ts'
import { collect, each } from '../../support/iterate.ts'

const read = (text: string) => collect(readEventTexts(readLines(each([Buffer.from(text)]))))
const indented = (value: unknown) => JSON.stringify(value, null, 2)

describe('the events of an input', () => {
  test('are its lines, byte for byte', async () => {
    expect(await read('{"a":1}\n\n {"b" : 2} \n')).toEqual([
      { line: 1, text: '{"a":1}' },
      { line: 3, text: ' {"b" : 2} ' },
    ])
  })
  test('are one object over several lines, in one line', async () => {
    expect(await read(`\n${indented({ a: { b: [1] }, c: '}' })}\n`)).toEqual([
      { line: 2, text: '{"a":{"b":[1]},"c":"}"}' },
    ])
  })
  test('keep every digit', async () => {
    expect(await read('{\n  "id": 7301954381230018561.0\n}')).toEqual([
      { line: 1, text: '{"id":7301954381230018561.0}' },
    ])
    expect(await read('[{"id":7301954381230018561}]')).toEqual([
      { line: 1, item: 1, text: '{"id":7301954381230018561}' },
    ])
  })
  test('are objects one after the other, each over several lines', async () => {
    const text = [{ a: { x: 1 } }, { b: 2 }, 'line'].map(indented).join('\n')
    expect(await read(text)).toEqual([
      { line: 1, text: '{"a":{"x":1}}' },
      { line: 6, text: '{"b":2}' },
      { line: 9, text: '"line"' },
    ])
  })
  test.each([
    ['in one line', (items: unknown) => JSON.stringify(items)],
    ['indented', indented],
    [
      'with an item on each line',
      (items: readonly unknown[]) => `[\n${items.map(one => JSON.stringify(one)).join(',\n')}\n]`,
    ],
    [
      'that closes behind its last item',
      (items: readonly unknown[]) => `[${items.map(indented).join(', ')}]`,
    ],
    [
      'with commas first',
      (items: readonly unknown[]) => `[\n  ${items.map(one => JSON.stringify(one)).join('\n, ')}\n]`,
    ],
  ] as const)('are the items of an array %s', async (_, write) => {
    expect(await read(write([{ a: { b: 1 } }, { c: 2 }]))).toEqual([
      { line: 1, item: 1, text: '{"a":{"b":1}}' },
      { line: 1, item: 2, text: '{"c":2}' },
    ])
  })
  test('after a value that was never closed are read', async () => {
    const text = '{"a": [\n{"b":2}\n{"c":\n{"d":4}'
    expect(await read(text)).toEqual([
      { line: 1, text: '{"a": [' },
      { line: 2, text: '{"b":2}' },
      { line: 3, text: '{"c":' },
      { line: 4, text: '{"d":4}' },
    ])
  })
  test('of which one is not UTF-8 go on after it', async () => {
    const lines = readLines(each([Buffer.from([0x7b, 0x0a, 0xff, 0x0a]), Buffer.from('{"b":2}')]))
    expect(await collect(readEventTexts(lines))).toEqual([
      { line: 1, text: '{' },
      { line: 2, problem: '(line): must be UTF-8' },
      { line: 3, text: '{"b":2}' },
    ])
  })
  test('are refused where one value is longer than memory should hold', async () => {
    const row = `"${'x'.repeat(1_000_000)}",\n`
    await expect(read(`[\n${row.repeat(17)}"end"]`)).rejects.toThrow(
      `the value that begins on line 1 is longer than ${maxValueLength} characters: write one event per line (NDJSON)`,
    )
  })
})

test('a place is shown as its line, and its item', () => {
  expect(placeWords({ line: 3 })).toBe('line 3')
  expect(placeWords({ line: 1, item: 2 })).toBe('line 1, item 2')
})
