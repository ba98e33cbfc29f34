import { describe, expect, test } from '@jest/globals'
import { signWith } from '../../functions/aws/reassert-key.ts'
import type { HistoryItem } from '../../functions/core/history/history-item.ts'
import type { SyncWorld } from '../../functions/sync/sync-world.ts'
import { effects } from '../support/entries.ts'
import { engineerRole, managerRole, noon } from '../support/events.ts'
import { reassertion, reassertionOf, reassertKey } from '../support/reassertions.ts'
import { change, fakeWorld, memberName, messageOf, type WorldOptions } from '../support/world.ts'

const reassertions: SyncWorld['reassertions'] = {
  verify: async (text, signature) => signWith(reassertKey)(text) === signature,
  withdrawalOf: () => undefined,
}
const member = memberName()
const asked = (id = 'r1', body = reassertionOf()) => messageOf(id, body)

/** A world in which the first change of the member is applied. */
async function applied(options: WorldOptions = {}) {
  const fake = fakeWorld({ reassertions, ...options, effects: [] })
  await fake.run(messageOf('m1', change(1)))
  fake.state.effects = [...(options.effects ?? [])]
  fake.state.now += 60_000
  const { outcomes } = fake.state
  return { fake, last: () => outcomes.at(-1), entry: () => fake.entry() }
}

describe('a re-assertion', () => {
  test('writes again what the ledger has as applied, and leaves the proof as it is', async () => {
    const { fake, last, entry } = await applied()
    const proof = entry()?.applied
    expect(await fake.run(asked())).toEqual([])
    expect(fake.state.sent.map(({ desired }) => desired.roleId)).toEqual([managerRole, managerRole])
    expect(last()).toMatchObject({
      ...{ outcome: 'reasserted', event: 'r1', member, target: 'wacht', status: 200 },
      ...{ reassertedBy: reassertion.by, plan: reassertion.plan, ageMs: 60_000 },
    })
    expect(last()).not.toHaveProperty('exposureMs')
    expect(entry()).toMatchObject({ applied: proof, reasserted: [{ message: 'r1', at: noon + 60_000 }] })
    expect(entry()?.lease).toBeUndefined()
  })

  test('a repeat of its message ends the same way, without a call', async () => {
    const { fake, last } = await applied()
    await fake.run(asked())
    fake.state.now += 7_200_000
    await fake.run(asked())
    expect(fake.state.sent).toHaveLength(2)
    expect(last()).toMatchObject({ outcome: 'reasserted' })
  })

  test('ends as superseded where a newer change is applied, and the newer one stays', async () => {
    const { fake, last } = await applied()
    await fake.run(messageOf('m2', change(2)))
    await fake.run(asked())
    expect(fake.state.sent.at(-1)?.desired).toEqual({ roleId: engineerRole })
    expect(last()).toMatchObject({ outcome: 'superseded', by: 'e2' })
  })

  test('comes after a newer change of the same batch', async () => {
    const { fake } = await applied()
    await fake.run(asked(), messageOf('m2', change(2)))
    expect(fake.state.sent.map(({ desired }) => desired.roleId)).toEqual([managerRole, engineerRole])
    expect(fake.state.outcomes.map(({ outcome }) => outcome)).toContain('superseded')
  })

  test('ends as superseded where nothing is applied', async () => {
    const fake = fakeWorld({ reassertions })
    await fake.run(asked())
    expect(fake.state.outcomes).toMatchObject([{ outcome: 'superseded' }])
    expect(fake.state.sent).toEqual([])
  })

  test('waits for a write that may land, and for another attempt', async () => {
    const { fake, entry } = await applied()
    const { state } = fake
    const until = state.now + 30_000
    state.entries.set(member, {
      ...entry()!,
      ...{ rev: 9, unanswered: { until, desired: { roleId: engineerRole } }, unproven: 'e2' },
    })
    expect(await fake.run(asked())).toEqual(['r1'])
    expect(state.sent).toHaveLength(1)
    expect(state.retries.at(-1)).toMatchObject({ cause: 'unanswered_write' })
  })

  test('has a letter once its time is over, which says whether a write is in doubt', async () => {
    const { fake, last, entry } = await applied({ effects: [effects.unanswered] })
    expect(await fake.run(asked())).toEqual(['r1'])
    expect(fake.state.retries.at(-1)).not.toHaveProperty('exposureMs')
    fake.state.now = reassertion.expires
    await fake.run(asked())
    expect(fake.state.sent).toHaveLength(2)
    expect(last()).toMatchObject({ outcome: 'dead', reason: 'expired', unproven: true })
    expect(entry()?.ended).toMatchObject([{ message: 'r1', letter: { reason: 'expired', unproven: true } }])
    expect(fake.state.letters[0]?.attributes).toMatchObject({ reason: 'expired', member, event: 'r1' })
  })

  test('that the target refuses is a letter, and the same state is not sent once more', async () => {
    const { fake, last } = await applied({ effects: [effects.answered, effects.refused] })
    await fake.run(asked())
    fake.state.now += 600_000
    await fake.run(asked())
    expect(fake.state.sent).toHaveLength(3)
    expect(last()).toMatchObject({ outcome: 'dead', reason: 'rejected', unproven: true })
  })

  test('has an item in the history, which is no decision and no proof', async () => {
    const items: HistoryItem[] = []
    const store = {
      put: async () => [],
      putIfAbsent: async (item: HistoryItem) => void items.push(item),
    }
    const { fake } = await applied({ history: { store, keepMs: 1000 } })
    await fake.run(asked())
    expect(items).toMatchObject([
      {
        ...{ outcome: 'reasserted', member, event: 'r1', desired: { roleId: managerRole } },
        ...{ reassertedBy: reassertion.by, plan: reassertion.plan, time: reassertion.version.time },
      },
    ])
  })
})

