import { describe, expect, test } from '@jest/globals'
import type { Approval } from '../../functions/core/guard/approval.ts'
import type { BurstItem } from '../../functions/core/guard/burst-places.ts'
import { createGuard } from '../../functions/core/guard/guards.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../../functions/core/ports.ts'
import { createConsumer } from '../../functions/sync/consumer.ts'
import { effects } from '../support/entries.ts'
import { bodyOf, noon, projectId } from '../support/events.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { fakeWorld, messageOf, type WorldOptions } from '../support/world.ts'

const hour = 3_600_000
/** How long after its end a place is kept: the window, an invocation, a lease, and the time in which a write may land. */
const kept = hour + 2 * 65_000 + 60_000
const memberId = (n: number) => `3c90c3cc-0d44-4b50-8888-${String(n).padStart(12, '0')}`
const memberOf = (n: number) => `project/${projectId}/${memberId(n)}`

interface BurstOptions {
  readonly floor?: number
  readonly share?: number
  readonly known?: number
}

/** A world in which a sender may withdraw three members within an hour. */
function burstWorld(options: WorldOptions & BurstOptions = {}) {
  const { floor = 3, share, known, ...rest } = options
  const approvals: Pick<Approval, 'approver' | 'at'>[] = []
  const items = memoryLedger<BurstItem>()
  /** What happens before a write of places is made; `lost`: its answer does not come. */
  const faults = { before: async () => {}, lost: 0, asked: 0 }
  const bursts: LedgerStore<BurstItem> = {
    read: items.store.read,
    write: async item => {
      await faults.before()
      const written = await items.store.write(item)
      if (faults.lost-- > 0) throw new Error('the answer was lost')
      return written
    },
  }
  const guards = {
    guard: createGuard({ burst: [{ floor, share, windowSeconds: 3600 }] }),
    knownMembers: async (scope: string) => (scope === `project/${projectId}` ? known : undefined),
    approvals: {
      read: async () => {
        faults.asked++
        return approvals as Approval[]
      },
    },
    ...{ needed: 1, bursts },
  }
  const fake = fakeWorld({ ...rest, guards })
  return {
    ...fake,
    ...{ items, faults, guards },
    approve: () => void approvals.push({ approver: 'ada', at: new Date(fake.state.now).toISOString() }),
    outcomes: () => fake.state.outcomes.map(({ event, outcome }) => `${event} ${outcome}`).toSorted(),
    /** Another instance in the same world. */
    other: createConsumer(fake.world),
  }
}

/** A withdrawal of the n-th member, or another change of it; `at`: a later one is newer. */
const body = (n: number, { role = 'reader', at = 1 } = {}) =>
  bodyOf({
    ...{ id: `e${n}-${at}`, time: `2026-11-23T09:15:0${at}Z` },
    data: { target: 'project', projectId, memberId: memberId(n), role },
  })
const withdrawal = (n: number, fields: object = {}, of: Parameters<typeof body>[1] = {}) =>
  messageOf(`m${n}-${of.at ?? 1}`, body(n, of), { sender: 'intake/okta', ...fields })
/** Lets whatever needs no clock go on. */
const manyTurns = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}
const replayOf = (n: number, sender = 'AIDAOPERATOR') =>
  withdrawal(n, { id: `r${n}`, sender, trail: { replays: 1 } })

