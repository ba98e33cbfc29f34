import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type DeadLetter,
  diedAt,
  letterFacts,
  namesOfLetter,
} from '../../../functions/core/dead-letter/dead-letter.ts'
import { bytesOf, maxAttributeBytes } from '../../../functions/core/dead-letter/letter-attributes.ts'
import { isMeant, type LetterFilter } from '../../../functions/core/dead-letter/letter-filter.ts'
import {
  editedAttributes,
  renewedAttributes,
  replayedAttributes,
} from '../../../functions/core/dead-letter/replay-attributes.ts'
import { historyOf, readHistory, readTrail } from '../../../functions/core/dead-letter/trail.ts'
import type { History, Trail } from '../../../functions/core/event/sqs-message.ts'
import { bodyOf, noon, parse } from '../../support/events.ts'

const attributes = { reason: 'gave_up', target: 'wacht', member: 'wacht/1/2', event: 'e1', unproven: 'true' }
const trail: Trail = {
  detail: 'timeout',
  status: 504,
  receives: 9,
  failedAt: '2026-11-23T10:00:00.000Z',
  claimed: { replays: 1 },
}
const letterOf = (fields: Partial<DeadLetter> = {}): DeadLetter => ({
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
  test('is its verified sender, but not once a person has edited it', () => {
    const letter = letterOf({
      sender: 'intake/okta',
      attributes: { ...attributes, guard: 'protected', sender: 'x' },
    })
    expect(replayedAttributes(letter, 'p1').sender).toBe('intake/okta')
    expect(renewedAttributes(letter)).toMatchObject({ guard: 'protected', sender: 'intake/okta' })
    expect(editedAttributes(letter, 'ada: data.role')).toMatchObject({ guard: 'protected' })
    expect(editedAttributes(letter, 'ada: data.role')).not.toHaveProperty('sender')
  })
  test('is never what a producer put beside it', () => {
    const letter = letterOf({ attributes: { ...attributes, tenant: 'x' } })
    expect(Object.keys(renewedAttributes(letter))).toEqual([...Object.keys(attributes), 'trail'])
  })
  test('fits into what SQS takes, however much was stamped on it before; the newest stays', () => {
    const edits = Array.from({ length: 5000 }, (_, n) => `edit ${n} ${'ö'.repeat(200)}`)
    const full = letterOf({ trail: { ...trail, edits, claimed: { replays: 1, edits } } })
    for (const after of [
      replayedAttributes(full, 'p'.repeat(64)),
      renewedAttributes(full),
      editedAttributes(full, 'last'),
    ]) {
      expect(bytesOf(after)).toBeLessThanOrEqual(maxAttributeBytes)
      expect(readTrail(after.trail)).toBeDefined()
    }
    expect(readHistory(replayedAttributes(full, 'p').trail)).toMatchObject({ replays: 2, plan: 'p' })
    expect(readTrail(editedAttributes(full, 'last').trail)?.edits?.at(-1)).toBe('last')
  })
})

test('a trail is read whole or not at all, and never throws', () => {
  expect(readTrail(JSON.stringify(trail))).toEqual(trail)
  for (const text of [undefined, '', '{', 'null', '1', '{"replays":-1}', '{"edits":[1]}', '{"plan":7}']) {
    expect({ text, trail: readTrail(text) }).toStrictEqual({ text, trail: undefined })
  }
  fc.assert(fc.property(fc.string(), text => void readTrail(text)))
})

test('of a trail, what was claimed and what was done since go on, each part where it was there; its last death does not', () => {
  const history: History = { replays: 1, renewals: 2, plan: 'p1', edits: ['ada: time'] }
  expect(historyOf({ ...trail, claimed: history })).toStrictEqual(history)
  expect(historyOf({ ...trail, claimed: history, renewals: 3, edits: ['bob: role'] })).toStrictEqual({
    ...history,
    ...{ renewals: 5, edits: ['ada: time', 'bob: role'] },
  })
  for (const [key, value] of Object.entries(history)) {
    expect(historyOf({ detail: 'timeout', claimed: { [key]: value } })).toStrictEqual({ [key]: value })
  }
  expect(historyOf({ renewals: 1, edits: ['x'] })).toStrictEqual({ renewals: 1, edits: ['x'] })
  expect(historyOf({})).toStrictEqual({})
})

