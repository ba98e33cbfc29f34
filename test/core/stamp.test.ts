import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diedAt, type Letter, namesOfLetter, reasonOf } from '../../functions/core/dead-letter.ts'
import { bytesOf, maxAttributeBytes } from '../../functions/core/letter.ts'
import { isMeant, type LetterFilter } from '../../functions/core/letter-filter.ts'
import type { Trail } from '../../functions/core/message.ts'
import { editedAttributes, renewedAttributes, replayedAttributes } from '../../functions/core/stamp.ts'
import { historyOf, readTrail } from '../../functions/core/trail.ts'
import { bodyOf, noon, parse } from '../support/events.ts'

const attributes = { reason: 'gave_up', target: 'wacht', member: 'wacht/1/2', event: 'e1', unproven: 'true' }
const trail: Trail = {
  detail: 'timeout',
  status: 504,
  receives: 9,
  failedAt: '2026-11-23T10:00:00.000Z',
  replays: 1,
}
const letterOf = (fields: Partial<Letter> = {}): Letter => ({
  ...{ messageId: 'm', receipt: 'r', body: bodyOf(), sentAt: noon, receives: 1, attributes, trail },
  reason: 'gave_up',
  ...fields,
})

describe('what goes with a letter', () => {
  test('that is replayed is its history, one replay longer, and the plan; nothing of its last death', () => {
    expect(replayedAttributes(letterOf(), 'p1')).toEqual({ trail: '{"replays":2,"plan":"p1"}' })
  })
  test('that crashed and is replayed is its first replay', () => {
    const crashed = letterOf({ attributes: {}, reason: 'crashed', trail: undefined })
    expect(replayedAttributes(crashed, 'p1')).toEqual({ trail: '{"replays":1,"plan":"p1"}' })
  })
  test('that is renewed is all that it had, and one renewal more', () => {
    const { trail: text, ...rest } = renewedAttributes(letterOf())
    expect(rest).toEqual(attributes)
    expect(readTrail(text)).toEqual({ ...trail, renewals: 1 })
  })
  test('that is edited is all that it had, and who changed what', () => {
    const once = editedAttributes(letterOf(), 'ada: data.roleId')
    const twice = editedAttributes(letterOf({ trail: readTrail(once.trail) }), 'bob: data.role')
    expect(readTrail(twice.trail)).toEqual({ ...trail, edits: ['ada: data.roleId', 'bob: data.role'] })
  })
  test('that crashed is its first renewal, or its first edit, and nothing else', () => {
    const crashed = letterOf({ attributes: {}, reason: 'crashed', trail: undefined })
    expect(renewedAttributes(crashed)).toEqual({ trail: '{"renewals":1}' })
    expect(editedAttributes(crashed, 'ada: time')).toEqual({ trail: '{"edits":["ada: time"]}' })
  })
  test('is never what a producer put beside it', () => {
    const letter = letterOf({ attributes: { ...attributes, tenant: 'x' } })
    expect(Object.keys(renewedAttributes(letter))).toEqual([...Object.keys(attributes), 'trail'])
  })
  test('fits into what SQS takes, however much was stamped on it before; the newest stays', () => {
    const edits = Array.from({ length: 5000 }, (_, n) => `edit ${n} ${'ö'.repeat(200)}`)
    const full = letterOf({ trail: { ...trail, edits } })
    for (const after of [
      replayedAttributes(full, 'p'.repeat(64)),
      renewedAttributes(full),
      editedAttributes(full, 'last'),
    ]) {
      expect(bytesOf(after)).toBeLessThanOrEqual(maxAttributeBytes)
      expect(readTrail(after.trail)).toBeDefined()
    }
    expect(readTrail(replayedAttributes(full, 'p').trail)).toMatchObject({ replays: 2, plan: 'p' })
    expect(readTrail(editedAttributes(full, 'last').trail)?.edits?.at(-1)).toBe('last')
  })
})

test('a trail is read whole or not at all, and never throws', () => {
  expect(readTrail(JSON.stringify(trail))).toEqual(trail)
  for (const text of [undefined, '', '{', 'null', '1', '{"replays":-1}', '{"edits":[1]}', '{"plan":7}']) {
    expect([text, readTrail(text)]).toEqual([text, undefined])
  }
  fc.assert(fc.property(fc.string(), text => void readTrail(text)))
})

test('of a trail, what was done to its letter goes on, each part where it was there; its last death does not', () => {
  const history: Trail = { replays: 1, renewals: 2, plan: 'p1', edits: ['ada: time'] }
  expect(historyOf({ ...trail, ...history })).toStrictEqual(history)
  for (const [key, value] of Object.entries(history)) {
    expect(historyOf({ detail: 'timeout', [key]: value })).toStrictEqual({ [key]: value })
  }
  expect(historyOf(undefined)).toBeUndefined()
})

test('a letter without a reason of ours crashed', () => {
  expect([{}, { trail: '{}' }, { reason: 'toString' }, { reason: 'rejected' }].map(reasonOf)).toEqual([
    ...['crashed', 'crashed', 'crashed', 'rejected'],
  ])
})

test('a letter is called by its body, else by its attributes', () => {
  const { event, member } = namesOfLetter(letterOf(), parse(bodyOf()))
  expect([event, member]).toEqual(['wd-2026-000123', expect.stringMatching(/^wacht\/7301954381230018561/)])
  expect(namesOfLetter(letterOf(), parse('{'))).toEqual({
    ...{ event: 'e1', source: null, target: 'wacht', member: 'wacht/1/2' },
  })
})

test('a letter died when its trail says, else when it was sent', () => {
  expect(diedAt(letterOf())).toBe(Date.parse('2026-11-23T10:00:00.000Z'))
  expect(diedAt(letterOf({ trail: { failedAt: 'soon' } }))).toBe(noon)
  expect(diedAt(letterOf({ trail: undefined }))).toBe(noon)
})

describe('a filter', () => {
  const named = { event: 'e1', source: 's', target: 'wacht', member: 'wacht/1/2' }
  const died = diedAt(letterOf())
  test.each<[filter: LetterFilter, meant: boolean]>([
    [{}, true],
    [{ reason: 'gave_up', target: 'wacht', member: 'wacht/1/2', event: 'e1', source: 's' }, true],
    [{ reason: 'rejected' }, false],
    [{ target: 'project' }, false],
    [{ member: 'wacht/1/3' }, false],
    [{ event: 'e' }, false],
    [{ source: 'e1' }, false],
    [{ since: died }, true],
    [{ since: died + 1 }, false],
    [{ until: died }, false],
    [{ until: died + 1 }, true],
    [{ reason: 'gave_up', event: 'e2' }, false],
  ])('%j means it: %p', (filter, meant) => {
    expect(isMeant(filter, letterOf(), named)).toBe(meant)
  })
})
