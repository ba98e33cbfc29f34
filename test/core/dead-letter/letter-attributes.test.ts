import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  attributesOf,
  bytesOf,
  type LetterAttributes,
  letterAttributes,
  maxAttributeBytes,
} from '../../../functions/core/dead-letter/letter-attributes.ts'
import type { Grounds } from '../../../functions/core/dead-letter/reason.ts'
import type { History, Message, Trail } from '../../../functions/core/event/sqs-message.ts'
import { cpuMs } from '../../support/cpu.ts'
import { anyCharacter } from '../../support/text.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const message: Message = { id: 'm', receipt: 'r', body: '{}', sentAt: 0, firstReceivedAt: 0, receives: 3 }
const named = { event: 'e-1', source: 's', target: 'wacht', member: 'wacht/1/2' }
const grounds: Grounds = { reason: 'rejected', detail: '422: no', status: 422 }
const trailOf = (attributes: LetterAttributes): Trail => JSON.parse(attributes.trail as string)

/** What SQS takes (SendMessage; quotas): emulators accept more, so the rules are stated here. */
function fitsSqs(attributes: LetterAttributes): void {
  const all = Object.entries(attributes)
  expect(all.length).toBeLessThanOrEqual(10)
  let bytes = 0
  for (const [name, value] of all) {
    expect(name).toMatch(/^[A-Za-z][A-Za-z0-9]*$/)
    expect(value).not.toBe('')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
    expect(value).toMatch(/^[\u{9}\u{a}\u{d}\u{20}-\u{d7ff}\u{e000}-\u{fffd}]*$/u)
    expect(value.isWellFormed()).toBe(true)
    if (name !== 'trail') expect([...value].length).toBeLessThanOrEqual(256)
    bytes += Buffer.byteLength(name) + Buffer.byteLength('String') + Buffer.byteLength(value)
  }
  expect(bytes).toBeLessThanOrEqual(8192)
}

describe('a letter says why', () => {
  test('in attributes by name, and the rest as one JSON', () => {
    expect(letterAttributes(message, named, { ...grounds, unproven: true }, now)).toEqual({
      ...{ reason: 'rejected', target: 'wacht', member: 'wacht/1/2', event: 'e-1', unproven: 'true' },
      trail: '{"detail":"422: no","status":422,"receives":3,"failedAt":"2026-11-23T12:00:00.000Z"}',
    })
  })
  test('and does not bear an address that its event has for an id', () => {
    const event = 'change-of-jane@example.com'
    expect(letterAttributes(message, { ...named, event }, grounds, now)).toMatchObject({ event: '[e-mail]' })
  })
  test('and leaves out what is not known', () => {
    const nobody = { event: null, source: null, target: null, member: null }
    const letter = letterAttributes(message, nobody, { reason: 'invalid_event', detail: '(body): x' }, now)
    expect(Object.keys(letter)).toEqual(['reason', 'trail'])
    expect(trailOf(letter)).not.toHaveProperty('status')
  })
  test('and keeps the history that its message claims, as claimed and as nothing else', () => {
    const trail = { replays: 2, renewals: 1, plan: 'abc', edits: ['ann: role'] }
    const attributes = letterAttributes({ ...message, trail }, named, grounds, now)
    expect(trailOf(attributes)).toEqual({
      ...{ detail: '422: no', status: 422, receives: 3, failedAt: '2026-11-23T12:00:00.000Z' },
      claimed: trail,
    })
    expect(trailOf(letterAttributes({ ...message, trail: {} }, named, grounds, now))).not.toHaveProperty(
      'claimed',
    )
  })
  test('in at most 500 characters, without what is secret or personal', () => {
    const detail = `Bearer abc jane@example.com ${'x '.repeat(600)}`
    const kept = trailOf(letterAttributes(message, named, { ...grounds, detail }, now)).detail as string
    expect(kept).toMatch(/^Bearer \[secret\] \[e-mail\] x x/)
    expect(kept).toHaveLength(500)
  })
})

