import { describe, expect, test } from '@jest/globals'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import { createGuardModes } from '../../functions/core/guard/guard-trial.ts'
import type { Guards } from '../../functions/core/guard/guards.ts'
import { unread } from '../../functions/targets/target.ts'
import { appliedOf } from '../support/entries.ts'
import { engineerRole, managerRole, noon } from '../support/events.ts'
import { fakeHistory } from '../support/history.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { change, fakeWorld, memberName, messageOf, type WorldOptions } from '../support/world.ts'

const member = memberName()
const minute = 60_000

/** A world in which the changes of okta are shadowed at Wacht. */
function shadowWorld({ guards = {}, ...options }: Omit<WorldOptions, 'guards'> & { guards?: Guards } = {}) {
  const history = fakeHistory()
  const fake = fakeWorld({
    ...{ readings: [], history: { store: history.store, keepMs: 0 }, ...options },
    guards: {
      ...createGuardModes({ shadow: [{ sender: 'intake/okta', target: 'wacht' }], ...guards }),
      approvals: { read: async () => [] },
      ...{ needed: 1, bursts: memoryLedger<BurstItem>().store },
    },
  })
  return { ...fake, items: history.state.items }
}
const okta = (n: number, fields: object = {}) =>
  messageOf(`m${n}`, change(n), { sender: 'intake/okta', ...fields })
const other = (n: number, fields: object = {}) =>
  messageOf(`m${n}`, change(n), { sender: 'AIDA1', ...fields })
const ends = ({ state }: ReturnType<typeof fakeWorld>) =>
  Object.fromEntries(state.outcomes.map(({ messageId, outcome }) => [messageId, outcome]))
const failed = unread({ kind: 'deferred', cause: 'read_failed', detail: 'no answer', delayMs: 0 })

describe('a shadowed change', () => {
  test('is compared with what the target shows, and nothing is written', async () => {
    const fake = shadowWorld({ readings: [{ kind: 'holds', state: { roleId: engineerRole } }] })
    expect(await fake.run(okta(1))).toEqual([])
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'shadow', shows: 'differs' }])
    expect(fake.state.outcomes[0]).not.toHaveProperty('wouldHold')
    expect([fake.state.sent, fake.entry(), fake.state.letters]).toEqual([[], undefined, []])
    expect([...fake.items.values()]).toMatchObject([
      {
        ...{ member, outcome: 'shadow', shows: 'differs', shown: { roleId: engineerRole } },
        ...{ desired: { roleId: managerRole }, sender: 'intake/okta' },
      },
    ])
  })
  test('says that the target shows the same already', async () => {
    const fake = shadowWorld({ readings: [{ kind: 'holds', state: { roleId: managerRole } }] })
    await fake.run(okta(1))
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'shadow', shows: 'same' }])
  })
  test('says that the target has no such member', async () => {
    const fake = shadowWorld()
    await fake.run(okta(1))
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'shadow', shows: 'absent' }])
  })
  test('ends without a look at a target that shows no state', async () => {
    const fake = fakeWorld({ guards: shadowWorld().world.guards })
    await fake.run(okta(1))
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'shadow', shows: 'not_shown' }])
  })
  test('has one item in the history, however often its message repeats', async () => {
    const fake = shadowWorld()
    await fake.run(okta(1))
    await fake.run(okta(1, { receives: 2 }))
    expect(fake.state.outcomes.map(({ outcome }) => outcome)).toEqual(['shadow', 'shadow'])
    expect(fake.items.size).toBe(1)
  })
  test('is superseded or a duplicate where the ledger has it or a newer one', async () => {
    const fake = shadowWorld()
    await fake.run(other(2))
    const before = fake.entry()
    await fake.run(okta(1), okta(2, { id: 'again' }))
    expect(ends(fake)).toEqual({ m2: 'applied', m1: 'superseded', again: 'duplicate' })
    expect(fake.entry()).toBe(before)
    expect(fake.state.log).not.toContain('read the member')
  })
  test('ends with the letter that its message has already', async () => {
    const fake = shadowWorld()
    const letter = { reason: 'rejected' as const }
    const ended = [{ message: 'm2', version: appliedOf(2).version, at: noon, letter }]
    fake.state.entries.set(member, { member, rev: 1, failures: 0, ended })
    await fake.run(okta(2))
    expect(ends(fake)).toEqual({ m2: 'dead' })
  })
  test('waits for no other change of its member, and no other waits for it', async () => {
    const fake = shadowWorld({ readings: [failed] })
    expect(await fake.run(okta(3), other(2))).toEqual(['m3'])
    expect(ends(fake)).toEqual({ m2: 'applied' })
  })
  test('is read again when a read fails, for a quarter of an hour; then it ends without a state', async () => {
    const fake = shadowWorld({ readings: [failed, failed] })
    expect(await fake.run(okta(1))).toEqual(['m1'])
    expect(fake.state.retries).toMatchObject([{ cause: 'read_failed' }])
    fake.state.now += 15 * minute
    expect(await fake.run(okta(1, { receives: 2 }))).toEqual([])
    expect(fake.state.outcomes).toMatchObject([
      { outcome: 'shadow', shows: 'not_shown', detail: expect.stringMatching(/^the member was not read: /) },
    ])
  })
  test('ends without a call where calls to its target pause for longer than that', async () => {
    const fake = shadowWorld({ readings: Array(5).fill(failed) })
    await fake.run(...[1, 2, 3, 4, 5].map(n => okta(n)))
    fake.state.now += 15 * minute
    fake.state.log.length = 0
    const late = { receives: 2, firstReceivedAt: noon }
    fake.state.readings.push(failed)
    await fake.run(okta(1, late))
    expect(await fake.run(okta(2, late))).toEqual([])
    expect(fake.state.outcomes.at(-1)).toMatchObject({ outcome: 'shadow', shows: 'not_shown' })
    expect(fake.state.log.filter(each => each === 'read the member')).toHaveLength(1)
  })
  test('ends where the target refuses the read for good', async () => {
    const refused = { kind: 'refused', reason: 'forbidden', status: 403, detail: 'no' } as const
    const fake = shadowWorld({ readings: [unread(refused)] })
    await fake.run(okta(1))
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'shadow', shows: 'not_shown' }])
  })
  test('is retried while the ledger does not answer', async () => {
    const fake = shadowWorld()
    fake.state.ledgerFaults = Array(9).fill('fails')
    expect(await fake.run(okta(1))).toEqual(['m1'])
    expect(fake.state.retries).toMatchObject([{ cause: 'ledger_unavailable' }])
  })
  test('of a refused event is a dead letter as ever', async () => {
    const fake = shadowWorld()
    await fake.run(messageOf('m1', '{}', { sender: 'intake/okta' }))
    expect(ends(fake)).toEqual({ m1: 'dead' })
  })
  test('is that of its verified sender at its target alone', async () => {
    const fake = shadowWorld()
    await fake.run(other(1))
    expect(ends(fake)).toEqual({ m1: 'applied' })
  })
  test('would be held where a guard holds it, and has no letter', async () => {
    const fake = shadowWorld({ guards: { protected: [{ member, why: 'owner' }] } })
    await fake.run(okta(1))
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'shadow', wouldHold: 'protected' }])
    expect(fake.state.letters).toEqual([])
  })
})
