import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createConsumer } from '../../functions/sync/consumer.ts'
import { appliedOf, effects, endedOf, entryOf } from '../support/entries.ts'
import { engineerRole, noon } from '../support/events.ts'
import { type Wait, waits } from '../support/waits.ts'
import { change, fakeWorld, memberName, messageOf, productionRules } from '../support/world.ts'

const { giveUpAtLatestMs, closingMs } = productionRules
const old = { sentAt: noon - giveUpAtLatestMs }
const other = { roleId: '1' }

/** Settles a message of this age that would go again in one way. */
async function settle(
  { options, body = change(1), prepare, newer, withinMs = 60_000 }: Wait,
  sentAt: number,
) {
  const fake = fakeWorld(options)
  const message = messageOf('m1', body, { sentAt })
  prepare?.(fake)
  const stays = await fake.consume([message, ...(newer ? [messageOf('m2', newer)] : [])], noon + withinMs)
  const { retries, letters, outcomes } = fake.state
  return { fake, stays, retries, letter: letters[0], outcome: outcomes[0], detail: detailOf(letters[0]) }
}

const detailOf = (letter: { attributes: Readonly<Record<string, string>> } | undefined): string | undefined =>
  JSON.parse(letter?.attributes.trail ?? '{}').detail

/** A message that is too old, while the breaker of its target is open, and its member's entry is this. */
async function atLast(
  entry: object | undefined,
  prepare: (fake: ReturnType<typeof fakeWorld>) => void = () => {},
) {
  const open = waits.find(({ cause }) => cause === 'breaker_open') as Wait
  return settle(
    {
      ...open,
      prepare: fake => {
        open.prepare?.(fake)
        if (entry) fake.state.entries.set(memberName(), entryOf({ member: memberName(), ...entry }))
        prepare(fake)
      },
    },
    old.sentAt,
  )
}

describe('thirteen days after its send a message ends, whatever it waits for', () => {
  test.each(waits.map(wait => [wait.cause, wait] as const))('%s', async (cause, wait) => {
    const { stays, letter, outcome, retries, detail } = await settle(wait, old.sentAt)
    expect(stays).not.toContain('m1')
    expect(retries.map(({ messageId }) => messageId)).not.toContain('m1')
    expect(letter).toMatchObject({ body: wait.body ?? change(1), attributes: { reason: 'gave_up' } })
    expect(detail).toMatch(new RegExp(`^${cause}: .`))
    expect(outcome).toMatchObject({ messageId: 'm1', outcome: 'dead', reason: 'gave_up' })
  })
  test.each(waits.map(wait => [wait.cause, wait] as const))(
    'not a second before: %s',
    async (cause, wait) => {
      const { stays, retries, letter } = await settle(wait, old.sentAt + 1000)
      expect(stays).toContain('m1')
      expect(letter).toBeUndefined()
      expect(retries.find(({ messageId }) => messageId === 'm1')).toMatchObject({ cause, seconds: 1 })
    },
  )
  test('also where its letter could not be sent: it stays, and its letter is tried again soon', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred, effects.deferred] })
    state.lettersFail = true
    const message = messageOf('m1', change(1), { ...old, receives: 989 })
    expect(await run(message)).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ cause: 'dead_letter_refused' }])
    expect(state.delays[0]?.seconds).toBeLessThanOrEqual(900)
    state.lettersFail = false
    expect(await run({ ...message, receives: 990 })).toEqual([])
    expect(state.letters).toMatchObject([{ attributes: { reason: 'gave_up' } }])
  })
  test('each by its own age: an older change may end while the newer one that it waits behind goes on', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred] })
    const stays = await run(messageOf('m1', change(1), old), messageOf('m2', change(2)))
    expect(stays).toEqual(['m2'])
    expect(state.outcomes).toMatchObject([{ messageId: 'm1', reason: 'gave_up' }])
    expect(JSON.parse(state.letters[0]?.attributes.trail as string).detail).toMatch(/^behind_newer: /)
  })
  test('and the newer one may end while older ones go on', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred] })
    expect(await run(messageOf('m1', change(1)), messageOf('m2', change(2), old))).toEqual(['m1'])
    expect(state.outcomes).toMatchObject([{ messageId: 'm2', reason: 'gave_up', detail: 'throttled: 429' }])
  })
  test('with the status of the answer for which it would have gone again', async () => {
    const { letter, outcome } = await settle(
      { cause: 'throttled', options: { effects: [effects.deferred] } },
      old.sentAt,
    )
    expect(JSON.parse(letter?.attributes.trail as string)).toMatchObject({ status: 429 })
    expect(outcome?.status).toBe(429)
    const unanswered = await settle(
      { cause: 'timeout', options: { effects: [effects.unanswered] } },
      old.sentAt,
    )
    expect(unanswered.outcome).not.toHaveProperty('status')
  })
  test('not where it can be applied at once, however old it is', async () => {
    const { run, state } = fakeWorld()
    expect(await run(messageOf('m1', change(1), { sentAt: 0, firstReceivedAt: 0 }))).toEqual([])
    expect(state.outcomes).toMatchObject([{ outcome: 'applied' }])
  })
})