test('of a trail that is too long the oldest edits go, and only they', () => {
  const edits = Array.from({ length: 60 }, (_, n) => `${n} ${'é'.repeat(200)}`)
  const letter = letterAttributes({ ...message, trail: { replays: 60, edits } }, named, grounds, now)
  const kept = trailOf(letter).claimed?.edits as string[]
  fitsSqs(letter)
  expect(kept.length).toBeGreaterThan(10)
  expect(kept).toEqual(edits.slice(-kept.length))
  expect(trailOf(letter)).toMatchObject({ claimed: { replays: 60 }, detail: '422: no' })
})

test('of a trail that is too long the claimed edits go before any of our own', () => {
  const many = (of: string) => Array.from({ length: 30 }, (_, n) => `${of} ${n} ${'é'.repeat(90)}`)
  const own = many('own')
  const letter = attributesOf({ trail: { edits: own, claimed: { plan: 'p', edits: many('claimed') } } })
  fitsSqs(letter)
  expect(trailOf(letter).edits).toEqual(own)
  const kept = trailOf(letter).claimed?.edits as string[]
  expect(kept.length).toBeGreaterThan(0)
  expect(kept).toEqual(many('claimed').slice(-kept.length))
  const full = attributesOf({
    trail: { edits: [...own, ...own], claimed: { plan: 'p', edits: ['x'.repeat(250)] } },
  })
  fitsSqs(full)
  expect(trailOf(full).claimed).toEqual({ plan: 'p' })
})

test('of many short edits as many stay as there is room for, to the byte', () => {
  const trail = { edits: Array(3000).fill('x') }
  const each = Buffer.byteLength('"x",')
  for (let n = 0; n < 2 * each; n++) {
    const letter = letterAttributes({ ...message, trail }, named, { ...grounds, detail: 'x'.repeat(n) }, now)
    fitsSqs(letter)
    expect(bytesOf(letter)).toBeGreaterThan(maxAttributeBytes - each)
  }
})

test('what SQS refuses becomes U+FFFD, in a plan and in edits as well', () => {
  const bad = '\u0000\u000b\ufffe\uffff\ud800😀'
  const trail = { plan: bad, edits: [bad] }
  const letter = letterAttributes({ ...message, trail }, { ...named, event: bad }, grounds, now)
  fitsSqs(letter)
  expect(letter.event).toBe('\ufffd'.repeat(7))
})

test('a trail with tens of thousands of edits, which any producer can send, takes no time', () => {
  const hostile = { ...message, trail: { edits: Array(43_000).fill('') } }
  let letter: LetterAttributes = {}
  const ms = cpuMs(() => {
    letter = letterAttributes(hostile, named, grounds, now)
  })
  expect(ms).toBeLessThan(3000)
  fitsSqs(letter)
})

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 600 }),
  fc.string({
    unit: fc.constantFrom('\u0000', '"', '\\', '\n', '漢', '\ud800', '\udc00', '\ufffe', '😀'),
    maxLength: 600,
  }),
)
const trails = fc.record(
  {
    replays: fc.maxSafeNat(),
    renewals: fc.maxSafeNat(),
    plan: fc.string({ unit: anyCharacter, maxLength: 64 }),
    edits: fc.array(text, { maxLength: 60 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<History>

test('whatever the names, the detail and the history: within SQS’s rules, and the trail is JSON', () => {
  const nullable = fc.option(text)
  const names = fc.record({ event: nullable, source: nullable, target: nullable, member: nullable })
  fc.assert(
    fc.property(names, text, trails, fc.boolean(), (given, detail, trail, unproven) => {
      const letter = letterAttributes({ ...message, trail }, given, { ...grounds, detail, unproven }, now)
      fitsSqs(letter)
      expect(trailOf(letter)).toMatchObject({ receives: 3, failedAt: '2026-11-23T12:00:00.000Z' })
      expect((trailOf(letter).detail as string).length).toBeLessThanOrEqual(500)
    }),
    { numRuns: 200 },
  )
})

test('attributes made by hand keep to the same rules', () => {
  const names = { reason: 'x'.repeat(300), target: '', member: '', event: '', unproven: '' }
  const letter = attributesOf({ ...names, trail: {} })
  expect(Object.keys(letter)).toEqual(['reason', 'trail'])
  fitsSqs(letter)
})
