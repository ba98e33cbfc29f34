import { describe, expect, test } from '@jest/globals'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import { sentAgain } from '../../functions/core/ledger/ended-messages.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { appliedOf, effects, entryOf } from '../support/entries.ts'
import { bodyOf, engineerRole, managerRole, noon, wachtData } from '../support/events.ts'
import {
  change,
  fakeWorld,
  memberName,
  messageOf,
  productionRules,
  type WorldOptions,
} from '../support/world.ts'

const notFound: Effect = { kind: 'refused', reason: 'not_found', status: 404, detail: '404: gone' }
const one = (fields: Partial<Message> = {}) => messageOf('m1', change(1), fields)
const member = memberName()
const applied0 = { applied: appliedOf(0) }

/** One message, after the entry was put as it is. */
async function attempt(options: WorldOptions, entry?: object, message = one()) {
  const fake = fakeWorld(options)
  if (entry) fake.state.entries.set(member, entryOf({ member, ...entry }))
  const stays = await fake.run(message)
  const { outcomes, retries, letters, sent } = fake.state
  return {
    fake,
    stays,
    outcome: outcomes[0],
    again: retries[0],
    letter: letters[0],
    sent,
    entry: fake.entry(),
  }
}

describe('an attempt', () => {
  test('takes the lease, then sends, then closes', async () => {
    const { fake, sent, entry } = await attempt({})
    expect(fake.state.log).toEqual(['write', `send ${managerRole}`, 'write'])
    expect(sent[0]?.entry?.lease).toEqual({
      ...{ holder: 'holder 1', event: 'e1', desired: { roleId: managerRole }, until: noon + 65_000 },
    })
    expect(entry).toMatchObject({ rev: 2, applied: { event: 'e1', message: 'm1', at: noon } })
    expect(entry?.lease).toBeUndefined()
  })
  test('has a holder of its own, whatever its message', async () => {
    const { fake, entry } = await attempt({ effects: [effects.deferred] })
    fake.state.now += 60_000
    await fake.run(one({ receives: 2 }))
    expect(fake.state.sent.map(({ entry: taken }) => taken?.lease?.holder)).toEqual(['holder 1', 'holder 2'])
    expect(entry?.failures).toBe(1)
  })
  test('tells how long the proof took from the send of the message', async () => {
    const { outcome } = await attempt({}, undefined, one({ sentAt: noon - 1234 }))
    expect(outcome).toMatchObject({ outcome: 'applied', status: 200, effectMs: 1234 })
  })
  test('shows nothing of what a target says but a short, clean part', async () => {
    const detail = `422: Bearer abc jane@example.com ${'x '.repeat(100_000)}`
    const { fake, outcome } = await attempt({ effects: [{ ...effects.refused, detail }] })
    for (const record of [fake.state.attempts[0], outcome]) {
      const shown = record?.detail ?? ''
      expect(shown).toHaveLength(500)
      expect(shown.slice(0, 34)).toBe('422: Bearer [secret] [e-mail] x x ')
    }
  })
})

describe('a write of the same state that may still land', () => {
  const same = { unanswered: { until: noon + 30_000, desired: { roleId: managerRole } }, unproven: 'e0' }

  test('is waited for where a repeat would do harm, as in the dialect role_ids', async () => {
    const { again, sent, entry } = await attempt({ repeatable: false }, same)
    expect({ sent, again }).toMatchObject({ sent: [], again: { cause: 'unanswered_write', seconds: 30 } })
    expect(entry?.lease).toBeUndefined()
  })
  test('is repeated at once where a repeat is harmless', async () => {
    const { outcome, sent } = await attempt({ repeatable: true }, same)
    expect({ sent: sent.length, outcome: outcome?.outcome }).toEqual({ sent: 1, outcome: 'applied' })
  })
})