describe('what the ledger finishes already does not end as given up', () => {
  test.each([
    ['superseded', appliedOf(2, { roleId: engineerRole }), { by: 'e2' }],
    ['duplicate', { ...appliedOf(1), message: 'm0' }, { by: 'e1' }],
    ['applied', appliedOf(1), { effectMs: 500 - old.sentAt < 0 ? 0 : 500 - old.sentAt }],
  ])('but as %s', async (outcome, applied, told) => {
    const version = { ...applied.version, source: '//workday.example.com/role-changes' }
    const ended = await atLast({ applied: { ...applied, version } })
    expect({ stays: ended.stays, letter: ended.letter }).toStrictEqual({ stays: [], letter: undefined })
    expect(ended.outcome).toMatchObject({ outcome, ...told })
  })
  test('an older change that is applied finishes nothing', async () => {
    expect((await atLast({ applied: appliedOf(0) })).outcome).toMatchObject({ reason: 'gave_up' })
  })
})

describe('the ledger remembers the letter of a message that was too old', () => {
  test('so a repeat of it ends with the same letter, and nothing is sent', async () => {
    const { fake } = await atLast({ unproven: 'e0' })
    expect(fake.state.entries.get(memberName())).toMatchObject({
      ...{ rev: 8, unproven: 'e0' },
      ended: [{ message: 'm1', version: { id: 'e1' }, letter: { reason: 'gave_up', unproven: true } }],
    })
    const repeated = fakeWorld()
    for (const [name, entry] of fake.state.entries) repeated.state.entries.set(name, entry)
    expect(await repeated.run(messageOf('m1', change(1), old))).toEqual([])
    expect(repeated.state.sent).toEqual([])
    expect(repeated.state.letters[0]?.attributes).toMatchObject({ reason: 'gave_up', unproven: 'true' })
  })
  test('also where that repeat waits: its letter is that of the first end', async () => {
    const ended = [endedOf(1, { reason: 'forbidden', status: 403 }, noon)]
    const { letter } = await atLast({ ended })
    expect(letter?.attributes).toMatchObject({ reason: 'forbidden' })
  })
  test('and of all of its messages in one batch, none of which is in doubt', async () => {
    const { run, state, entry } = fakeWorld({ effects: Array.from({ length: 6 }, () => effects.answered) })
    for (let n = 0; n < 6; n++) await run(messageOf(`x${n}`, change(1, { member: `9${n}` }))) // opens the breaker
    await run(...Array.from({ length: 10 }, (_, n) => messageOf(`m${n}`, change(n + 1), old)))
    expect(state.letters).toHaveLength(10)
    for (const { attributes } of state.letters) expect(attributes.unproven).toBeUndefined()
    expect(entry()?.ended).toHaveLength(10)
  })
  test('and of several members at once: none waits for the entry of another', async () => {
    const { world } = fakeWorld()
    let [running, most] = [0, 0]
    const write: typeof world.ledger.write = async entry => {
      most = Math.max(most, ++running)
      await setImmediate()
      running--
      return world.ledger.write(entry)
    }
    const consume = createConsumer({ ...world, ledger: { ...world.ledger, write } })
    const both = [messageOf('m1', change(1), old), messageOf('m2', change(2, { member: '3' }), old)]
    expect(await consume(both, noon + closingMs / 2 + 1)).toEqual([])
    expect(most).toBe(2)
  })
  test('and of a member that has no entry yet', async () => {
    const { fake } = await atLast(undefined)
    expect(fake.state.entries.get(memberName())).toMatchObject({ rev: 1, ended: [{ message: 'm1' }] })
  })
})

describe('the letter of a message that was not tried at last says unproven', () => {
  const lease = (event: string, until: number) => ({ lease: { holder: 'x', until, event, desired: other } })
  test.each<[string, object | undefined, string | undefined]>([
    ['where the entry of its member does', { unproven: 'e0' }, 'true'],
    ['where a lease ran out unclosed', lease('e9', noon), 'true'],
    ['where an attempt of its own is under way', lease('e1', noon + 60_000), 'true'],
    ['not where another change is being written', lease('e9', noon + 60_000), undefined],
    ['not where the member was shown to hold what is applied', { applied: appliedOf(0) }, undefined],
    ['not where nothing was ever written', undefined, undefined],
  ])('%s', async (_, entry, unproven) => {
    const { letter, outcome } = await atLast(entry)
    expect(letter?.attributes.unproven).toBe(unproven)
    expect(outcome?.unproven).toBe(unproven && true)
  })
  test('where the ledger does not answer', async () => {
    const { letter, fake } = await atLast(
      undefined,
      ({ state }) => void state.ledgerFaults.push('fails', 'fails'),
    )
    expect(letter?.attributes).toMatchObject({ reason: 'gave_up', unproven: 'true' })
    expect(fake.state.troubles).toEqual([
      'ledger not available; the message is too old and becomes a dead letter, marked unproven: the ledger gave no clear answer',
    ])
  })
  test('where there is no time left to ask the ledger: half of the closing time is for letters and delays', async () => {
    const ended = async (leftMs: number) => {
      const { consume, state } = fakeWorld()
      await consume([messageOf('m1', change(1), old)], noon + leftMs)
      return { unproven: state.letters[0]?.attributes.unproven, log: state.log }
    }
    expect(await ended(closingMs / 2)).toEqual({ unproven: 'true', log: ['dead letter'] })
    expect(await ended(closingMs / 2 + 1)).toEqual({ unproven: undefined, log: ['write', 'dead letter'] })
  })
})
