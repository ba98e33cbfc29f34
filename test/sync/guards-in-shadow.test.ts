import { describe, expect, test } from '@jest/globals'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import { createGuardModes } from '../../functions/core/guard/guard-trial.ts'
import type { Guards } from '../../functions/core/guard/guards.ts'
import type { LedgerStore } from '../../functions/core/ports.ts'
import { effects } from '../support/entries.ts'
import { bodyOf, projectId } from '../support/events.ts'
import { fakeHistory } from '../support/history.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { fakeWorld, messageOf, type WorldOptions } from '../support/world.ts'

const hour = 3_600_000
const memberId = (n: number) => `3c90c3cc-0d44-4b50-8888-${String(n).padStart(12, '0')}`
const memberOf = (n: number) => `project/${projectId}/${memberId(n)}`
const trialOf = (floor: number): Guards => ({ burst: [{ floor, windowSeconds: 3600, mode: 'shadow' }] })

function trialWorld({ guards, ...options }: Omit<WorldOptions, 'guards'> & { readonly guards: Guards }) {
  const items = memoryLedger<BurstItem>()
  const history = fakeHistory()
  const state = { down: false, asked: 0, keys: new Set<string>() }
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    if (state.down) throw new Error('the table is down')
    return work()
  }
  const bursts: LedgerStore<BurstItem> = {
    read: key => failing(() => items.store.read(key)),
    write: item => {
      state.keys.add(item.member.split('/')[0] as string)
      return failing(() => items.store.write(item))
    },
  }
  const read = async () => {
    state.asked++
    return []
  }
  const knownMembers = async () => 20
  const link = { ...createGuardModes(guards), approvals: { read }, needed: 1, bursts, knownMembers }
  const fake = fakeWorld({ ...options, guards: link, history: { store: history.store, keepMs: 0 } })
  const holding = () =>
    fake.state.outcomes.map(({ messageId, outcome, guard, wouldHold }) =>
      [
        messageId,
        outcome,
        ...(guard ? [guard] : []),
        ...(wouldHold ? [`would hold: ${wouldHold}`] : []),
      ].join(' '),
    )
  return { ...fake, counts: state, items: history.state.items, holding }
}
const withdrawal = (n: number, fields: object = {}) =>
  messageOf(
    `m${n}`,
    bodyOf({ id: `e${n}`, data: { target: 'project', projectId, memberId: memberId(n), role: 'reader' } }),
    { sender: 'intake/okta', ...fields },
  )

describe('a guard in shadow mode', () => {
  test('lets a change of a protected member through, and its outcome, proof and item say what it would do', async () => {
    const fake = trialWorld({
      guards: { protected: [{ member: memberOf(1), why: 'owner', mode: 'shadow' }] },
    })
    await fake.run(withdrawal(1), withdrawal(2))
    expect(fake.holding()).toEqual(['m1 applied would hold: protected', 'm2 applied'])
    expect(fake.state.entries.get(memberOf(1))?.applied?.wouldHold).toBe('protected')
    expect([...fake.items.values()].map(({ wouldHold }) => wouldHold)).toEqual(['protected', undefined])
    expect(fake.counts.asked).toBe(0)
  })
  test('lets every withdrawal of a burst through, and says which were beyond the limit', async () => {
    const fake = trialWorld({ guards: trialOf(2) })
    for (const n of [1, 2, 3]) await fake.run(withdrawal(n))
    expect(fake.holding()).toEqual(['m1 applied', 'm2 applied', 'm3 applied would hold: burst'])
    expect(fake.state.letters).toEqual([])
    expect([...fake.counts.keys]).toEqual(['trial'])
  })
  test('counts up to the share of the known members', async () => {
    const burst = [{ floor: 1, share: 0.1, windowSeconds: 3600, mode: 'shadow' as const }]
    const fake = trialWorld({ guards: { burst } })
    for (const n of [1, 2, 3]) await fake.run(withdrawal(n))
    expect(fake.holding()).toEqual(['m1 applied', 'm2 applied', 'm3 applied would hold: burst'])
  })
  test('and a whole sender is shadowed: its withdrawals count up to the share as well', async () => {
    const burst = [{ floor: 1, share: 0.1, windowSeconds: 3600 }]
    const fake = trialWorld({ guards: { burst, shadow: [{ target: 'project' }] } })
    for (const n of [1, 2, 3]) await fake.run(withdrawal(n))
    expect(fake.holding()).toEqual(['m1 shadow', 'm2 shadow', 'm3 shadow would hold: burst'])
  })
  test('counts a member once for a window, from its first attempt', async () => {
    const fake = trialWorld({ guards: trialOf(1) })
    await fake.run(withdrawal(1))
    fake.state.now += hour
    await fake.run(withdrawal(2))
    await fake.run(withdrawal(3))
    expect(fake.holding()).toEqual(['m1 applied', 'm2 applied', 'm3 applied would hold: burst'])
  })
  test('says the same at a repeat of a message', async () => {
    const fake = trialWorld({ guards: trialOf(1), effects: [effects.proven, effects.answered] })
    await fake.run(withdrawal(1))
    expect(await fake.run(withdrawal(2))).toEqual(['m2'])
    await fake.run(withdrawal(2, { receives: 2 }))
    await fake.run(withdrawal(2, { receives: 3 }))
    expect(fake.holding()).toEqual([
      ...['m1 applied', 'm2 applied would hold: burst', 'm2 applied would hold: burst'],
    ])
  })
  test('holds nothing up where it cannot count', async () => {
    const fake = trialWorld({ guards: trialOf(1) })
    fake.counts.down = true
    expect(await fake.run(withdrawal(1), withdrawal(2))).toEqual([])
    expect(fake.holding()).toEqual(['m1 applied', 'm2 applied'])
  })
  test('is named by a change that the target refuses too, and by each repeat of its message', async () => {
    const fake = trialWorld({
      guards: { protected: [{ member: memberOf(1), why: 'owner', mode: 'shadow' }] },
      effects: [effects.refused],
    })
    await fake.run(withdrawal(1))
    await fake.run(withdrawal(1, { receives: 2 }))
    expect(fake.holding()).toEqual([...['m1 dead would hold: protected', 'm1 dead would hold: protected']])
    expect([...fake.items.values()]).toMatchObject([{ outcome: 'dead', wouldHold: 'protected' }])
    expect(fake.state.letters[0]?.attributes).not.toHaveProperty('wouldHold')
  })
  test('stands beside one that is enforced', async () => {
    const fake = trialWorld({
      guards: {
        protected: [{ member: memberOf(2), why: 'owner', mode: 'shadow' }],
        burst: [{ floor: 2, windowSeconds: 3600 }],
      },
    })
    for (const n of [1, 2, 3]) await fake.run(withdrawal(n))
    expect(fake.holding()).toEqual(['m1 applied', 'm2 applied would hold: protected', 'm3 held burst'])
  })
})