describe('a member that cannot be written now', () => {
  test('another attempt holds it: again after 1 to 5 s', async () => {
    const lease = { holder: 'other', until: noon + 1, event: 'e0', desired: { roleId: '1' } }
    const { stays, again, sent } = await attempt({}, { lease })
    expect({ stays, sent }).toEqual({ stays: ['m1'], sent: [] })
    expect(again?.cause).toBe('busy')
    expect(again?.seconds).toBeGreaterThanOrEqual(1)
    expect(again?.seconds).toBeLessThanOrEqual(5)
  })
  test('a write of another state may still land: again then', async () => {
    const { again, sent } = await attempt(
      {},
      { unanswered: { until: noon + 42_001, desired: { roleId: '1' } } },
    )
    expect({ again, sent }).toMatchObject({ again: { cause: 'unanswered_write', seconds: 43 }, sent: [] })
  })
  test('an instance died with it: again when its write can land no more', async () => {
    const lease = { holder: 'dead', until: noon, event: 'e0', desired: { roleId: '1' } }
    const { again, sent } = await attempt({}, { lease })
    expect({ again, sent }).toMatchObject({ again: { cause: 'unanswered_write', seconds: 60 }, sent: [] })
  })
})

describe('a delay', () => {
  test('grows with the failures of the entry and is never below what was asked', async () => {
    const seconds = async (failures: number, delayMs = 0) =>
      (await attempt({ effects: [{ ...effects.deferred, delayMs }] }, { failures })).again?.seconds as number
    expect(await seconds(0)).toBeLessThanOrEqual(5)
    expect(await seconds(3)).toBeGreaterThanOrEqual(20)
    expect(await seconds(50)).toBeLessThanOrEqual(900)
    expect(await seconds(0, 100_500)).toBe(101)
    expect(await seconds(0, 10 ** 9)).toBe(3600)
  })
})

describe('a member that is not found', () => {
  test.each<[string, Partial<Message>, string]>([
    ['is tried again while the message is younger than the grace', { sentAt: noon - 899_999 }, 'retry'],
    ['is dead afterwards', { sentAt: noon - 900_000 }, 'dead'],
    ['is dead at once in a replay', { trail: { replays: 1 } }, 'dead'],
    [
      'is tried again though the message has a history that is no replay',
      { trail: { edits: ['x'] } },
      'retry',
    ],
  ])('%s', async (_, fields, expected) => {
    const { again, outcome, letter } = await attempt({ effects: [notFound] }, undefined, one(fields))
    expect(again?.cause).toBe(expected === 'retry' ? 'not_found' : undefined)
    expect(outcome?.outcome).toBe(expected === 'retry' ? undefined : 'dead')
    expect(letter?.attributes.reason).toBe(expected === 'retry' ? undefined : 'not_found')
  })
})

describe('giving up', () => {
  const old = one({ sentAt: noon - 300_000_000, firstReceivedAt: noon - 259_200_000 })
  test.each<[string, Effect, string]>([
    ['after an attempt of its own that was deferred', effects.deferred, 'throttled: 429'],
    ['after one that is not known', effects.answered, 'server_error: 500'],
  ])('%s: a dead letter that says why', async (_, effect, detail) => {
    const { letter, stays } = await attempt({ effects: [effect] }, undefined, old)
    expect(stays).toEqual([])
    expect(letter?.attributes).toMatchObject({ reason: 'gave_up' })
    expect(JSON.parse(letter?.attributes.trail as string)).toMatchObject({ detail })
    expect(letter?.attributes.unproven).toBe(effect.kind === 'unknown' ? 'true' : undefined)
  })
  test('says unproven where an earlier write is not known to have had no effect', async () => {
    const { letter } = await attempt({ effects: [effects.deferred] }, { unproven: 'e0' }, old)
    expect(letter?.attributes.unproven).toBe('true')
  })
  test.each<[string, object]>([
    [
      'another attempt holds the member',
      { lease: { holder: 'x', until: noon + 1, event: 'e', desired: {} } },
    ],
    ['a write may still land', { unanswered: { until: noon + 1, desired: {} } }],
  ])('never without an attempt of its own: %s', async (_, entry) => {
    expect((await attempt({}, entry, old)).stays).toEqual(['m1'])
  })
  test.each(['no_time', 'breaker_open', 'resting'] as const)(
    'never after %s: no call was made',
    async cause => {
      const effect: Effect = { kind: 'deferred', cause, detail: '' }
      expect((await attempt({ effects: [effect] }, undefined, old)).stays).toEqual(['m1'])
    },
  )
})