describe('a re-assertion is refused, and nothing is sent', () => {
  test.each<[string, string, string]>([
    [
      'by another key',
      reassertionOf({}, 'another key'),
      'data.signature: is not by the reassert function of this stage',
    ],
    [
      'too far ahead',
      reassertionOf({ expires: noon + 7_200_000 }),
      'data.expires: must be at most one hour ahead of now',
    ],
    [
      'of no target',
      reassertionOf({ member: 'nobody/1/2' }),
      'data.member: must be a member of a target of this stage',
    ],
  ])('%s', async (_, body, detail) => {
    const { fake, last } = await applied()
    await fake.run(asked('r1', body))
    expect(fake.state.sent).toHaveLength(1)
    expect(last()).toMatchObject({ outcome: 'dead', reason: 'invalid_event', detail })
  })

  test('where the stage has no key', async () => {
    const { fake, last } = await applied({ reassertions: undefined })
    await fake.run(asked())
    expect(last()).toMatchObject({
      reason: 'invalid_event',
      detail:
        'type: role.reassert.v1 cannot be replayed or approved; `role-sync drift plan` plans it anew; what a guard holds needs its event again, with a new id and time, which can be approved',
    })
  })

  test('and is retried where the key or the ledger does not answer', async () => {
    const verify = async () => Promise.reject(new Error('denied'))
    const { fake } = await applied({ reassertions: { ...reassertions!, verify } })
    expect(await fake.run(asked())).toEqual(['r1'])
    expect(fake.state.retries.at(-1)).toMatchObject({ cause: 'key_unavailable' })

    const other = await applied()
    other.fake.state.ledgerFaults = Array(9).fill('fails')
    expect(await other.fake.run(asked())).toEqual(['r1'])
    expect(other.fake.state.retries.at(-1)).toMatchObject({ cause: 'ledger_unavailable' })
    expect(other.fake.state.sent).toHaveLength(1)
  })
})
