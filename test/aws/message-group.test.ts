import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { messageGroupOf } from '../../functions/aws/sqs-send.ts'

const of = (source: unknown) => messageGroupOf(JSON.stringify({ source }))

/** SQS's own words for it: alphanumeric characters and this punctuation. */
const taken = new Set([
  ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  ...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
])
const isTaken = (group: string) =>
  group.length > 0 && group.length <= 128 && [...group].every(character => taken.has(character))

describe('the message group of an event', () => {
  test.each([
    '//workday.example.com/role-changes',
    'https://acme.okta.com/api/v1/eventHooks/whoql0',
    'x',
    'a'.repeat(128),
  ])('is its source: %s', source => expect(of(source)).toBe(source))
  test('is its source with every character that SQS takes', () => {
    const all = [...taken].join('')
    expect(of(all.slice(0, 50)) + of(all.slice(50))).toBe(all)
  })
  test.each([
    ['longer than SQS takes', 'a'.repeat(129)],
    ['with a space', 'hr system'],
    ['in another script', '//人事.example.com'],
    ['with an emoji', '//hr-🙂'],
    ['with a tab', 'hr\t1'],
    ['with a line behind it', 'hr\n'],
    ['with a half of a character', 'hr\ud83d'],
  ])('is a hash of a source %s', (_, source) => {
    expect(of(source)).toMatch(/^[0-9a-f]{64}$/)
    expect(of(source)).toBe(of(source))
    expect(of(source)).not.toBe(of(`${source}x`))
  })
  test.each([
    '',
    'not json',
    '[]',
    'null',
    '"text"',
    '{}',
    '{"source":""}',
    '{"source":7}',
    '{"source":null}',
    '{"source":["a"]}',
  ])('is one for all whose source cannot be read: %s', body => expect(messageGroupOf(body)).toBe('no-source'))
  test('is always one that SQS takes, the same for the same source, and another for another', () => {
    const source = fc.string({ unit: 'binary', minLength: 1, maxLength: 512 })
    fc.assert(
      fc.property(source, source, (one, other) => {
        expect(isTaken(of(one))).toBe(true)
        expect(of(one) === of(other)).toBe(one === other)
      }),
    )
  })
  test('is always there, whatever the body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), body => isTaken(messageGroupOf(body))),
    )
  })
})
