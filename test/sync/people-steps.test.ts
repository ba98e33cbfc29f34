import { describe, expect, test } from '@jest/globals'
import { none } from '../../functions/core/people/person-progress.ts'
import { settlePeople } from '../../functions/sync/person-messages.ts'
import { noon, organization, parse, projectId } from '../support/events.ts'
import {
  again,
  ask,
  detailsOf,
  down,
  fails,
  inProject,
  inWacht,
  jane,
  janeInProject,
  lists,
  membersIn,
  tooOld,
  worldOf,
} from '../support/people.ts'
import { change, messageOf } from '../support/world.ts'

/** The one delivery of a message that names the person, settled by itself. */
async function settleOne({ world }: ReturnType<typeof worldOf>) {
  const message = ask()
  const parsed = parse(message.body)
  if (!parsed.ok || parsed.change) throw new Error('the event names no person')
  const deliveries = [{ message, named: parsed.named, lookup: parsed.lookup }]
  const [settled] = await settlePeople(deliveries, world, noon + 50_000)
  return settled?.verdict
}

describe('a message that waits for a list says why', () => {
  test('with the status that the target gave', async () => {
    expect(await settleOne(worldOf([fails(down)]))).toStrictEqual({
      ...{ kind: 'retry', afterMs: expect.any(Number), cause: 'read_failed', detail: 'down', status: 500 },
    })
  })
  test('and no status where there was none', async () => {
    const { status: _, ...silent } = down
    expect(await settleOne(worldOf([fails(silent)]))).toStrictEqual({
      ...{ kind: 'retry', afterMs: expect.any(Number), cause: 'read_failed', detail: 'down' },
    })
  })
})

describe('how far a message has come', () => {
  test('is kept once for each attempt that learned something, and not where all lists failed', async () => {
    const { run, state } = worldOf([fails(down), lists()], [fails(down), lists()])
    await run(ask())
    expect(state.log.filter(line => line.startsWith('keep'))).toEqual([])
    await run(again())
    expect(state.log.filter(line => line.startsWith('keep'))).toEqual(['keep the progress'])
  })
  test('may not be kept where nobody was found: the message waits for the same, and it is told', async () => {
    const { run, state } = worldOf([])
    state.memoryFaults = { keep: 'fails' }
    expect(await run(ask())).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'person_not_found' }])
    expect(state.troubles).toHaveLength(1)
  })
})

describe('a message that is too old, of which another delivery is at work', () => {
  /** Another delivery has stored its progress, so the first compare-and-set of this one is lost. */
  const overtaken = () => {
    const fake = worldOf([lists(jane)], [lists(janeInProject)])
    fake.state.records.set('m1', { rev: 1, progress: { ...none, sending: [inWacht] } })
    return fake
  }
  test('ends as that one ends, where it ends first', async () => {
    const { run, state, world } = overtaken()
    const { keep } = world.people
    const end = { kind: 'done', outcome: 'resolved', events: 2 } as const
    let kept = 0
    Object.assign(world.people, {
      keep: (...given: Parameters<typeof keep>) => {
        kept += 1
        if (kept === 2) state.records.set('m1', { rev: 2, progress: none, end })
        return keep(...given)
      },
    })
    expect(await run(ask('m1', tooOld))).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'resolved', events: 2 }])
    expect({ letters: state.letters, enqueued: state.enqueued }).toEqual({ letters: [], enqueued: [] })
  })
  test('is read once, and its end is kept once', async () => {
    const { run, state, world } = overtaken()
    const { message } = world.people
    let reads = 0
    Object.assign(world.people, {
      message: (...given: Parameters<typeof message>) => {
        reads += 1
        return message(...given)
      },
    })
    await run(ask('m1', tooOld))
    expect({ reads, details: detailsOf(state) }).toMatchObject({
      reads: 1,
      details: [['gave_up', expect.stringMatching(/^busy: /)]],
    })
  })
})

test('a target that throws and a message that is too old: the letter says what failed', async () => {
  const { run, state, world } = worldOf([])
  const link = world.targets.get('wacht') as { target: object }
  link.target = { ...link.target, people: () => Promise.reject(new Error('a mistake')) }
  await run(ask('m1', tooOld))
  expect(detailsOf(state)).toEqual([['gave_up', 'internal_error: search for people failed']])
  expect(state.troubles).toEqual(['search for people failed; the messages will be retried: a mistake'])
})

test('events that cannot be enqueued are told in words', async () => {
  const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
  state.enqueueFails = true
  await run(ask())
  expect(state.troubles).toEqual([
    'events of a person not enqueued; the original message will be retried: SQS refuses',
  ])
})

describe('the memory of where people were found', () => {
  test('is not asked, nor told, where there is no key of the person', async () => {
    const { run, state } = worldOf([lists(jane)], [lists(janeInProject)])
    state.memoryFaults = { key: 'fails', recall: 'fails', remember: 'fails' }
    await run(ask())
    expect(state.troubles).toHaveLength(1)
    expect(membersIn(state.enqueued)).toEqual([inWacht, inProject])
  })
  test('is told nothing of a person who is not found, and of a list that cannot be read', async () => {
    const { run, state } = worldOf([lists()], [fails(down)])
    state.memoryFaults = { remember: 'fails' }
    await run(ask())
    expect(state.troubles).toEqual([])
  })
  test('is told of no member that is gone, where the event of the change bears no key', async () => {
    const fake = worldOf([])
    fake.state.memoryFaults = { forget: 'fails' }
    fake.state.effects.push({ kind: 'refused', reason: 'not_found', status: 404, detail: 'gone' })
    await fake.run(messageOf('m1', change(1)))
    expect({ cause: fake.state.retries[0]?.cause, troubles: fake.state.troubles }).toEqual({
      cause: 'not_found',
      troubles: [],
    })
  })
})

test('the lists of two targets are read side by side: one that is told to wait does not hold up the other', async () => {
  const slow = { kind: 'deferred', cause: 'throttled', status: 429, detail: '', delayMs: 7000 } as const
  const { run, state } = worldOf([fails(slow), lists(jane)], [lists(janeInProject)])
  await run(ask())
  expect(state.log.slice(0, 2)).toEqual([`list ${organization} 0`, `list ${projectId} 0`])
})
