import { describe, expect, test } from '@jest/globals'
import type { Approval } from '../../functions/core/guard/approval.ts'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import { createGuard } from '../../functions/core/guard/guards.ts'
import { sentAgain } from '../../functions/core/ledger/ended-messages.ts'
import { effects } from '../support/entries.ts'
import { engineerRole, managerRole, noon } from '../support/events.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { change, fakeWorld, memberName, messageOf, type WorldOptions } from '../support/world.ts'

const member = memberName()
const detail = `${member} is protected (last owner); sender stranger is not named for it`
const day = 86_400_000

/** A world in which one member is protected. `approve` approves whatever is asked for. */
function guardedWorld(options: WorldOptions & { readonly needed?: number } = {}) {
  const approvals: Pick<Approval, 'approver' | 'at'>[] = []
  const asked: string[] = []
  const state = { down: false, onRead: () => {} }
  const { needed = 1, ...rest } = options
  const fake = fakeWorld({
    ...rest,
    guards: {
      guard: createGuard({ protected: [{ member, why: 'last owner', senders: ['intake/okta'] }] }),
      approvals: {
        read: async key => {
          asked.push(key)
          state.onRead()
          if (state.down) throw new Error('the table is down')
          return approvals as Approval[]
        },
      },
      needed,
      bursts: memoryLedger<BurstItem>().store,
    },
  })
  const approve = (approver = 'ada', at = fake.state.now) =>
    void approvals.push({ approver, at: new Date(at).toISOString() })
  return { ...fake, approve, asked, approvals: state }
}

const from = (n: number, sender: string | undefined, fields: object = {}) =>
  messageOf(`m${n}`, change(n), { ...(sender && { sender }), ...fields })
const stranger = (n: number, fields: object = {}) => from(n, 'stranger', fields)
const detailsOf = ({ state }: ReturnType<typeof fakeWorld>) =>
  state.letters.map(({ attributes }) => JSON.parse(attributes.trail ?? '').detail)
const outcomes = ({ state }: ReturnType<typeof fakeWorld>) =>
  Object.fromEntries(state.outcomes.map(({ messageId, outcome }) => [messageId, outcome]))

describe('a change of a protected member', () => {
  test('is applied at once, without a look at the approvals, if its sender is named', async () => {
    const fake = guardedWorld()
    await fake.run(from(1, 'intake/okta'))
    expect(outcomes(fake)).toEqual({ m1: 'applied' })
    expect(fake.asked).toEqual([])
    expect(fake.entry()).not.toHaveProperty('approved')
  })
  test.each([
    ['stranger', 'sender stranger'],
    [undefined, 'an unknown sender'],
  ])('is held if its sender is %s: nothing is sent, and the line says who it was', async (sender, who) => {
    const fake = guardedWorld()
    expect(await fake.run(from(1, sender))).toEqual([])
    expect(fake.state.sent).toEqual([])
    const told = `${member} is protected (last owner); ${who} is not named for it`
    expect(fake.state.outcomes).toMatchObject([{ messageId: 'm1', outcome: 'held', detail: told }])
  })
  test('is held with the facts: in the letter, in the line, and in the ledger before the letter is sent', async () => {
    const fake = guardedWorld()
    await fake.run(stranger(1))
    const [letter] = fake.state.letters
    expect(letter?.attributes).toMatchObject({
      reason: 'held',
      guard: 'protected',
      sender: 'stranger',
      member,
    })
    expect(JSON.parse(letter?.attributes.trail ?? '')).toMatchObject({ detail })
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'held', guard: 'protected', detail }])
    expect(fake.state.outcomes[0]).not.toHaveProperty('reason')
    expect(fake.entry()?.ended).toMatchObject([
      { message: 'm1', letter: { reason: 'held', guard: 'protected' } },
    ])
    expect(fake.state.log).toEqual(['read', 'write', 'dead letter'])
  })
  test('of another member costs nothing more', async () => {
    const fake = guardedWorld()
    await fake.run(messageOf('m1', change(1, { member: '3' }), { sender: 'stranger' }))
    expect(outcomes(fake)).toEqual({ m1: 'applied' })
    expect([fake.asked, fake.state.log.filter(line => line === 'write').length]).toEqual([[], 2])
  })
  test('that is held makes room for the next older one', async () => {
    const fake = guardedWorld()
    await fake.run(stranger(3), from(2, 'intake/okta'), stranger(1))
    expect(outcomes(fake)).toEqual({ m3: 'held', m2: 'applied', m1: 'superseded' })
    expect(fake.entry()?.ended).toMatchObject([{ message: 'm3' }])
  })
  test('that is held says unproven if an earlier write may have had an effect', async () => {
    const fake = guardedWorld()
    fake.state.entries.set(member, { member, rev: 1, failures: 1, unproven: 'e0' })
    await fake.run(stranger(1))
    expect(fake.state.letters[0]?.attributes).toMatchObject({ reason: 'held', unproven: 'true' })
  })
  test('waits before it is held while another attempt writes, or a write may still land', async () => {
    const fake = guardedWorld()
    const desired = { roleId: engineerRole }
    fake.state.entries.set(member, {
      member,
      rev: 1,
      failures: 1,
      unanswered: { until: noon + 1000, desired },
    })
    expect(await fake.run(stranger(1))).toEqual(['m1'])
    expect([fake.asked, fake.state.retries[0]?.cause]).toEqual([[], 'unanswered_write'])
  })
})