describe('withdrawals of one sender in one scope', () => {
  test('take effect up to the limit; the others are held, and other changes go on', async () => {
    const fake = burstWorld()
    expect(
      await fake.run(...[1, 2, 3, 4, 5].map(n => withdrawal(n)), withdrawal(6, {}, { role: 'manager' })),
    ).toEqual([])
    expect(fake.outcomes()).toEqual([
      ...['e1-1 applied', 'e2-1 applied', 'e3-1 applied', 'e4-1 held', 'e5-1 held', 'e6-1 applied'],
    ])
    expect(fake.state.letters.map(({ attributes }) => attributes.guard)).toEqual(['burst', 'burst'])
    expect(JSON.parse(fake.state.letters[0]?.attributes.trail ?? '').detail).toBe(
      `sender intake/okta moves more than 3 members of project/${projectId} to the role reader within 3600 s; this member is beyond that`,
    )
  })
  test('take effect up to the share of the known members, and the letters say of how many', async () => {
    const fake = burstWorld({ floor: 1, share: 0.1, known: 39 })
    await fake.run(...[1, 2, 3, 4, 5].map(n => withdrawal(n)))
    expect(fake.outcomes()).toEqual([
      ...['e1-1 applied', 'e2-1 applied', 'e3-1 applied', 'e4-1 held', 'e5-1 held'],
    ])
    const detailOf = (n: number) => JSON.parse(fake.state.letters[n]?.attributes.trail ?? '').detail
    expect(detailOf(0)).toBe(
      `sender intake/okta moves more than 3 members of project/${projectId} to the role reader within 3600 s (share 0.1 of 39 known members, floor 1); this member is beyond that`,
    )
    await fake.run(withdrawal(4, { receives: 2 }))
    expect(detailOf(2)).toBe(detailOf(0))
  })
  test('take effect up to the floor where the members are not known', async () => {
    const fake = burstWorld({ floor: 1, share: 1 })
    await fake.run(withdrawal(1), withdrawal(2))
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 held'])
    expect(fake.state.letters[0]?.attributes.trail).toContain(
      '(share 1 of members that are not known, floor 1)',
    )
  })
  test('are told apart by the verified sender', async () => {
    const fake = burstWorld({ floor: 1 })
    await fake.run(
      withdrawal(1),
      withdrawal(2, { sender: 'AROAOTHER' }),
      withdrawal(3, { sender: 'AROAOTHER' }),
    )
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 applied', 'e3-1 held'])
  })
  test('of a batch take their places with one write', async () => {
    const fake = burstWorld({ floor: 500 })
    await fake.run(...[1, 2, 3, 4, 5, 6, 7, 8].map(n => withdrawal(n)))
    expect([fake.items.counts.writes, fake.items.counts.conflicts]).toEqual([1, 0])
    expect(fake.outcomes()).toHaveLength(8)
  })
  test('are counted exactly by two instances at once', async () => {
    const fake = burstWorld()
    await Promise.all([
      fake.consume(
        [1, 2, 3, 4].map(n => withdrawal(n)),
        noon + 60_000,
      ),
      fake.other(
        [5, 6, 7, 8].map(n => withdrawal(n)),
        noon + 60_000,
      ),
    ])
    expect(fake.outcomes().filter(line => line.endsWith('applied'))).toHaveLength(3)
    expect(fake.outcomes().filter(line => line.endsWith('held'))).toHaveLength(5)
  })
  test('that come while places are stored wait for that: an instance does not compete with itself', async () => {
    const fake = burstWorld({ floor: 500 })
    let second: Promise<string[]> | undefined
    fake.faults.before = async () => {
      second ??= fake.consume([withdrawal(3), withdrawal(4)], noon + 60_000)
      await manyTurns()
    }
    await fake.run(withdrawal(1), withdrawal(2))
    await second
    expect(fake.items.counts).toEqual({ reads: 0, writes: 2, conflicts: 0 })
    expect(fake.outcomes()).toHaveLength(4)
  })
  test('are tried though those before them failed', async () => {
    const fake = burstWorld()
    let second: Promise<string[]> | undefined
    let failures = 0
    fake.faults.before = async () => {
      second ??= fake.consume([withdrawal(2)], noon + 60_000)
      await manyTurns()
      if (failures++ < 20) throw new Error('the table is down')
    }
    expect(await fake.run(withdrawal(1))).toEqual(['m1-1'])
    expect([await second, fake.outcomes()]).toEqual([[], ['e2-1 applied']])
  })
  test('are counted once if the answer to the write is lost', async () => {
    const fake = burstWorld()
    fake.faults.lost = 1
    await fake.run(...[1, 2, 3, 4].map(n => withdrawal(n)))
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 applied', 'e3-1 applied', 'e4-1 held'])
  })
  test('wait if their places are not stored: nothing is sent, and nobody is held', async () => {
    const fake = burstWorld()
    fake.faults.before = () => Promise.reject(new Error('the table is down'))
    expect(await fake.run(withdrawal(1))).toEqual(['m1-1'])
    expect([fake.state.sent, fake.state.letters, fake.state.retries[0]?.cause]).toEqual([
      [],
      [],
      'ledger_unavailable',
    ])
  })
  test('cost other changes nothing', async () => {
    const fake = burstWorld()
    await fake.run(withdrawal(1, {}, { role: 'manager' }))
    expect([fake.items.counts, fake.faults.asked]).toEqual([{ reads: 0, writes: 0, conflicts: 0 }, 0])
  })
  test('cost one write of places and one read of the entry, and none of approvals', async () => {
    const fake = burstWorld()
    await fake.run(withdrawal(1))
    expect([fake.items.counts, fake.faults.asked]).toEqual([{ reads: 0, writes: 1, conflicts: 0 }, 0])
    expect(fake.state.log).toEqual(['read', 'write', 'send undefined', 'write'])
  })
})

