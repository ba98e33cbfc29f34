import { describe, expect, test } from '@jest/globals'
import { none } from '../../functions/core/people/person-progress.ts'
import { organization, projectId } from '../support/events.ts'
import {
  again,
  ask,
  detailsOf,
  down,
  fails,
  graceMs,
  inProject,
  inWacht,
  jane,
  janeInProject,
  lists,
  membersIn,
  readingsOf,
  tooOld,
  twin,
  worldOf,
} from '../support/people.ts'

const twins = `wacht/${organization} lists 2 members with this e-mail address: ${inWacht}, ${twin.member}`
/** Both scopes list the person at first, and somebody else with the address from then on. */
const foundThenTwins = () =>
  worldOf([lists(jane), lists(jane, twin)], [lists(janeInProject), lists(janeInProject)])

describe('an end is an end: a message that SQS repeats', () => {
  test.each([1, 2, 900])(
    'after it was resolved is resolved again, with no other event (receive %d)',
    async receives => {
      const { run, state } = foundThenTwins()
      state.memoryFaults = { recall: 'fails' }
      await run(ask())
      expect(await run(ask('m1', { receives }))).toEqual([])
      expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
      expect(state.letters).toEqual([])
      expect(state.outcomes).toMatchObject(
        Array.from({ length: 2 }, () => ({ outcome: 'resolved', events: 2 })),
      )
    },
  )

  test('after it was dead-lettered is so again for the same reason, also when the person is there by now', async () => {
    const { run, state } = worldOf([lists(jane, twin), lists(jane)], [lists(janeInProject)])
    await run(ask())
    expect(await run(again())).toEqual([])
    expect(detailsOf(state)).toEqual([
      ['person_ambiguous', `no member was changed; ${twins}`],
      ['person_ambiguous', `no member was changed; ${twins}`],
    ])
    expect(state.enqueued).toEqual([])
    expect(readingsOf(state, organization)).toBe(1)
  })

  test('is told from another message with the same event', async () => {
    const { run, state } = foundThenTwins()
    state.memoryFaults = { recall: 'fails' }
    await run(ask('m1'))
    await run(ask('m2'))
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved' }, { reason: 'person_ambiguous' }])
  })
})

describe('how a message ends is kept', () => {
  test('before the letter is sent, and after the events are on the queue, which is kept before as well', async () => {
    const dead = worldOf([lists(jane, twin)])
    await dead.run(ask())
    expect(dead.state.log.slice(-2)).toEqual(['keep the end', 'dead letter'])
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    await run(ask())
    expect(state.log.slice(-3)).toEqual(['keep the progress', 'enqueue', 'keep the end'])
  })

  test('also where its letter cannot be sent: the next attempt sends the same one', async () => {
    const { run, state } = worldOf([lists(jane, twin), lists(jane)])
    state.lettersFail = true
    expect(await run(ask())).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'dead_letter_refused' }])
    state.lettersFail = false
    expect(await run(again())).toEqual([])
    expect(detailsOf(state)).toEqual([['person_ambiguous', `no member was changed; ${twins}`]])
  })

  test('without the secret of the keys', async () => {
    const { run, state } = foundThenTwins()
    state.memoryFaults = { key: 'fails' }
    await run(ask())
    await run(again())
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved' }, { outcome: 'resolved' }])
  })

  test('or else the message stays: an end that is not kept is none', async () => {
    const { run, state } = worldOf([lists(jane, twin), lists(jane)], [lists(), lists(janeInProject)])
    state.memoryFaults = { keep: 'fails' }
    expect(await run(ask())).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'ledger_unavailable' }])
    expect({ outcomes: state.outcomes, letters: state.letters }).toEqual({ outcomes: [], letters: [] })
    state.memoryFaults = {}
    await run(again())
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('where the answer of the store is lost: the message goes again, and ends as it was kept', async () => {
    const { run, state } = worldOf([lists(jane, twin), lists(jane)])
    state.memoryFaults = { keep: 'fails, but happened' }
    expect(await run(ask())).toEqual(['m1'])
    expect(await run(again())).toEqual([])
    expect(state.outcomes).toMatchObject([{ reason: 'person_ambiguous' }])
  })
})

