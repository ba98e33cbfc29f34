import { expect, test } from '@jest/globals'
import { expectedMessages } from '../../infra/local/outcomes/expected-messages.ts'
import type { Outcome } from '../../infra/local/outcomes/message-outcome.ts'
import { bodyOf, catalogue, noon, personData } from '../support/events.ts'

const queued = [
  { messageId: 'member', body: bodyOf() },
  { messageId: 'person', body: bodyOf({ data: personData }) },
  { messageId: 'bad', body: 'no JSON' },
]
const ended = (messageId: string, more: Partial<Outcome> = {}): Outcome => ({
  ...{ messageId, event: null, source: null, target: null, member: null, outcome: 'applied', receives: 1 },
  ...more,
})

test('a person stands for one more message in each scope of the role', () => {
  expect(expectedMessages(queued, catalogue, noon).total).toBe(5)
})

test('it is as many as the event of the person really became', () => {
  const expected = expectedMessages(queued, catalogue, noon)
  expected.ended(ended('member'))
  expected.ended(ended('person', { outcome: 'resolved', events: 1 }))
  expect(expected.total).toBe(4)
})

test('it is none more where nobody is found', () => {
  const expected = expectedMessages(queued, catalogue, noon)
  expected.ended(ended('person', { outcome: 'dead', reason: 'person_not_found' }))
  expect(expected.total).toBe(3)
})

test('it is one more for each that is held and approved, and for what is sent in the course of the run', () => {
  const expected = expectedMessages(queued, catalogue, noon, { approved: true, more: 1 })
  expect(expected.total).toBe(6)
  expected.ended(ended('member', { outcome: 'held' }))
  expect(expected.total).toBe(7)
})

test('it is never less than what ended: others may send meanwhile', () => {
  const expected = expectedMessages([], catalogue, noon)
  for (const id of ['x', 'y']) expected.ended(ended(id))
  expect(expected.total).toBe(2)
})