describe('a member counts once', () => {
  test('when its message is retried', async () => {
    const fake = burstWorld({ floor: 1, effects: [effects.deferred] })
    await fake.run(withdrawal(1))
    fake.state.now += 60_000
    await fake.run(withdrawal(1, { receives: 2 }))
    expect([fake.outcomes(), fake.items.counts.writes]).toEqual([['e1-1 applied'], 1])
  })
  test('when its attempt ended between the place and the lease', async () => {
    const fake = burstWorld({ floor: 1 })
    fake.state.ledgerFaults.push(undefined, 'fails', 'fails')
    expect(await fake.run(withdrawal(1))).toEqual(['m1-1'])
    expect([fake.state.sent, fake.items.counts.writes]).toEqual([[], 1])
    await fake.other([withdrawal(1, { receives: 2 }), withdrawal(2)], noon + 60_000)
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 held'])
  })
  test('with several changes, also when the older ones are tried after the newer one', async () => {
    const fake = burstWorld({ floor: 1, effects: [effects.refused] })
    await fake.run(withdrawal(1), withdrawal(1, {}, { at: 2 }), withdrawal(2, {}, { at: 3 }))
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e1-2 dead', 'e2-3 held'])
  })
  test('that is held: its older withdrawal is held too, and its older grant takes effect', async () => {
    const fake = burstWorld({ floor: 1 })
    await fake.run(withdrawal(1))
    await fake.run(
      withdrawal(2, {}, { at: 3 }),
      withdrawal(2, {}, { at: 2 }),
      withdrawal(2, {}, { role: 'manager' }),
    )
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 applied', 'e2-2 held', 'e2-3 held'])
  })
})

