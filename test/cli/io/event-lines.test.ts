import { describe, expect, test } from '@jest/globals'
import { readEvents } from '../../../functions/cli/io/event-lines.ts'
import { bodyOf, noon, parse } from '../../support/events.ts'
import { collect, each } from '../../support/iterate.ts'

const read = (text: string) =>
  collect(readEvents({ chunks: each([Buffer.from(text)]), name: 'events.json' }, parse, () => noon))
const letterOf = (body: string) => JSON.stringify({ reason: 'not_found', body, member: 'wacht/1/2' })

describe('an event line', () => {
  test('keeps its body byte for byte, spaces and order of keys and all', async () => {
    const body = `  ${bodyOf({ note: 'ü 漢 😀' }).replace(':', ' :  ')} `
    expect(await read(`${body}\r\n`)).toMatchObject([{ line: 1, body, named: { event: 'wd-2026-000123' } }])
  })
  test('is passed over when it is blank', async () => {
    expect(await read(`\n  \t\n${bodyOf()}\n\n`)).toMatchObject([{ line: 3 }])
  })
  test('may be an exported dead letter, whose body is taken', async () => {
    const body = `${bodyOf()}\n`
    expect(await read(letterOf(body))).toMatchObject([{ line: 1, body }])
  })
  test('with a body of its own is no dead letter', async () => {
    const body = bodyOf({ body: 'an extension attribute' })
    expect(await read(body)).toMatchObject([{ body }])
  })
})

test('an input without an event is an error that names it', async () => {
  for (const text of ['', '\n \n', '[]', '[\n]'])
    await expect(read(text)).rejects.toThrow('events.json has no events')
})

describe('a line is refused', () => {
  const refused = async (text: string) =>
    (await read(text)).map(line => ('reason' in line ? line : 'accepted'))
  test('with the reason and the detail of the function, and the event where it can be read', async () => {
    expect(await refused(`${bodyOf({ sequence: 7 })}\nnope`)).toEqual([
      {
        line: 1,
        named: expect.objectContaining({ event: 'wd-2026-000123' }),
        reason: 'invalid_event',
        detail: 'sequence: must be a string of decimal digits',
      },
      {
        line: 2,
        named: expect.objectContaining({ event: null }),
        reason: 'invalid_event',
        detail: '(body): must be JSON',
      },
    ])
  })
  test('when the clock says that its time is ahead', async () => {
    expect(await refused(bodyOf({ time: '2027-01-01T00:00:00Z' }))).toMatchObject([
      { reason: 'time_in_future' },
    ])
  })
  test('when it is a dead letter whose body is no event', async () => {
    expect(await refused(letterOf('nope'))).toMatchObject([{ detail: '(body): must be JSON' }])
  })
  test.each([
    ['U+FFFE', '\ufffe'],
    ['U+FFFF', '\uffff'],
  ])('when it holds %s, which JSON takes and SQS does not', async (code, character) => {
    expect(await refused(bodyOf({ note: character }))).toMatchObject([
      {
        named: { event: 'wd-2026-000123' },
        detail: `(body): must not contain ${code}: SQS refuses this character`,
      },
    ])
  })
  test('when it is a dead letter with half a character in its body', async () => {
    const body = bodyOf({ note: '?' }).replace('?', '\ud800')
    expect(await refused(letterOf(body))).toMatchObject([{ detail: expect.stringContaining('U+D800') }])
  })
})