describe('an approval', () => {
  test('lets a replay through, and is in the ledger until the change is proven, then with the proof', async () => {
    const fake = guardedWorld()
    await fake.run(stranger(1))
    fake.approve()
    await fake.run(stranger(1, { id: 'replay' }))
    expect(outcomes(fake)).toEqual({ m1: 'held', replay: 'applied' })
    expect(fake.state.sent[0]?.entry?.approved).toMatchObject([{ version: { id: 'e1' }, by: ['ada'] }])
    expect(fake.entry()).not.toHaveProperty('approved')
    expect(fake.entry()?.applied).toMatchObject({
      message: 'replay',
      sender: 'stranger',
      approvedBy: ['ada'],
    })
  })
  test('does not let the held message itself through: a repeat ends as before, with the same letter', async () => {
    const fake = guardedWorld()
    await fake.run(stranger(1))
    fake.approve()
    await fake.run(stranger(1))
    expect([fake.state.sent, fake.asked.length]).toEqual([[], 1])
    expect(detailsOf(fake)).toEqual([detail, detail])
  })
  test('is not needed by a repeat that comes when nothing guards the member any more: it ends as held all the same', async () => {
    const fake = guardedWorld()
    await fake.run(stranger(1))
    Object.assign(fake.world, { guards: undefined })
    expect(await fake.run(stranger(1))).toEqual([])
    expect(detailsOf(fake)).toEqual([detail, sentAgain])
    expect(fake.state.sent).toEqual([])
  })
  test('that let a change through leaves its letter alone: a repeat of what the target refused does not say that a guard held it', async () => {
    const fake = guardedWorld({ effects: [effects.refused] })
    fake.approve()
    await fake.run(stranger(1))
    await fake.run(stranger(1))
    expect(fake.state.letters.map(({ attributes }) => attributes.reason)).toEqual(['rejected', 'rejected'])
    expect(detailsOf(fake)).toEqual(['422', sentAgain])
  })
  test('is asked for by member, version and state, so that another state needs another one', async () => {
    const fake = guardedWorld()
    await fake.run(stranger(1), messageOf('m2', change(1, { role: engineerRole }), { sender: 'stranger' }))
    await fake.run(stranger(3))
    expect(new Set(fake.asked).size).toBe(3)
  })
  test('must be younger than 24 hours when it is first used', async () => {
    const fake = guardedWorld()
    fake.approve('ada', noon - day)
    await fake.run(stranger(1))
    expect(outcomes(fake)).toEqual({ m1: 'held' })
  })
  test('must be so when the lease is taken, not only when it was read', async () => {
    const fake = guardedWorld()
    fake.approve('ada', noon - day + 1)
    fake.approvals.onRead = () => {
      fake.state.now += 1
    }
    await fake.run(stranger(1))
    expect([fake.state.sent, outcomes(fake)]).toEqual([[], { m1: 'held' }])
  })
  test('that was used holds nothing again: the change is tried until it settles, without the table', async () => {
    const fake = guardedWorld({ effects: [effects.deferred] })
    fake.approve()
    await fake.run(stranger(1))
    fake.state.now += 3 * day - 1000
    fake.approvals.down = true
    expect(await fake.run(stranger(1, { firstReceivedAt: fake.state.now }))).toEqual([])
    expect([outcomes(fake), fake.asked.length]).toEqual([{ m1: 'applied' }, 1])
  })
  test('ends with the letter of its version: a replay of that letter is held', async () => {
    const fake = guardedWorld({ effects: [effects.refused] })
    fake.approve()
    await fake.run(stranger(1))
    expect(fake.entry()).not.toHaveProperty('approved')
    fake.state.now += day
    await fake.run(stranger(1, { id: 'replay', sentAt: noon + day, firstReceivedAt: noon + day }))
    expect(outcomes(fake)).toEqual({ m1: 'dead', replay: 'held' })
  })
  test('still counts for a replay of that letter within its 24 hours', async () => {
    const fake = guardedWorld({ effects: [effects.refused] })
    fake.approve()
    await fake.run(stranger(1))
    fake.state.now += day - 1
    await fake.run(stranger(1, { id: 'replay', sentAt: noon, firstReceivedAt: noon }))
    expect(outcomes(fake)).toEqual({ m1: 'dead', replay: 'applied' })
  })
  test('that is in use is not ended by a message of the same version with another state', async () => {
    const fake = guardedWorld({ effects: [effects.deferred] })
    fake.approve()
    await fake.run(stranger(1))
    fake.state.now += day
    await fake.run(messageOf('other', change(1, { role: engineerRole }), { sender: 'stranger' }))
    await fake.run(stranger(1))
    expect(outcomes(fake)).toEqual({ other: 'held', m1: 'applied' })
    expect(fake.entry()?.applied?.approvedBy).toEqual(['ada'])
  })
  test('of an older version stays until a newer one is proven', async () => {
    const fake = guardedWorld({ effects: [effects.deferred] })
    fake.approve()
    await fake.run(stranger(1))
    expect(fake.entry()?.approved).toMatchObject([{ version: { id: 'e1' } }])
    fake.state.now += 60_000
    await fake.run(from(2, 'intake/okta'))
    expect(fake.entry()).not.toHaveProperty('approved')
  })
  test('of two versions at once: the newer one wins, in either order', async () => {
    for (const order of [
      [1, 3],
      [3, 1],
    ]) {
      const fake = guardedWorld()
      fake.approve()
      for (const n of order) await fake.run(stranger(n))
      expect(fake.state.sent.at(-1)?.desired).toEqual({ roleId: managerRole })
      expect(fake.entry()?.applied?.event).toBe('e3')
    }
  })
  test('of a held change still wins over what was applied meanwhile, if that is older', async () => {
    const fake = guardedWorld()
    await fake.run(stranger(3))
    await fake.run(from(2, 'intake/okta'))
    fake.approve()
    await fake.run(stranger(3, { id: 'replay' }))
    expect(fake.entry()?.applied?.event).toBe('e3')
  })
  test('by fewer people than needed is none; the same person counts once', async () => {
    const fake = guardedWorld({ needed: 2 })
    fake.approve('ada')
    fake.approve('ada')
    await fake.run(stranger(1))
    fake.approve('bob')
    await fake.run(stranger(1, { id: 'replay' }))
    expect(outcomes(fake)).toEqual({ m1: 'held', replay: 'applied' })
    expect(fake.entry()?.applied?.approvedBy).toEqual(['ada', 'bob'])
  })
  test('that cannot be read is none: the message is retried, and nothing is sent', async () => {
    const fake = guardedWorld()
    fake.approvals.down = true
    expect(await fake.run(stranger(2), from(1, 'intake/okta'))).toEqual(['m2', 'm1'])
    expect([fake.state.sent, fake.state.letters]).toEqual([[], []])
    expect(fake.state.retries.map(({ cause }) => cause)).toEqual(['approvals_unavailable', 'behind_newer'])
    expect(fake.state.troubles).toEqual([
      'attempt failed; the message will be retried: the approvals are not readable',
    ])
  })
  test('that cannot be read is told with what the table said', async () => {
    const fake = guardedWorld()
    const errors: unknown[] = []
    Object.assign(fake.world.telemetry, { trouble: (_: string, error: unknown) => void errors.push(error) })
    fake.approvals.down = true
    await fake.run(stranger(1))
    expect(errors).toMatchObject([{ name: 'ApprovalsUnavailable', cause: { message: 'the table is down' } }])
  })
})