describe('a place is kept', () => {
  const full = async (options: WorldOptions = {}) => {
    const fake = burstWorld({ floor: 1, ...options })
    await fake.run(withdrawal(1))
    return fake
  }
  const afterMs = async (fake: Awaited<ReturnType<typeof full>>, ms: number) => {
    fake.state.now = noon + ms
    await fake.run(withdrawal(2, { sentAt: noon + ms, firstReceivedAt: noon + ms }))
    return fake.outcomes().find(line => line.startsWith('e2-'))
  }

  test('until the window and the time of a last write after the proof', async () => {
    expect(await afterMs(await full(), kept - 1)).toBe('e2-1 held')
    expect(await afterMs(await full(), kept)).toBe('e2-1 applied')
  })
  test('as long as its change is tried: an outage frees none', async () => {
    const fake = await full({ effects: [effects.deferred] })
    expect(await afterMs(fake, 13 * 24 * hour)).toBe('e2-1 held')
  })
  test('so long after a letter as after a proof', async () => {
    expect(await afterMs(await full({ effects: [effects.refused] }), kept - 1)).toBe('e2-1 held')
    expect(await afterMs(await full({ effects: [effects.refused] }), kept)).toBe('e2-1 applied')
  })
  test('for a newer change of the member, from the end of that', async () => {
    const fake = await full()
    fake.state.now = noon + hour
    fake.state.effects.push(effects.deferred)
    await fake.run(withdrawal(1, {}, { at: 2 }))
    expect(await afterMs(fake, 3 * hour)).toBe('e2-1 held')
  })
  test('whose end is looked up only if none is free, and only if it is old enough', async () => {
    const fake = burstWorld({ floor: 2 })
    const reads = async (n: number, at: number) => {
      fake.state.now = at
      const before = fake.state.log.length
      await createConsumer(fake.world)([withdrawal(n, { sentAt: at, firstReceivedAt: at })], at + 60_000)
      return fake.state.log.slice(before).filter(line => line === 'read').length
    }
    expect([await reads(1, noon), await reads(2, noon + kept), await reads(3, noon + kept)]).toEqual([
      1, 1, 2,
    ])
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 applied', 'e3-1 applied'])
    expect(await reads(4, noon + kept + 1)).toBe(1)
    expect(fake.outcomes()).toContain('e4-1 held')
  })
  test('by as many as are not over: no more changes pass than places are free', async () => {
    const fake = burstWorld({ floor: 2 })
    await fake.run(withdrawal(1))
    fake.state.now = noon + hour
    await fake.run(withdrawal(2))
    fake.state.now = noon + kept
    await fake.run(withdrawal(3), withdrawal(4))
    expect(fake.outcomes().filter(line => line.endsWith('held'))).toHaveLength(1)
  })
  test('and of many 25 are looked up at once, any of them', async () => {
    const joiner = { kind: 'deferred', cause: 'not_found', detail: 'not there yet' } as const
    const fake = burstWorld({ floor: 30, effects: Array.from({ length: 25 }, () => joiner) })
    const members = Array.from({ length: 30 }, (_, n) => withdrawal(n + 1))
    await fake.run(...members.slice(0, 25))
    await fake.run(...members.slice(25))
    fake.state.now = noon + kept
    const before = fake.state.log.length
    await fake.other([withdrawal(31)], fake.state.now + 60_000)
    const reads = fake.state.log.slice(before).filter(line => line === 'read')
    expect([reads.length, fake.outcomes().at(-1)]).toEqual([26, 'e31-1 applied'])
  })
  test('if no entry can be read: the change that asks for it is retried, not held', async () => {
    const fake = await full()
    fake.state.now = noon + kept
    const { read } = fake.world.ledger
    const down = {
      ...fake.world.ledger,
      read: (member: string): Promise<Entry | undefined> =>
        member === memberOf(1) ? Promise.reject(new Error('down')) : read(member),
    }
    const consume = createConsumer({ ...fake.world, ledger: down })
    expect(await consume([withdrawal(2, { sentAt: noon + kept })], noon + kept + 60_000)).toEqual(['m2-1'])
    expect(fake.state.retries.at(-1)?.cause).toBe('ledger_unavailable')
  })
})

describe('an approved withdrawal', () => {
  test('takes effect without a place, and takes none', async () => {
    const fake = burstWorld({ floor: 1 })
    await fake.run(withdrawal(1), withdrawal(2))
    fake.approve()
    await fake.run(replayOf(2))
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 applied', 'e2-1 held'])
    expect(fake.state.entries.get(memberOf(2))?.applied).toMatchObject({
      sender: 'AIDAOPERATOR',
      approvedBy: ['ada'],
    })
    expect(fake.items.counts.writes).toBe(1)
  })
  test('takes none where one is free, so that the next one has it', async () => {
    const fake = burstWorld({ floor: 1 })
    fake.approve()
    await fake.run(replayOf(1))
    expect([fake.outcomes(), fake.items.counts.writes]).toEqual([['e1-1 applied'], 0])
  })
  test('that nobody approved stays held: no place of who sends it again lets it through, and it takes none', async () => {
    const fake = burstWorld({ floor: 1 })
    await fake.run(withdrawal(1), withdrawal(2), withdrawal(3))
    await fake.run(replayOf(2))
    await fake.run(replayOf(3))
    expect(fake.outcomes()).toEqual(['e1-1 applied', 'e2-1 held', 'e2-1 held', 'e3-1 held', 'e3-1 held'])
    expect(fake.items.counts.writes).toBe(1)
    fake.approve()
    await fake.run({ ...replayOf(3), id: 'another' })
    expect(fake.outcomes()).toContain('e3-1 applied')
  })
})