describe('a refused change of a member that may not hold what is applied', () => {
  const applied = { ...appliedOf(0, { roleId: engineerRole }) }
  const unproven = { applied, unproven: 'e9', failures: 2 }
  test('puts that right under the same lease, and is a dead letter', async () => {
    const { fake, letter, entry, sent } = await attempt({ effects: [effects.refused] }, unproven)
    expect(fake.state.log.slice(-6)).toEqual([
      ...['write', `send ${managerRole}`, 'write', `send ${engineerRole}`, 'write', 'dead letter'],
    ])
    expect(sent.map(({ entry: taken }) => taken?.lease?.holder)).toEqual(['holder 1', 'holder 1'])
    expect(sent[1]?.entry?.lease?.desired).toEqual({ roleId: engineerRole })
    expect(letter?.attributes).toMatchObject({ reason: 'rejected' })
    expect(letter?.attributes.unproven).toBeUndefined()
    expect(entry).toMatchObject({ applied, failures: 0 })
    expect(entry?.unproven).toBeUndefined()
    expect(fake.state.attempts.map(({ restoring }) => restoring)).toEqual([undefined, true])
  })
  test('and if that is refused as well, the letter says unproven', async () => {
    const { letter, entry } = await attempt({ effects: [effects.refused, notFound] }, unproven)
    expect(letter?.attributes).toMatchObject({ reason: 'rejected', unproven: 'true' })
    expect(entry?.unproven).toBe('e9')
  })
  const { deferred, answered, unanswered } = effects
  test.each(Object.entries({ deferred, answered, unanswered }))(
    'and if that is %s, the message goes again',
    async (_, effect) => {
      const { stays, again, letter } = await attempt({ effects: [effects.refused, effect] }, unproven)
      expect({ stays, again }).toMatchObject({ stays: ['m1'], again: { cause: effect.cause } })
      expect(letter).toBeUndefined()
    },
  )
  test('waits while an unanswered write may land', async () => {
    const write = { until: noon + 9000, desired: { roleId: managerRole } }
    const entry = { ...unproven, unanswered: write }
    const { again, letter, sent } = await attempt({ effects: [effects.refused] }, entry)
    expect(again).toMatchObject({ cause: 'unanswered_write', seconds: 9 })
    expect(letter).toBeUndefined()
    expect(sent).toHaveLength(1)
  })
})

/** The body of the first change, by a role that the catalogue does not have. */
const unknownRole = bodyOf({
  ...JSON.parse(change(1)),
  data: { ...wachtData, membershipId: '2', role: 'chief', roleId: undefined },
})