describe('a memory that fails in', () => {
  test.each(['key', 'recall', 'remember'] as const)('%s is done without', async method => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.memoryFaults = { [method]: 'fails' }
    expect(await run(ask())).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
    expect(state.troubles.length).toBeGreaterThan(0)
  })

  test('message: what was done before is not known, so nothing is done', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.memoryFaults = { message: 'fails' }
    expect(await run(again())).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'ledger_unavailable' }])
    expect({ enqueued: state.enqueued, readings: readingsOf(state, organization) }).toEqual({
      enqueued: [],
      readings: 0,
    })
    expect(state.troubles).toHaveLength(1)
  })

  test('keep: no event is sent that is not kept before', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.memoryFaults = { keep: 'fails' }
    expect(await run(ask())).toEqual(['m1'])
    expect(state.enqueued).toEqual([])
  })

  test('any method does not keep a message beyond its latest time: the letter says what is not known', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.memoryFaults = { message: 'fails', keep: 'fails' }
    expect(await run(again('m1', tooOld))).toEqual([])
    expect(await run(ask('m2', tooOld))).toEqual([])
    expect(detailsOf(state)).toEqual([
      ['gave_up', expect.stringMatching(/^ledger_unavailable: its progress is not readable/)],
      ['gave_up', `ledger_unavailable: no member was changed`],
    ])
  })
})

describe('a message that is too old ends once as well', () => {
  test('where its events cannot be enqueued: what it may have done is said, and a repeat sends nothing', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.enqueueFails = true
    expect(await run(ask('m1', tooOld))).toEqual([])
    state.enqueueFails = false
    expect(await run(again('m1', tooOld))).toEqual([])
    const detail = `enqueue_failed: may be on the queue: the change of ${inWacht}, ${inProject}`
    expect(detailsOf(state)).toEqual([
      ['gave_up', detail],
      ['gave_up', detail],
    ])
    expect(state.enqueued).toEqual([])
  })

  test('where another delivery of it is at work: that one ends the same way', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    const { records } = state
    records.set('m1', { rev: 1, progress: { ...none, sending: [inWacht] } })
    expect(await run(ask('m1', tooOld))).toEqual([])
    const detail = `busy: may be on the queue: the change of ${inWacht}`
    expect(detailsOf(state)).toEqual([['gave_up', detail]])
    expect(records.get('m1')?.end).toMatchObject({ kind: 'dead', letter: { reason: 'gave_up', detail } })
  })

  test('where a list cannot be read and no attempt was its own', async () => {
    const rests = { kind: 'deferred', cause: 'breaker_open', detail: 'rests' } as const
    const { run, state } = worldOf([fails(rests), lists(jane)], [lists(janeInProject), lists(janeInProject)])
    expect(await run(again('m1', tooOld))).toEqual([])
    expect(await run(again('m1', tooOld))).toEqual([])
    const detail = `breaker_open: rests; on the queue: the change of ${inProject}`
    expect(detailsOf(state)).toEqual([
      ['gave_up', detail],
      ['gave_up', detail],
    ])
    expect(membersIn(state.enqueued)).toEqual([inProject])
  })
})

