import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyEffect, effects } from '../support/entries.ts'
import { withData } from '../support/events.ts'
import { change, fakeWorld, type LedgerFault, memberName, messageOf } from '../support/world.ts'

const one = messageOf('m1', change(1))

describe('the ledger fails', () => {
  const calls = (fault: LedgerFault, at: number): (LedgerFault | undefined)[] => [
    ...Array(at).fill(undefined),
    fault,
  ]
  const down: LedgerFault[] = Array(20).fill('fails')
  test('before anything was sent: nothing is sent without a lease', async () => {
    const { run, state } = fakeWorld()
    state.ledgerFaults.push(...down)
    expect(await run(one)).toEqual(['m1'])
    expect({ sent: state.sent, cause: state.retries[0]?.cause }).toEqual({
      sent: [],
      cause: 'ledger_unavailable',
    })
  })
  test('after it was sent: the message goes again, and its lease is an unanswered write to all others', async () => {
    const { run, state, entry } = fakeWorld()
    state.ledgerFaults.push(undefined, ...down)
    expect(await run(one)).toEqual(['m1'])
    expect(entry()?.lease?.holder).toBe('holder 1')
    state.ledgerFaults.length = 0
    state.now += 65_000
    expect(await run(messageOf('m2', change(2)))).toEqual(['m2'])
    expect(state.retries.at(-1)).toMatchObject({ cause: 'unanswered_write', seconds: 60 })
    state.now += 60_000
    expect(await run(messageOf('m2', change(2)))).toEqual([])
  })
  for (const fault of ['fails', 'fails, but happened'] as const) {
    test.each([0, 1, 2, 3, 4])(
      `at call %i (${fault}): the message ends applied once it is delivered again`,
      async at => {
        const { run, state, entry } = fakeWorld()
        state.ledgerFaults.push(...calls(fault, at))
        for (
          let delivery = 1;
          delivery <= 3 && (await run({ ...one, receives: delivery })).length > 0;
          delivery++
        ) {
          state.now += 130_000
        }
        expect(state.outcomes.map(({ outcome }) => outcome)).toEqual(['applied'])
        expect(entry()).toMatchObject({ applied: { event: 'e1' } })
        expect(entry()?.lease).toBeUndefined()
      },
    )
    test.each([0, 1, 2, 3, 4, 5])(
      `at call %i of a restoring attempt (${fault}): it ends as a dead letter`,
      async at => {
        const refusing = [effects.answered, effects.refused, effects.proven]
        const { run, state, entry } = fakeWorld()
        await run(one)
        state.effects.push(...refusing)
        const two = messageOf('m2', change(2))
        await run(two)
        state.now += 10_000
        state.ledgerFaults.push(...calls(fault, at))
        for (
          let delivery = 2;
          delivery <= 5 && (await run({ ...two, receives: delivery })).length > 0;
          delivery++
        ) {
          state.now += 130_000
          state.effects.splice(0, 3, effects.refused, effects.proven)
        }
        expect(state.letters).toHaveLength(1)
        expect(entry()).toMatchObject({ applied: { event: 'e1' } })
        expect(state.sent.slice(2).map(({ desired }) => desired)).toContainEqual(state.sent[0]?.desired)
      },
    )
  }
})

test('the failures are among the records given, each message has one verdict, and none of it throws', async () => {
  const faults = fc.constantFrom<LedgerFault | undefined>(
    undefined,
    undefined,
    'fails',
    'fails, but happened',
  )
  const bodies = fc.oneof(
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('2', '3'))
      .map(([n, member]) => change(n, { member })),
    fc.constantFrom('{', 'null', withData({ role: 'x', roleId: undefined })),
  )
  const batches = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), bodies), { maxLength: 10 })
  const run = fc.record({
    batch: batches,
    effects: fc.array(anyEffect, { maxLength: 10 }),
    ledger: fc.array(faults, { maxLength: 30 }),
    lettersFail: fc.boolean(),
    delaysFail: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(run, async ({ batch, effects, ledger, lettersFail, delaysFail }) => {
      const fake = fakeWorld({ effects })
      Object.assign(fake.state, { lettersFail, delaysFail })
      fake.state.ledgerFaults.push(...ledger)
      const messages = batch.map(([id, body]) => messageOf(id, body))
      const stays = await fake.run(...messages)
      const given = messages.map(({ id }) => id)
      expect(stays.every(id => given.includes(id))).toBe(true)
      const told = [...fake.state.outcomes, ...fake.state.retries].map(({ messageId }) => messageId)
      expect(told.toSorted()).toEqual(given.toSorted())
      expect(stays.toSorted()).toEqual(fake.state.retries.map(({ messageId }) => messageId).toSorted())
      expect(fake.state.letters.length).toBe(
        fake.state.outcomes.filter(({ outcome }) => outcome === 'dead').length,
      )
      expect(
        fake.state.sent.every(({ entry, desired }) => entry?.lease?.desired.roleId === desired.roleId),
      ).toBe(true)
      for (const id of ['2', '3']) {
        const entry = fake.state.entries.get(memberName(id))
        if (ledger.length === 0) expect(entry?.lease).toBeUndefined()
      }
    }),
    { numRuns: 300 },
  )
})
