import { describe, expect, test } from '@jest/globals'
import type { TargetLink } from '../../functions/sync/sync-world.ts'
import type { Target } from '../../functions/targets/target.ts'
import { effects } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { body, demotion, memberOf, owner, ownersWorld, plain, scope, tooFew } from '../support/owners.ts'
import { messageOf } from '../support/world.ts'

describe('the last owners of a scope', () => {
  test('stay: a change that leaves two others takes effect, the next one is held', async () => {
    const fake = ownersWorld(3)
    expect(await fake.run(demotion(1))).toEqual([])
    expect(await fake.run(demotion(2))).toEqual([])
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 held'])
    expect(fake.letters()).toEqual([['last_owner', tooFew(1)]])
    expect(fake.ownersNow()).toBe(2)
  })
  test('are counted page by page until there are enough', async () => {
    const fake = ownersWorld(6)
    await fake.run(demotion(6))
    expect(fake.asked).toEqual({ approvals: 0, lists: 1, reads: 1 })
    expect(fake.state.searches).toEqual([expect.objectContaining({ scope, people: 2, found: 2, listed: 2 })])
  })
  test('are not asked for by a change of another scope, a grant, or a change of a member who is none', async () => {
    const fake = ownersWorld(2)
    await fake.run(messageOf('g', body(3, 1, owner)))
    expect([fake.asked.reads, fake.leases.counts.writes]).toEqual([0, 0])
    await fake.run(demotion(4))
    expect(fake.outcomes()).toEqual(['e3-1 applied', 'e4-1 applied'])
    expect([fake.asked.lists, fake.leases.counts.writes]).toEqual([0, 0])
  })
  test('cost one conditional write of a small item', async () => {
    const fake = ownersWorld(6)
    await fake.run(demotion(1))
    expect(fake.leases.counts).toMatchObject({ writes: 1, conflicts: 0 })
    const item = await fake.leases.store.read(`owners/${scope}`)
    expect(item?.demotion).toEqual({ member: memberOf(1), rev: 0, at: noon })
    expect(JSON.stringify(item).length).toBeLessThan(300)
  })
  test('are left when two instances demote two of three at once', async () => {
    const fake = ownersWorld(3)
    await Promise.all([fake.consume([demotion(1)], noon + 60_000), fake.other([demotion(2)], noon + 60_000)])
    expect(fake.ownersNow()).toBe(2)
    expect(fake.causes()).toEqual(['owners_busy'])
    expect(fake.state.delays[0]?.seconds).toBeLessThanOrEqual(6)
    expect(await fake.run(demotion(1), demotion(2))).toEqual([])
    expect([fake.ownersNow(), fake.outcomes().filter(line => line.endsWith('held')).length]).toEqual([2, 1])
  })
  test('are counted again only after an unanswered write can land no more', async () => {
    const fake = ownersWorld(3)
    fake.writes.push('not taken')
    await fake.run(demotion(1))
    await fake.run(demotion(2))
    expect(fake.causes()).toEqual(['timeout', 'owners_busy'])
    expect(fake.state.delays.at(-1)?.seconds).toBe(60)
    fake.states.set(memberOf(1), plain)
    fake.state.now += 60_000
    await fake.run(demotion(2))
    expect(fake.outcomes()).toEqual(['e2-1 held'])
  })
  test('have a lease again once the attempt that took it was killed before it wrote', async () => {
    const fake = ownersWorld(4)
    const killed = { member: memberOf(1), rev: 0, at: noon }
    await fake.leases.store.write({ member: `owners/${scope}`, rev: 1, demotion: killed, expires: 0 })
    fake.state.now += 64_999
    await fake.run(demotion(2))
    fake.state.now += 1
    await fake.run(demotion(2))
    expect([fake.causes(), fake.outcomes()]).toEqual([['owners_busy'], ['e2-1 applied']])
  })
})

describe('what cannot be read is not guessed', () => {
  test.each<[string, (fake: ReturnType<typeof ownersWorld>) => void]>([
    ['the member', fake => void fake.readings.push({ kind: 'unread', detail: 'the list leaves it out' })],
    ['the list', fake => void fake.pages.push({ ok: false, effect: effects.answered })],
    [
      'the end of the list',
      fake => {
        const listed = [{ member: memberOf(1), state: owner }]
        fake.pages.push({ ok: true, listed, next: 1 }, { ok: true, listed, next: 2 })
      },
    ],
  ])('%s: the change is retried', async (_, break_) => {
    const fake = ownersWorld(3)
    break_(fake)
    expect(await fake.run(demotion(1))).toEqual(['m1-1'])
    expect([fake.causes(), fake.state.sent, fake.outcomes()]).toEqual([['owners_unread'], [], []])
    expect(await fake.run(demotion(1))).toEqual([])
    expect(fake.outcomes()).toEqual(['e1-1 applied'])
  })
  test('a member whose state the list does not show is no owner', async () => {
    const fake = ownersWorld(3)
    const listed = [{ member: memberOf(2) }, { member: memberOf(3), state: owner }]
    fake.pages.push({ ok: true, listed })
    await fake.run(demotion(1))
    expect(fake.letters()).toEqual([['last_owner', tooFew(1)]])
  })
  test('what was read of a member whose entry has changed meanwhile is read again', async () => {
    const fake = ownersWorld(2)
    fake.states.set(memberOf(3), plain)
    fake.readings.push({ kind: 'holds', state: plain })
    const { target } = fake.world.targets.get('project') as TargetLink
    const read = target.read as NonNullable<Target['read']>
    let times = 0
    Object.assign(target, {
      read: async (...of: Parameters<typeof read>) => {
        const reading = await read(...of)
        if (times++ === 0) {
          fake.states.set(memberOf(3), owner)
          await fake.world.ledger.write({ member: memberOf(3), rev: 1, failures: 0 })
          fake.states.set(memberOf(2), plain)
        }
        return reading
      },
    })
    await fake.run(demotion(3))
    expect([fake.asked.reads, fake.letters()]).toEqual([2, [['last_owner', tooFew(1)]]])
  })
  test('and an entry that changes all the time is retried', async () => {
    const fake = ownersWorld(3)
    const { target } = fake.world.targets.get('project') as TargetLink
    let rev = 0
    Object.assign(target, {
      read: async () => {
        await fake.world.ledger.write({ member: memberOf(1), rev: ++rev, failures: 0 })
        return { kind: 'holds', state: plain }
      },
    })
    await fake.run(demotion(1))
    expect([rev, fake.causes(), fake.state.sent]).toEqual([4, ['owners_busy'], []])
  })
  test('a target that does not show what a member has lets nothing through', async () => {
    const fake = ownersWorld(3)
    Object.assign((fake.world.targets.get('project') as TargetLink).target, { read: undefined })
    await fake.run(demotion(1))
    expect([fake.causes(), fake.state.sent]).toEqual([['owners_unread'], []])
  })
})

