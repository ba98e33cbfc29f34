import { describe, expect, test } from '@jest/globals'
import type { Guards } from '../../functions/core/guard/guards.ts'
import type { TargetLink } from '../../functions/sync/sync-world.ts'
import type { Target } from '../../functions/targets/target.ts'
import { effects } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { body, demotion, memberOf, owner, ownersWorld, plain, scope } from '../support/owners.ts'
import { messageOf } from '../support/world.ts'

const tried = { scope, role: 'manager', keep: 2, mode: 'shadow' as const }
/** A project with so many owners, and a rule in shadow mode. */
const trialWorld = (count: number, guards: Guards = {}) => ownersWorld(count, guards, [tried])
const ends = ({ state }: ReturnType<typeof ownersWorld>) =>
  state.outcomes.map(({ event, outcome, wouldHold }) =>
    [event, outcome, ...(wouldHold ? [`would hold: ${wouldHold}`] : [])].join(' '),
  )

describe('last_owner in shadow mode', () => {
  test('holds nothing, and says which change leaves too few', async () => {
    const fake = trialWorld(3)
    await fake.run(demotion(1))
    await fake.run(demotion(2))
    await fake.run(demotion(3))
    expect(ends(fake)).toEqual([
      'e1-1 applied',
      'e2-1 applied would hold: last_owner',
      'e3-1 applied would hold: last_owner',
    ])
    expect(fake.state.entries.get(memberOf(2))?.applied?.wouldHold).toBe('last_owner')
    expect([fake.ownersNow(), fake.asked.approvals, fake.leases.counts.writes]).toEqual([0, 0, 0])
  })
  test('asks nothing for a grant, and no list for a member who is no owner', async () => {
    const fake = trialWorld(2)
    await fake.run(messageOf('g', body(1, 1, owner)))
    expect(fake.asked).toEqual({ approvals: 0, lists: 0, reads: 0 })
    await fake.run(demotion(3))
    expect(fake.asked).toEqual({ approvals: 0, lists: 0, reads: 1 })
    expect(ends(fake)).toEqual(['e1-1 applied', 'e3-1 applied'])
  })
  test.each<[string, (fake: ReturnType<typeof ownersWorld>) => void]>([
    ['the member', fake => void fake.readings.push({ kind: 'unread', detail: 'the list leaves it out' })],
    ['the list', fake => void fake.pages.push({ ok: false, effect: effects.answered })],
    [
      'what the target returns',
      fake => {
        const { target } = fake.world.targets.get('project') as TargetLink
        Object.assign(target, { read: async () => Promise.reject(new Error('a bug')) })
      },
    ],
  ])('says nothing where it cannot read %s, and the change goes on', async (_, break_) => {
    const fake = trialWorld(2)
    break_(fake)
    expect(await fake.run(demotion(1))).toEqual([])
    expect([ends(fake), fake.causes()]).toEqual([['e1-1 applied'], []])
  })
  test('reads for at most half of the time that is left, so that the change has the rest', async () => {
    const fake = trialWorld(2)
    const link = fake.world.targets.get('project') as TargetLink
    const ends: number[] = []
    const http = (deadline: number) => async () => {
      ends.push(deadline)
      return { kind: 'answered', status: 500 } as const
    }
    const read: Target['read'] = async (_, send) => {
      await send({ method: 'GET', url: 'https://h.example' })
      return { kind: 'unread', detail: 'no' }
    }
    Object.assign(link, { http, target: { ...link.target, read } })
    const left = 60_000 - fake.world.rules.closingMs
    await fake.consume([demotion(1)], noon + 60_000)
    expect(ends).toEqual([noon + left / 2])
  })
  test('lets the same state be sent again while a write of it may land', async () => {
    const fake = trialWorld(2)
    fake.writes.push('not taken')
    await fake.run(demotion(1))
    await fake.run(demotion(1))
    expect([fake.causes(), ends(fake)]).toEqual([['timeout'], ['e1-1 applied would hold: last_owner']])
  })
  test('restores what is applied without a count', async () => {
    const fake = trialWorld(1)
    await fake.run(demotion(5))
    fake.writes.push(effects.answered)
    const grant = messageOf('g', body(5, 2, owner))
    await fake.run(grant)
    fake.writes.push(effects.refused)
    fake.state.now += 10_000
    await fake.run(grant)
    expect(fake.states.get(memberOf(5))).toEqual(plain)
  })
  test('stands beside guards that are enforced: what these hold, is held', async () => {
    const fake = trialWorld(2, { protected: [{ member: memberOf(1), why: 'founder' }] })
    await fake.run(demotion(1))
    expect(ends(fake)).toEqual(['e1-1 held'])
  })
  test('is named after another guard in shadow mode, which is what the change is', async () => {
    const fake = trialWorld(2, { protected: [{ member: memberOf(1), why: 'founder', mode: 'shadow' }] })
    await fake.run(demotion(1), demotion(2))
    expect(ends(fake)).toEqual(['e1-1 applied would hold: protected', 'e2-1 applied would hold: last_owner'])
  })
})

describe('a shadowed sender', () => {
  const shadow = [{ target: 'project' }]
  test.each(['enforce', 'shadow'] as const)('is told what last_owner would hold: %s', async mode => {
    const fake = ownersWorld(3, { shadow }, [{ ...tried, mode }])
    await fake.run(demotion(1))
    fake.states.set(memberOf(3), plain)
    await fake.run(demotion(2))
    expect(ends(fake)).toEqual(['e1-1 shadow', 'e2-1 shadow would hold: last_owner'])
    expect([fake.leases.counts.writes, fake.state.sent]).toEqual([0, []])
  })
  test('and nothing is said where it cannot be counted', async () => {
    const fake = ownersWorld(2, { shadow })
    fake.pages.push({ ok: false, effect: effects.answered })
    await fake.run(demotion(1))
    expect(ends(fake)).toEqual(['e1-1 shadow'])
  })
})
