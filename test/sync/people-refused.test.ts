import { describe, expect, test } from '@jest/globals'
import { none } from '../../functions/core/people/person-progress.ts'
import { bodyOf, noon, organization, parse, personData } from '../support/events.ts'
import {
  again,
  ask,
  detailsOf,
  inProject,
  inWacht,
  jane,
  janeInProject,
  lists,
  tooOld,
  worldOf,
} from '../support/people.ts'
import { messageOf } from '../support/world.ts'

const ahead = bodyOf({ data: personData, time: new Date(noon + 301_000).toISOString() })
const unknown = bodyOf({ data: { ...personData, role: 'chief' } })
const refusals = [
  ['a time in the future', 'time_in_future', ahead],
  ['an unknown role', 'unknown_role', unknown],
] as const

/** The person is on both lists, and the event is valid when this is asked for: the role is in the catalogue, the time has come. */
function validLater() {
  const fake = worldOf([lists(jane)], [lists(janeInProject)])
  const valid = parse(ask().body)
  return { ...fake, becomesValid: () => void Object.assign(fake.world, { parse: () => valid }) }
}
type Fake = ReturnType<typeof validLater>
const reasonsOf = ({ state }: Fake) => state.letters.map(({ attributes }) => attributes.reason)

describe('an event that names a person and is refused, but would be valid when SQS repeats its message', () => {
  test.each(refusals)('ends with the same letter: %s', async (_, reason, body) => {
    const fake = validLater()
    const { run, state } = fake
    expect(await run(messageOf('m1', body))).toEqual([])
    expect(state.log.slice(-2)).toEqual(['keep the end', 'dead letter'])
    fake.becomesValid()
    expect(await run(messageOf('m1', body, { receives: 2 }))).toEqual([])
    expect(reasonsOf(fake)).toEqual([reason, reason])
    expect(state.enqueued).toEqual([])
    // SQS may count the repeat as the first receive.
    expect(await run(messageOf('m1', body))).toEqual([])
    expect(reasonsOf(fake)).toEqual([reason, reason, reason])
    expect(state.enqueued).toEqual([])
  })

  test('has a letter that says why, and no more: nothing was done for it', async () => {
    const { run, state } = validLater()
    await run(messageOf('m1', ahead))
    expect(detailsOf(state)).toEqual([['time_in_future', 'time: must be at most five minutes ahead of now']])
  })
  test('ends without a look at what was done before, when it is received for the first time', async () => {
    const { run, state } = validLater()
    state.memoryFaults = { message: 'fails' }
    expect(await run(messageOf('m1', ahead))).toEqual([])
    expect(state.troubles).toEqual([])
  })

  test.each(refusals)('is another message where it is sent again: %s', async (_, __, body) => {
    const fake = validLater()
    await fake.run(messageOf('m1', body))
    fake.becomesValid()
    await fake.run(messageOf('m2', body))
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'dead' }, { outcome: 'resolved', events: 2 }])
  })
})

describe('an event of a person that was valid and is refused at a repeat of its message', () => {
  test('ends as before: another version of the code may have another catalogue', async () => {
    const { run, state } = validLater()
    await run(ask())
    expect(await run(messageOf('m1', unknown, { receives: 2 }))).toEqual([])
    expect(await run(messageOf('m1', unknown))).toEqual([])
    expect(state.outcomes.map(({ outcome }) => outcome)).toEqual(['resolved', 'resolved', 'resolved'])
    expect(state.letters).toEqual([])
  })

  test('says in its letter what an earlier attempt has done', async () => {
    const { run, state } = validLater()
    state.records.set('m1', { rev: 2, progress: { ...none, enqueued: [inWacht], sending: [inProject] } })
    await run(messageOf('m1', ahead, { receives: 2 }))
    const done = `on the queue: the change of ${inWacht}; may be on the queue: the change of ${inProject}`
    expect(detailsOf(state)).toEqual([
      ['time_in_future', `time: must be at most five minutes ahead of now; ${done}`],
    ])
  })
})

describe('where the memory does not answer', () => {
  test.each(['message', 'keep'] as const)('in %s the message stays, and ends once', async method => {
    const fake = validLater()
    const { run, state } = fake
    state.memoryFaults = { [method]: 'fails' }
    expect(await run(messageOf('m1', ahead, { receives: 2 }))).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'ledger_unavailable' }])
    expect(state.troubles).toHaveLength(1)
    state.memoryFaults = {}
    fake.becomesValid()
    expect(await run(again())).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved' }])
  })

  test('a message that is too old ends, and says so', async () => {
    const { run, state } = validLater()
    state.memoryFaults = { keep: 'fails' }
    expect(await run(messageOf('m1', ahead, tooOld))).toEqual([])
    expect(detailsOf(state)).toEqual([['gave_up', 'ledger_unavailable: its end is not stored']])
  })
})

test('an event of a person that can never be valid is not kept: a repeat is refused by itself', async () => {
  const { run, state } = validLater()
  await run(messageOf('m1', bodyOf({ data: { ...personData, organizationId: organization } })))
  expect(state.letters).toMatchObject([{ attributes: { reason: 'invalid_event' } }])
  expect(state.records.size).toBe(0)
})