describe('an approved change', () => {
  const replay = (n: number) => demotion(n, { id: `r${n}`, trail: { replays: 1 } })
  test('takes effect whoever is left, by the lease of the scope and without a count', async () => {
    const fake = ownersWorld(2)
    await fake.run(demotion(1))
    fake.approve()
    await fake.run(replay(1))
    expect(fake.outcomes()).toEqual(['e1-1 held', 'e1-1 applied'])
    expect(fake.asked.lists).toBe(3)
    expect(fake.state.entries.get(memberOf(1))?.applied?.approvedBy).toEqual(['ada'])
    expect((await fake.leases.store.read(`owners/${scope}`))?.demotion.member).toBe(memberOf(1))
  })
  test('of a protected member waits for its approval first, then for the lease of the scope', async () => {
    const fake = ownersWorld(3, { protected: [{ member: memberOf(1), why: 'founder' }] })
    await fake.run(demotion(1))
    expect([fake.letters()[0]?.[0], fake.asked.reads]).toEqual(['protected', 0])
    fake.approve()
    await fake.leases.store.write({
      ...{ member: `owners/${scope}`, rev: 1, expires: 0 },
      demotion: { member: memberOf(2), rev: 0, at: noon },
    })
    await fake.run(replay(1))
    expect(fake.causes()).toEqual(['owners_busy'])
    fake.state.now += 65_000
    await fake.run(replay(1))
    expect([fake.outcomes(), fake.ownersNow()]).toEqual([['e1-1 held', 'e1-1 applied'], 2])
  })
  test('is held again if its message comes once more: the letter says why', async () => {
    const fake = ownersWorld(2)
    await fake.run(demotion(1))
    await fake.run(demotion(1))
    expect(fake.letters()[1]).toEqual([
      ...[
        'last_owner',
        `would leave fewer than 2 other members of ${scope} with the role manager, 2 must stay`,
      ],
    ])
  })
})

describe('a write that restores what is applied', () => {
  /** A member who is applied as no owner, and became one by a write without an answer that was then refused. */
  const doubted = async (fake: ReturnType<typeof ownersWorld>) => {
    await fake.run(demotion(5))
    fake.writes.push(effects.answered)
    await fake.run(messageOf('g', body(5, 2, owner)))
    fake.writes.push(effects.refused)
    fake.state.now += 10_000
  }
  const again = messageOf('g', body(5, 2, owner))
  test('is sent if two others are owners', async () => {
    const fake = ownersWorld(2)
    await doubted(fake)
    await fake.run(again)
    expect(fake.states.get(memberOf(5))).toEqual(plain)
    expect(fake.state.letters[0]?.attributes).toMatchObject({ reason: 'rejected' })
    expect(fake.state.letters[0]?.attributes.unproven).toBeUndefined()
  })
  test('is not sent if too few others are: the letter says that the member is unproven, and why', async () => {
    const fake = ownersWorld(1)
    await doubted(fake)
    await fake.run(again)
    expect(fake.states.get(memberOf(5))).toEqual(owner)
    expect(fake.state.letters[0]?.attributes).toMatchObject({ reason: 'rejected', unproven: 'true' })
    expect(JSON.parse(fake.state.letters[0]?.attributes.trail ?? '').detail).toBe(
      `the applied role is not written again: that ${tooFew(1)}; 422`,
    )
  })
  test('waits for the lease of the scope', async () => {
    const fake = ownersWorld(3)
    await doubted(fake)
    const { now } = fake.state
    await fake.leases.store.write({
      ...{ member: `owners/${scope}`, rev: 1, expires: 0 },
      demotion: { member: memberOf(2), rev: 0, at: now },
    })
    expect(await fake.run(again)).toEqual(['g'])
    expect([fake.causes().at(-1), fake.states.get(memberOf(5))]).toEqual(['owners_busy', owner])
    fake.writes.push(effects.refused)
    fake.state.now += 65_000
    expect(await fake.run(again)).toEqual([])
    expect(fake.states.get(memberOf(5))).toEqual(plain)
  })
})