describe('a message that became a dead letter, and that SQS delivers once more', () => {
  const tried = { firstReceivedAt: noon - productionRules.giveUpMs }
  test.each<[string, readonly Effect[], Partial<Message>, object | undefined]>([
    ['was refused', [effects.refused], {}, undefined],
    ['was refused and restored', [effects.refused, effects.proven], {}, { unproven: 'e0', ...applied0 }],
    ['was refused and not restored', [effects.refused, effects.refused], {}, { unproven: 'e0', ...applied0 }],
    ['was given up', [effects.unanswered], tried, undefined],
  ])('ends with the same letter and without a call: it %s', async (_, given, fields, entry) => {
    const { fake, letter, sent } = await attempt({ effects: given }, entry, one(fields))
    expect(letter).toBeDefined()
    expect(await fake.run(one({ ...fields, receives: 2 }))).toEqual([])
    expect(sent).toHaveLength(given.length)
    const { trail, ...attributes } = fake.state.letters[1]?.attributes ?? {}
    const { trail: firstTrail, ...first } = letter?.attributes ?? {}
    expect(attributes).toEqual(first)
    const again = { receives: 2, detail: sentAgain }
    expect(JSON.parse(trail as string)).toEqual({ ...JSON.parse(firstTrail as string), ...again })
  })
  test('also where the first letter could not be sent', async () => {
    const { run, state } = fakeWorld({ effects: [effects.refused] })
    state.lettersFail = true
    expect(await run(one())).toEqual(['m1'])
    state.lettersFail = false
    expect(await run(one({ receives: 2 }))).toEqual([])
    expect(state.sent).toHaveLength(1)
    expect(state.letters).toMatchObject([{ attributes: { reason: 'rejected' } }])
  })
  test('however many letters its member has', async () => {
    const { run, state } = fakeWorld({ effects: Array.from({ length: 40 }, () => effects.refused) })
    for (let n = 1; n <= 40; n++) await run(messageOf(`m${n}`, change(n)))
    await run(messageOf('m1', change(1), { receives: 2 }))
    expect(state.sent).toHaveLength(40)
    expect(state.letters).toHaveLength(41)
  })
  test.each([
    ['a time in the future', 'time_in_future', { time: new Date(noon + 301_000).toISOString() }],
    ['an unknown role', 'unknown_role', {}],
  ])(
    'also where it ended before the ledger was asked, and would be valid now: %s',
    async (_, reason, fields) => {
      const { run, state, world } = fakeWorld({ effects: [effects.unanswered] })
      const body = bodyOf({ ...JSON.parse(unknownRole), ...fields })
      await run(messageOf('m1', body))
      const valid = world.parse(change(1), noon)
      Object.assign(world, { parse: () => valid })
      expect(await run(messageOf('m1', body, { receives: 2 }))).toEqual([])
      expect(state.sent).toEqual([])
      expect(state.letters.map(({ attributes }) => attributes.reason)).toEqual([reason, reason])
    },
  )
  test('also where it was refused, and an older change of its member is applied', async () => {
    const { run, state, world } = fakeWorld()
    await run(messageOf('m0', change(0)))
    await run(messageOf('m1', unknownRole))
    const valid = world.parse(change(1), noon)
    Object.assign(world, { parse: () => valid })
    expect(await run(messageOf('m1', unknownRole, { receives: 2 }))).toEqual([])
    expect(state.sent).toHaveLength(1)
    expect(state.letters.map(({ attributes }) => attributes.reason)).toEqual(['unknown_role', 'unknown_role'])
  })
  test.each([
    ['the same version', 1],
    ['a newer one', 2],
  ])('but the ledger keeps no letter where %s is applied: that ends a repeat', async (_, n) => {
    const { run, state, entry } = fakeWorld()
    await run(messageOf('m2', change(n)))
    await run(messageOf('m1', unknownRole))
    expect(state.letters).toMatchObject([{ attributes: { reason: 'unknown_role' } }])
    expect(entry()).not.toHaveProperty('ended')
  })
  test('while another delivery of it is under way: both end with the first letter', async () => {
    const old = { sentAt: noon - productionRules.giveUpAtLatestMs }
    const fake = fakeWorld({ effects: [effects.refused] })
    fake.state.meanwhile = () => {
      fake.state.meanwhile = () => {}
      inTheMiddle = fake.run(one({ ...old, receives: 9 }))
    }
    let inTheMiddle: Promise<unknown> | undefined
    await fake.run(one({ ...old, receives: 8 }))
    await inTheMiddle
    expect(fake.entry()?.ended).toHaveLength(1)
    const { reason } = fake.entry()?.ended?.[0]?.letter ?? {}
    expect(fake.state.letters.map(({ attributes }) => attributes.reason)).toEqual([reason, reason])
  })
})
