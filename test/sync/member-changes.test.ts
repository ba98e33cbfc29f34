import { describe, expect, test } from '@jest/globals'
import type { TargetLink } from '../../functions/sync/sync-world.ts'
import { effects } from '../support/entries.ts'
import { engineerRole, managerRole } from '../support/events.ts'
import { change, fakeWorld, memberName, messageOf } from '../support/world.ts'

const batch = (...ns: number[]) => ns.map(n => messageOf(`m${n}`, change(n)))
const outcomes = ({ state }: ReturnType<typeof fakeWorld>) =>
  Object.fromEntries(state.outcomes.map(({ messageId, outcome }) => [messageId, outcome]))
const sends = ({ state }: ReturnType<typeof fakeWorld>) => state.log.filter(line => line.startsWith('send'))

describe('the changes of one member', () => {
  test('are tried newest first; the older ones are finished without a call', async () => {
    const fake = fakeWorld()
    expect(await fake.run(...batch(1, 3, 2))).toEqual([])
    expect(sends(fake)).toEqual([`send ${managerRole}`])
    expect(outcomes(fake)).toEqual({ m1: 'superseded', m2: 'superseded', m3: 'applied' })
    expect(fake.state.outcomes.filter(({ by }) => by === 'e3')).toHaveLength(2)
  })
  test('a refused one is a dead letter and makes room for the next older one', async () => {
    const fake = fakeWorld({ effects: [effects.refused] })
    expect(await fake.run(...batch(1, 2, 3))).toEqual([])
    expect(sends(fake)).toEqual([`send ${managerRole}`, `send ${engineerRole}`])
    expect(outcomes(fake)).toEqual({ m3: 'dead', m2: 'applied', m1: 'superseded' })
    expect(fake.state.letters).toMatchObject([
      { body: change(3), attributes: { reason: 'rejected', event: 'e3' } },
    ])
    expect(fake.entry()?.applied?.event).toBe('e2')
  })
  test.each(
    Object.entries({
      deferred: effects.deferred,
      answered: effects.answered,
      unanswered: effects.unanswered,
    }),
  )('one that must be tried again (%s) holds back the older ones, which wait as long', async (_, effect) => {
    const fake = fakeWorld({ effects: [effect] })
    expect(await fake.run(...batch(2, 1, 3))).toEqual(['m3', 'm2', 'm1'])
    expect(sends(fake)).toHaveLength(1)
    expect(fake.state.retries.map(({ cause }) => cause)).toEqual([
      effect.cause,
      'behind_newer',
      'behind_newer',
    ])
    expect(new Set(fake.state.delays.map(({ seconds }) => seconds)).size).toBe(1)
  })
  test('what waits behind a newer one is not given up with it', async () => {
    const unreachable = { kind: 'deferred', cause: 'unreachable', detail: 'ECONNREFUSED' } as const
    const fake = fakeWorld({ effects: [unreachable], rules: { giveUpMs: 1 } })
    fake.state.now += 10
    expect(await fake.run(...batch(3, 1))).toEqual([])
    expect(outcomes(fake)).toEqual({ m3: 'dead', m1: 'applied' })
  })
  test('never go out two at a time, while members do', async () => {
    const fake = fakeWorld()
    const open = new Map<string, number>()
    let together = 0
    const { target } = fake.world.targets.get('wacht') as TargetLink
    const { apply } = target as unknown as { apply: (...args: unknown[]) => Promise<unknown> }
    const watched = async (...args: unknown[]) => {
      const member = args[0] as string
      expect(open.get(member) ?? 0).toBe(0)
      open.set(member, 1)
      together = Math.max(
        together,
        [...open.values()].reduce((a, b) => a + b),
      )
      const effect = await apply(...args)
      open.set(member, 0)
      return effect
    }
    Object.assign(target, { apply: watched })
    fake.state.effects.push(effects.refused, effects.refused)
    const other = (n: number) => messageOf(`o${n}`, change(n, { member: '3' }))
    expect(await fake.run(...batch(1, 2), other(1), other(2))).toEqual([])
    expect({ together, sent: fake.state.sent.length }).toEqual({ together: 2, sent: 4 })
  })
})

describe('one message more than once', () => {
  test('twice in a batch: applied twice over, with one call', async () => {
    const fake = fakeWorld()
    const [message] = batch(1) as [ReturnType<typeof messageOf>]
    expect(await fake.run(message, { ...message, receipt: 'another' })).toEqual([])
    expect(sends(fake)).toHaveLength(1)
    expect(fake.state.outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied'])
  })
  test('twice in a batch that must be tried again: both receipts wait', async () => {
    const fake = fakeWorld({ effects: [effects.deferred] })
    const [message] = batch(1) as [ReturnType<typeof messageOf>]
    expect(await fake.run(message, { ...message, receipt: 'another' })).toEqual(['m1', 'm1'])
    expect(sends(fake)).toHaveLength(1)
    expect(fake.state.delays).toHaveLength(2)
  })
  test('delivered again after its end: the same outcome, without a call', async () => {
    const fake = fakeWorld()
    const [message] = batch(1) as [ReturnType<typeof messageOf>]
    await fake.run(message)
    fake.state.now += 5000
    expect(await fake.run({ ...message, receives: 2 })).toEqual([])
    expect(sends(fake)).toHaveLength(1)
    expect(fake.state.outcomes.map(({ outcome, effectMs }) => [outcome, effectMs])).toEqual([
      ['applied', 0],
      ['applied', 0],
    ])
  })
  test('the same event in another message is a duplicate, and one with another content differs', async () => {
    const fake = fakeWorld()
    await fake.run(messageOf('m1', change(1)))
    await fake.run(messageOf('m2', change(1)), messageOf('m3', change(1, { role: engineerRole })))
    expect(fake.state.outcomes.slice(1)).toMatchObject([
      { messageId: 'm2', outcome: 'duplicate', by: 'e1' },
      { messageId: 'm3', outcome: 'duplicate', differs: true },
    ])
    expect(fake.entry()?.applied?.desired).toEqual({ roleId: managerRole })
  })
})

test('an older change that comes late never has the last word', async () => {
  const fake = fakeWorld()
  await fake.run(...batch(2))
  await fake.run(...batch(1))
  expect(outcomes(fake)).toEqual({ m2: 'applied', m1: 'superseded' })
  expect(fake.state.entries.get(memberName())?.applied?.event).toBe('e2')
  expect(sends(fake)).toHaveLength(1)
})
