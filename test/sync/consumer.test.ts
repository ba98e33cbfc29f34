import { describe, expect, test } from '@jest/globals'
import { appliedOf, effects, entryOf } from '../support/entries.ts'
import { bodyOf, noon, wachtData, withData } from '../support/events.ts'
import { change, fakeWorld, memberName, messageOf, productionRules } from '../support/world.ts'

const one = messageOf('m1', change(1))

describe('a message that cannot be read', () => {
  test.each([
    ['no JSON', 'hello', 'invalid_event', ['dead letter']],
    [
      'an unknown role',
      withData({ roleId: undefined, role: 'boss' }),
      'unknown_role',
      ['write', 'dead letter'],
    ],
    [
      'a time in the future',
      bodyOf({ time: '2026-11-23T12:05:01Z' }),
      'time_in_future',
      ['write', 'dead letter'],
    ],
  ])('is a dead letter at once, body unchanged: %s', async (_, body, reason, log) => {
    const { run, state } = fakeWorld()
    expect(await run(messageOf('m1', body))).toEqual([])
    expect(state.letters).toMatchObject([{ body, attributes: { reason } }])
    expect(state.outcomes).toMatchObject([{ messageId: 'm1', outcome: 'dead', reason }])
    expect(state.log).toEqual(log)
  })
  test('its letter has the problem that its attributes tell, if there is one', async () => {
    const { run, state } = fakeWorld()
    await run({ ...messageOf('m1', '{}'), problem: '(body): is half of an event' })
    expect(state.letters).toMatchObject([
      {
        body: '{}',
        attributes: { reason: 'invalid_event', trail: expect.stringContaining('half of an event') },
      },
    ])
  })
  test('also where the ledger does not answer', async () => {
    const { run, state } = fakeWorld()
    state.ledgerFaults.push('fails', 'fails')
    expect(await run(messageOf('m1', bodyOf({ time: '2026-11-23T12:05:01Z' })))).toEqual([])
    expect(state.letters).toMatchObject([{ attributes: { reason: 'time_in_future' } }])
    expect(state.troubles).toEqual([
      'ledger not available; the dead letter is sent, and a repeat of its message may be attempted: the ledger gave no clear answer',
    ])
  })
  test('its letter is not kept where no time is left: half of the closing time is for letters and delays', async () => {
    const logAt = async (leftMs: number) => {
      const { consume, state } = fakeWorld()
      await consume([messageOf('m1', bodyOf({ time: '2026-11-23T12:05:01Z' }))], noon + leftMs)
      return state.log
    }
    const half = productionRules.closingMs / 2
    expect(await logAt(half)).toEqual(['dead letter'])
    expect(await logAt(half + 1)).toEqual(['write', 'dead letter'])
  })
  test('its letter is not kept where a newer change is applied: that one finishes its repeats', async () => {
    const { run, state, entry } = fakeWorld()
    const newer = entryOf({ member: memberName(), applied: appliedOf(59) })
    state.entries.set(memberName(), newer)
    const data = { ...wachtData, membershipId: '2', roleId: undefined, role: 'boss' }
    await run(messageOf('m1', bodyOf({ id: 'e1', data })))
    expect(state.letters).toMatchObject([{ attributes: { reason: 'unknown_role' } }])
    expect(entry()).toEqual(newer)
  })
  test('keeps nobody else', async () => {
    const { run, state } = fakeWorld()
    expect(await run(messageOf('m0', '{'), one, messageOf('m2', 'null'))).toEqual([])
    expect(Object.fromEntries(state.outcomes.map(({ messageId, outcome }) => [messageId, outcome]))).toEqual({
      ...{ m0: 'dead', m1: 'applied', m2: 'dead' },
    })
  })
})

describe('a dead letter that SQS refuses', () => {
  test.each([
    ['of a body that cannot be read', messageOf('m1', '{'), []],
    ['of a change that is refused', one, [effects.refused]],
  ])('keeps its message on the queue, to be tried again: %s', async (_, message, refusals) => {
    const { run, state } = fakeWorld({ effects: refusals })
    state.lettersFail = true
    expect(await run(message, messageOf('m2', change(2, { member: '3' })))).toEqual(['m1'])
    expect(state.retries).toMatchObject([{ messageId: 'm1', cause: 'dead_letter_refused' }])
    expect(state.outcomes.map(({ messageId }) => messageId)).toEqual(['m2'])
    expect(state.troubles).toHaveLength(1)
  })
  test('delays its message longer with every receive: SQS may refuse letters for hours', async () => {
    const secondsAt = async (receives: number) => {
      const { run, state } = fakeWorld()
      state.lettersFail = true
      await run(messageOf('m1', '{', { receives }))
      return state.delays[0]?.seconds ?? 0
    }
    expect(await secondsAt(1)).toBeLessThanOrEqual(5)
    expect(await secondsAt(8)).toBeGreaterThanOrEqual(300)
  })
})

describe('the order of things', () => {
  test('dead letters are safe before delays are set, and outcomes are told last', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred] })
    await run(one, messageOf('m2', '{'))
    expect(state.log.slice(-2)).toEqual(['dead letter', 'delay'])
  })
  test('a delay that cannot be set is no loss', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred] })
    state.delaysFail = true
    expect(await run(one)).toEqual(['m1'])
    expect(state.troubles).toHaveLength(1)
  })
  test('where nothing goes again no delay is set', async () => {
    const { run, state } = fakeWorld()
    await run(one)
    expect(state.log).not.toContain('delay')
  })
})

describe('a delay on the queue', () => {
  test.each([
    [0, 1],
    [999, 1],
    [1001, 2],
    [3_600_000, 3600],
  ])('of %i ms asked is whole seconds, never 0 and never fewer', async (delayMs, least) => {
    const { run, state } = fakeWorld({
      effects: [{ ...effects.deferred, delayMs }],
      rules: { retryFromMs: 1, retryCapMs: 1 },
    })
    await run(one)
    expect(state.delays).toEqual([{ id: 'm1', seconds: least }])
  })
})

describe('the deadline', () => {
  test('no call is started that could outlive the invocation: unstarted messages go back as they are', async () => {
    const { consume, state } = fakeWorld()
    expect(await consume([one], noon + 19_999)).toEqual(['m1'])
    expect(state.log).toEqual(['delay'])
    expect(state.retries).toMatchObject([{ cause: 'no_time', seconds: 1 }])
    expect(await consume([one], noon + 20_000)).toEqual([])
  })
  test('the older changes of a member that was not started say so as well: they wait for no newer one', async () => {
    const { consume, state } = fakeWorld()
    await consume([one, messageOf('m2', change(2))], noon + 19_999)
    expect(state.retries.map(({ cause }) => cause)).toEqual(['no_time', 'no_time'])
  })
  test('an older change of a member is not started either once time has run out', async () => {
    const { consume, state } = fakeWorld({ effects: [effects.refused] })
    state.meanwhile = () => {
      state.now += 9000
    }
    const ids = await consume([messageOf('m2', change(2)), one], noon + 20_000 + 5000)
    expect({ ids, sent: state.sent.length }).toEqual({ ids: ['m1'], sent: 1 })
    expect(state.retries).toMatchObject([{ messageId: 'm1', cause: 'no_time' }])
  })
})

describe('a bug in a target', () => {
  test('is told, and its message goes again under a lease that runs out', async () => {
    const { run, state, entry } = fakeWorld({ effects: [new Error('a bug')] })
    expect(await run(one, messageOf('m2', '{'))).toEqual(['m1'])
    expect(state.troubles.join()).toContain('a bug')
    expect(entry()?.lease).toBeDefined()
  })
})
