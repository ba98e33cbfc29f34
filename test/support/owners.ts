import type { Approval } from '../../functions/core/guard/approval.ts'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import { createGuardModes } from '../../functions/core/guard/guard-trial.ts'
import type { Guards } from '../../functions/core/guard/guards.ts'
import { createOwners, type OwnerRule } from '../../functions/core/guard/last-owner.ts'
import type { ScopeItem } from '../../functions/core/guard/scope-lease.ts'
import type { Desired } from '../../functions/core/ledger/desired-state.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { createConsumer } from '../../functions/sync/consumer.ts'
import type { TargetLink } from '../../functions/sync/sync-world.ts'
import { kinds } from '../../functions/targets/index.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import type { Reading, Target } from '../../functions/targets/target.ts'
import { effects } from './entries.ts'
import { bodyOf, catalogue, groupA, groupB, projectId } from './events.ts'
import { memoryLedger } from './memory-ledger.ts'
import { fakeWorld, messageOf } from './world.ts'

export const scope = `project/${projectId}`
const memberId = (n: number) => `3c90c3cc-0d44-4b50-8888-${String(n).padStart(12, '0')}`
export const memberOf = (n: number) => `${scope}/${memberId(n)}`
export const owner: Desired = { groupIds: [groupA], owner: true }
export const plain: Desired = { groupIds: [groupB], owner: false }

/** A project of which the first so many members are owners, and two are kept. */
export function ownersWorld(
  count: number,
  guards: Guards = {},
  rules: readonly OwnerRule[] = [{ scope, role: 'manager', keep: 2 }],
) {
  const approvals: Pick<Approval, 'approver' | 'at'>[] = []
  const leases = memoryLedger<ScopeItem>()
  const asked = { approvals: 0, lists: 0, reads: 0 }
  const fake = fakeWorld({
    guards: {
      ...createGuardModes(guards),
      approvals: {
        read: async () => {
          asked.approvals++
          return approvals as Approval[]
        },
      },
      ...{ needed: 1, bursts: memoryLedger<BurstItem>().store },
      owners: { ...createOwners(rules, kinds, catalogue), leases: leases.store },
    },
  })
  const states = new Map<string, Desired>()
  for (let n = 1; n <= 6; n++) states.set(memberOf(n), n <= count ? owner : plain)
  /** What the target does with a write, after it took effect; nothing: it proves it. */
  const writes: (Effect | 'not taken')[] = []
  const readings: Reading[] = []
  const pages: PeoplePage[] = []
  const { target } = fake.world.targets.get('project') as TargetLink
  const replaced: Partial<Target> = {
    read: async member => {
      asked.reads++
      const state = states.get(member)
      return readings.shift() ?? (state ? { kind: 'holds', state } : { kind: 'absent' })
    },
    people: async (_, page) => {
      asked.lists++
      const listed = [...states].slice(page, page + 2).map(([member, state]) => ({ member, state }))
      return pages.shift() ?? { ok: true, listed, ...(page + 2 < states.size && { next: page + 2 }) }
    },
    apply: async (member, desired) => {
      fake.state.sent.push({ member, desired, entry: fake.state.entries.get(member) })
      fake.state.meanwhile()
      await Promise.resolve()
      const effect = writes.shift() ?? effects.proven
      if (effect === 'not taken') return effects.unanswered
      if (effect.kind !== 'refused') states.set(member, desired)
      return effect
    },
  }
  Object.assign(target, replaced)
  const ownersNow = () => [...states.values()].filter(({ owner: is }) => is === true).length
  return {
    ...fake,
    ...{ leases, asked, states, writes, readings, pages, ownersNow },
    approve: () => void approvals.push({ approver: 'ada', at: new Date(fake.state.now).toISOString() }),
    outcomes: () => fake.state.outcomes.map(({ event, outcome }) => `${event} ${outcome}`),
    letters: () =>
      fake.state.letters.map(({ attributes: { guard, trail = '' } }) => [guard, JSON.parse(trail).detail]),
    causes: () => fake.state.retries.map(({ cause }) => cause),
    other: createConsumer(fake.world),
  }
}

export const body = (n: number, at = 1, data: object = plain) =>
  bodyOf({
    ...{ id: `e${n}-${at}`, time: `2026-11-23T09:15:0${at}Z` },
    data: { target: 'project', projectId, memberId: memberId(n), ...data },
  })
export const demotion = (n: number, fields: object = {}, at = 1) =>
  messageOf(`m${n}-${at}`, body(n, at), fields)
export const tooFew = (left: number) =>
  `would leave ${left} other ${left === 1 ? 'member' : 'members'} of ${scope} with the role manager, 2 must stay`