test('counts that a message claims to be as high as they can be are still counts after one more', () => {
  const claimed = { replays: Number.MAX_SAFE_INTEGER, renewals: Number.MAX_SAFE_INTEGER }
  const { trail: text } = replayedAttributes({ trail: { claimed, renewals: 1 } }, 'p')
  expect(readHistory(text)).toEqual({ ...claimed, plan: 'p' })
})

describe('a letter that was buried before claims were told apart', () => {
  test('claims its replays and its plan, which only its message can have brought', () => {
    const text = JSON.stringify({ detail: 'no', replays: 2, plan: 'p', renewals: 1, edits: ['x'] })
    expect(readTrail(text)).toEqual({
      ...{ detail: 'no', renewals: 1, edits: ['x'] },
      claimed: { replays: 2, plan: 'p' },
    })
  })
})

describe('a message that SQS moved itself', () => {
  const forged = {
    ...attributes,
    trail: JSON.stringify({ ...trail, renewals: 1, plan: 'p', edits: ['ada'], claimed: { replays: 9 } }),
  }
  const moved = letterFacts({ ...forged, tenant: 'x' }, true)

  test('crashed, whatever its producer wrote, and nothing of that stands under a name of ours', () => {
    expect(moved.reason).toBe('crashed')
    expect(moved.attributes).toEqual({
      'claimed.reason': 'gave_up',
      'claimed.target': 'wacht',
      'claimed.member': 'wacht/1/2',
      'claimed.event': 'e1',
      'claimed.unproven': 'true',
      'claimed.trail': forged.trail,
      tenant: 'x',
    })
    expect(moved.trail).toEqual({ claimed: { renewals: 1, plan: 'p', edits: ['ada'] } })
  })
  test('is called by its body alone, and died when it was sent', () => {
    const letter = letterOf({ ...moved, body: '{' })
    expect(namesOfLetter(letter, parse('{'))).toEqual({
      ...{ event: null, source: null, target: null, member: null },
    })
    expect(diedAt(letter)).toBe(noon)
  })
  test('is still crashed, and its claims are still claims, after a renewal and after an edit', () => {
    for (const after of [
      renewedAttributes(letterOf(moved)),
      editedAttributes(letterOf(moved), 'bob: time'),
    ]) {
      const again = letterFacts(after, false)
      expect(again).toMatchObject({ reason: 'crashed', trail: { claimed: moved.trail?.claimed } })
      expect(Object.keys(again.attributes)).toEqual(['trail'])
    }
  })
  test('without attributes has none', () => {
    expect(letterFacts({}, true)).toEqual({ attributes: {}, reason: 'crashed', trail: undefined })
  })
})

test('a letter without a reason of ours crashed', () => {
  const given = [{}, { trail: '{}' }, { reason: 'toString' }, { reason: 'rejected' }]
  expect(given.map(attributes => letterFacts(attributes, false).reason)).toEqual([
    ...['crashed', 'crashed', 'crashed', 'rejected'],
  ])
})

test('a letter is called by its body, else by its attributes', () => {
  const { event, member } = namesOfLetter(letterOf(), parse(bodyOf()))
  expect({ event, member }).toEqual({
    event: 'wd-2026-000123',
    member: expect.stringMatching(/^wacht\/7301954381230018561/),
  })
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
    [{ guard: 'burst' }, false],
    [{ sender: 'intake/okta' }, false],
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
  test('of a guard and a sender means the letters that name them', () => {
    const letter = { ...letterOf(), attributes: { guard: 'burst', sender: 'intake/okta' } }
    const means = (filter: LetterFilter) => isMeant(filter, letter, named)
    expect(means({ guard: 'burst', sender: 'intake/okta' })).toBe(true)
    expect([means({ guard: 'protected' }), means({ sender: 'intake/other' })]).toEqual([false, false])
  })
})