describe('an attempt that ended in the middle', () => {
  test('before its events were sent: the next one sends those, and looks for nobody in their scopes', async () => {
    const { run, state } = worldOf([lists(jane), lists()], [lists(), lists(janeInProject)])
    state.enqueueFails = true
    await run(ask())
    state.enqueueFails = false
    await run(again())
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
    expect(readingsOf(state, organization)).toBe(1)
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('before it was kept that they are on the queue: the next one sends the same once more', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(), lists(janeInProject)])
    await run(ask())
    const first = state.records.get('m1')
    if (!first) throw new Error('nothing is kept')
    state.records.set('m1', { ...first, progress: { ...first.progress, enqueued: [], sending: [inWacht] } })
    await run(again())
    expect(state.enqueued[1]).toBe(state.enqueued[0])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
  })

  test('and the message gives up: the letter names the events that are on the queue', async () => {
    const { run, state } = worldOf([lists(jane)], [fails(down), fails(down)])
    await run(ask())
    state.now += 72 * 3_600_000
    expect(await run(again())).toEqual([])
    expect(detailsOf(state)).toEqual([
      ['gave_up', `read_failed: down; on the queue: the change of ${inWacht}`],
    ])
  })
})

describe('a letter of an event for which somebody was changed', () => {
  test('says so where another scope is ambiguous later', async () => {
    const { run, state } = worldOf([lists(), lists(jane, twin)], [lists(janeInProject)])
    await run(ask())
    expect(await run(again())).toEqual([])
    expect(detailsOf(state)).toEqual([
      ['person_ambiguous', `on the queue: the change of ${inProject}; ${twins}`],
    ])
    expect(state.outcomes).toMatchObject([{ detail: `on the queue: the change of ${inProject}; ${twins}` }])
  })

  test('says that it may have been where the attempt did not come to its end', async () => {
    const { run, state } = worldOf([lists(), lists(jane, twin)], [lists(janeInProject)])
    state.enqueueFails = true
    await run(ask())
    state.enqueueFails = false
    await run(again())
    expect(detailsOf(state)).toEqual([
      ['person_ambiguous', `may be on the queue: the change of ${inProject}; ${twins}`],
    ])
    expect(state.enqueued).toEqual([])
  })
})

describe('two deliveries of one message at once', () => {
  test('send the events of one of them, and end as one', async () => {
    const { run, state } = worldOf(
      [lists(jane), lists(jane, twin)],
      [lists(janeInProject), lists(janeInProject)],
    )
    const stay = await Promise.all([run(ask()), run(ask())])
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved' }])
    expect(stay.flat()).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'busy' }])
    expect(await run(again())).toEqual([])
    expect(state.letters).toEqual([])
  })

  test('that find the same members send their events once', async () => {
    const { run, state } = worldOf([lists(jane), lists(jane)], [lists(janeInProject), lists(janeInProject)])
    await Promise.all([run(ask()), run(ask())])
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
    expect(state.log.filter(line => line === 'enqueue')).toHaveLength(1)
  })

  test('of which one is at its end: the other sends nothing, though SQS counts it as the first', async () => {
    const { run, state } = worldOf([lists(jane), lists(jane)], [lists(janeInProject), lists(janeInProject)])
    await run(ask())
    expect(await run(ask())).toEqual([])
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved' }, { outcome: 'resolved' }])
  })

  test('of which one is at its end: the other ends the same way', async () => {
    const { run, state } = worldOf([lists(jane, twin)], [lists(janeInProject)])
    const { records } = state
    records.set('m1', {
      rev: 3,
      progress: { enqueued: [inProject], sending: [], without: {}, several: {} },
      end: { kind: 'done', outcome: 'resolved', events: 1 },
    })
    expect(await run(ask())).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 1 }])
    expect({ letters: state.letters, enqueued: state.enqueued }).toEqual({ letters: [], enqueued: [] })
  })

  test('do not count one reading for two', async () => {
    const { run, state } = worldOf([lists(), lists(), lists(), lists()])
    await run(ask())
    state.now += graceMs
    await Promise.all([run(again()), run(again())])
    expect(state.outcomes.length).toBe(2)
    expect(new Set(state.outcomes.map(({ reason }) => reason))).toEqual(new Set(['person_not_found']))
    expect(state.log.filter(line => line === `list ${projectId} 0`)).toHaveLength(3)
  })
})
