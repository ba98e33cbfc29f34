import { describe, expect, test } from '@jest/globals'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { effects, leaseOf } from '../support/entries.ts'
import { bodyOf, noon, personData } from '../support/events.ts'
import { change, fakeWorld, type LedgerFault, memberName, messageOf } from '../support/world.ts'

const sentAt = noon - 5000
const one = messageOf('m1', change(1), { sentAt, receives: 3 })
const named = {
  ...{ event: 'e1', source: '//workday.example.com/role-changes', target: 'wacht', member: memberName() },
}
const base = { ...named, messageId: 'm1', receives: 3 }

/** Settles one message, whose attempt ends so after a second and a half. */
async function settled(effect: Effect | Error) {
  const fake = fakeWorld({ effects: [effect] })
  fake.state.meanwhile = () => {
    fake.state.now += 1500
  }
  await fake.run(one)
  return fake.state
}

describe('the line of an attempt has all that is known of it, and no empty field', () => {
  const notYet: Effect = { kind: 'deferred', cause: 'unreachable', detail: 'ECONNREFUSED' }
  test.each<[string, Effect, object]>([
    ['refused', effects.refused, { cause: 'rejected', status: 422, detail: '422' }],
    ['deferred', notYet, { cause: 'unreachable', detail: 'ECONNREFUSED' }],
    ['unknown', effects.answered, { cause: 'server_error', status: 500, detail: '500' }],
    ['unknown', effects.unanswered, { cause: 'timeout', detail: 'no answer', unanswered: true }],
  ])('%s', async (kind, effect, facts) => {
    const { attempts } = await settled(effect)
    expect(attempts).toStrictEqual([{ ...base, durationMs: 1500, calls: 0, effect: kind, ...facts }])
  })
})

describe('an attempt that proves its change', () => {
  test('has no line of its own: the outcome has its facts', async () => {
    const { attempts, outcomes } = await settled(effects.proven)
    expect(attempts).toEqual([])
    expect(outcomes).toMatchObject([{ outcome: 'applied', status: 200, durationMs: 1500, calls: 0 }])
  })
  test('has one where the ledger does not take the proof', async () => {
    const { run, state } = fakeWorld()
    state.meanwhile = () => void state.ledgerFaults.push('fails', 'fails')
    expect(await run(one)).toEqual(['m1'])
    expect(state.attempts).toMatchObject([{ effect: 'proven', status: 200 }])
    expect(state.retries).toMatchObject([{ cause: 'ledger_unavailable' }])
  })
  test('has one where another attempt took the lease meanwhile', async () => {
    const { run, state } = fakeWorld()
    state.meanwhile = () => {
      const entry = state.entries.get(memberName())
      if (entry)
        state.entries.set(memberName(), { ...entry, rev: entry.rev + 1, lease: leaseOf(noon + 60_000) })
    }
    expect(await run(one)).toEqual(['m1'])
    expect(state.attempts).toMatchObject([{ effect: 'proven', status: 200 }])
    expect(state.retries).toMatchObject([{ cause: 'lease_lost' }])
  })
})

describe('the last line of a message has all that is known of it, and no empty field', () => {
  const settledBase = { ...base, ageMs: 6500 }
  test('applied', async () => {
    const { outcomes } = await settled(effects.proven)
    expect(outcomes).toStrictEqual([
      {
        ...{ ...base, outcome: 'applied', status: 200 },
        ...{ effectMs: 6500, timeToEffectMs: 9_900_500, durationMs: 1500, calls: 0 },
      },
    ])
  })
  test('dead', async () => {
    const { outcomes } = await settled(effects.refused)
    expect(outcomes).toStrictEqual([
      { ...settledBase, outcome: 'dead', reason: 'rejected', detail: '422', status: 422 },
    ])
  })
  test('retry', async () => {
    const { retries } = await settled({ ...effects.deferred, delayMs: 60_000 })
    expect(retries).toStrictEqual([{ ...settledBase, cause: 'throttled', seconds: 60 }])
  })
})

test('the time to effect ends with the proof, also where the ledger is slow to keep it', async () => {
  const { run, state, world } = fakeWorld()
  const { write } = world.ledger
  let writes = 0
  Object.assign(world.ledger, {
    write: async (...given: Parameters<typeof write>) => {
      writes += 1
      if (writes === 2) state.now += 3000
      return write(...given)
    },
  })
  await run(one)
  expect(state.outcomes).toMatchObject([{ effectMs: 5000 }])
})

describe('what fails is told in words, with the error', () => {
  type State = ReturnType<typeof fakeWorld>['state']
  const asking = messageOf('m1', bodyOf({ data: personData }))
  const replayed = messageOf('m1', bodyOf({ data: personData }), { trail: { replays: 1 } })
  const down: LedgerFault[] = Array(20).fill('fails')
  test.each<[string, (state: State) => unknown, typeof one]>([
    [
      'attempt failed; the message will be retried: a bug',
      state => state.effects.push(new Error('a bug')),
      one,
    ],
    [
      'attempt failed; the message will be retried: the ledger gave no clear answer',
      state => state.ledgerFaults.push(...down),
      one,
    ],
    [
      'dead letter not sent; the message stays on the changes queue and will be retried: SQS refuses',
      state => Object.assign(state, { lettersFail: true }),
      messageOf('m1', '{'),
    ],
    [
      'visibility timeouts not set; the messages are retried when their visibility timeout ends: SQS refuses',
      state => Object.assign(state, { delaysFail: true, effects: [effects.deferred] }),
      one,
    ],
    [
      'memory of people not available; people are searched in the lists: the memory does not answer: key',
      state => Object.assign(state, { memoryFaults: { key: 'fails' } }),
      replayed,
    ],
    [
      'progress of a message that names a person not stored; the message will be retried: the memory does not answer: keep',
      state => Object.assign(state, { memoryFaults: { keep: 'fails' } }),
      asking,
    ],
    [
      'progress of a message that names a person not stored; the message will be retried: the memory does not answer: keep',
      state => Object.assign(state, { memoryFaults: { keep: 'fails' } }),
      replayed,
    ],
    [
      'progress of a message that names a person not readable; the message will be retried: the memory does not answer: message',
      state => Object.assign(state, { memoryFaults: { message: 'fails' } }),
      { ...asking, receives: 2 },
    ],
  ])('%s', async (words, prepare, message) => {
    const { run, state } = fakeWorld()
    prepare(state)
    await run(message)
    expect(state.troubles).toEqual([words])
  })
})
