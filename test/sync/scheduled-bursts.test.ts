import { describe, expect, test } from '@jest/globals'
import type { Approval } from '../../functions/core/guard/approval.ts'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import { createGuardModes } from '../../functions/core/guard/guard-trial.ts'
import { createGuard } from '../../functions/core/guard/guards.ts'
import { bodyOf, noon, projectId } from '../support/events.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { fakeWorld, messageOf, type WorldOptions } from '../support/world.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const day = 86_400_000
const endAt = (at: number, then: string) => ({ until: iso(at), then })
const outcomesOf = ({ state }: ReturnType<typeof fakeWorld>) =>
  state.outcomes.map(({ event, outcome }) => `${event} ${outcome}`)

/** A world in which a sender may withdraw two members within an hour. */
function burstWorld(options: WorldOptions & { mode?: 'shadow' } = {}) {
  const { mode, ...rest } = options
  const approvals: Pick<Approval, 'approver' | 'at'>[] = []
  const items = memoryLedger<BurstItem>()
  const rules = { burst: [{ floor: 2, windowSeconds: 3600, ...(mode && { mode }) }] }
  const guards = {
    ...(mode ? createGuardModes(rules) : { guard: createGuard(rules) }),
    approvals: { read: async () => approvals as Approval[] },
    ...{ needed: 1, bursts: items.store },
  }
  const fake = fakeWorld({ ...rest, guards })
  return { ...fake, approve: () => void approvals.push({ approver: 'ada', at: iso(fake.state.now) }) }
}

const memberId = (n: number) => `3c90c3cc-0d44-4b50-8888-${String(n).padStart(12, '0')}`
const ofMember = (n: number, data: object) =>
  bodyOf({ id: `e${n}`, data: { target: 'project', projectId, memberId: memberId(n), ...data } })
const sent = (n: number, data: object, fields: object = {}) =>
  messageOf(`m${n}`, ofMember(n, data), { sender: 'intake/okta', ...fields })

describe('a burst is counted when it is scheduled', () => {
  const later = { role: 'reader', from: iso(noon + 30 * day) }

  test('beyond it a withdrawal of later is held, and nothing is scheduled for it; a repeat of its message ends the same way', async () => {
    const fake = burstWorld()
    for (const n of [1, 2, 3]) await fake.run(sent(n, later))
    expect(outcomesOf(fake)).toEqual(['e1 scheduled', 'e2 scheduled', 'e3 held'])
    expect(fake.state.due.map(({ event }) => event)).toEqual(['e1', 'e2'])
    await fake.run(sent(3, later, { receives: 2 }))
    expect(fake.state.letters.map(({ attributes }) => attributes.guard)).toEqual(['burst', 'burst'])
  })

  test('grants that end with a withdrawal are counted when they come', async () => {
    const fake = burstWorld()
    for (const n of [1, 2, 3])
      await fake.run(sent(n, { role: 'manager', ...endAt(noon + 30 * day, 'reader') }))
    expect(outcomesOf(fake)).toEqual(['e1 applied', 'e2 applied', 'e3 held'])
    expect(fake.state.due).toHaveLength(2)
  })

  test('when they are due no burst is counted again: all take effect on one day', async () => {
    const fake = burstWorld()
    for (const n of [1, 2]) await fake.run(sent(n, later))
    fake.state.now += 2 * 3_600_000
    for (const n of [3, 4]) await fake.run(sent(n, later))
    fake.state.now = noon + 30 * day
    for (const n of [1, 2, 3, 4]) await fake.run(sent(n, later, { isDue: true }))
    expect(outcomesOf(fake).filter(what => what.endsWith('applied'))).toEqual([
      'e1 applied',
      'e2 applied',
      'e3 applied',
      'e4 applied',
    ])
  })

  test('a place that was scheduled is free after the window, though its change waits for weeks', async () => {
    const fake = burstWorld()
    for (const n of [1, 2]) await fake.run(sent(n, later))
    fake.state.now += 2 * 3_600_000
    await fake.run(sent(3, later))
    expect(outcomesOf(fake)).toEqual(['e1 scheduled', 'e2 scheduled', 'e3 scheduled'])
  })

  test('one that was approved is scheduled, and needs no other approval when it is due', async () => {
    const fake = burstWorld()
    for (const n of [1, 2, 3]) await fake.run(sent(n, later))
    fake.approve()
    await fake.run(messageOf('m9', ofMember(3, later), { trail: { replays: 1 } }))
    fake.state.now = noon + 30 * day
    await fake.run(messageOf('m10', ofMember(3, later), { isDue: true }))
    expect(outcomesOf(fake).slice(2)).toEqual(['e3 held', 'e3 scheduled', 'e3 applied'])
  })

  test('in shadow mode it holds nothing, and the outcome says that it would', async () => {
    const fake = burstWorld({ mode: 'shadow' })
    for (const n of [1, 2, 3]) await fake.run(sent(n, later))
    expect(fake.state.outcomes.map(({ outcome, wouldHold }) => [outcome, wouldHold])).toEqual([
      ['scheduled', undefined],
      ['scheduled', undefined],
      ['scheduled', 'burst'],
    ])
  })
})
