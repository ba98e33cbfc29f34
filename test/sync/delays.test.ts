import { describe, expect, test } from '@jest/globals'
import { receiveBudgets } from '../../functions/core/outcome/retry-delay.ts'
import { effects } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { type Wait, waits } from '../support/waits.ts'
import { change, fakeWorld, messageOf, productionRules } from '../support/world.ts'

const { giveUpMs } = productionRules

/** Settles a message that goes again in one way, received so often; the delay that it gets. */
async function delayOf(
  { options, body = change(1), prepare, newer, withinMs = 60_000 }: Wait,
  receives: number,
) {
  const fake = fakeWorld(options)
  const message = messageOf('m1', body, { receives })
  prepare?.(fake)
  await fake.consume([message, ...(newer ? [messageOf('m2', newer)] : [])], noon + withinMs)
  const { retries, delays } = fake.state
  const told = retries.find(({ messageId }) => messageId === 'm1')
  return { cause: told?.cause, told: told?.seconds, seconds: delays.find(({ id }) => id === 'm1')?.seconds }
}

describe('the receives of a message last until its give-up time', () => {
  test.each(waits.map(wait => [wait.cause, wait] as const))(
    'where it goes again for %s',
    async (cause, wait) => {
      const receives = 800
      const spread = Math.ceil(giveUpMs / 1000 / (receiveBudgets.byGiveUp - receives))
      expect(await delayOf(wait, receives)).toEqual({ cause, seconds: spread, told: spread })
      expect((await delayOf(wait, 1)).seconds).toBeLessThanOrEqual(60)
    },
  )
  test.each([
    ['a change', change(1)],
    ['what cannot be read', '{'],
  ])('where its dead letter cannot be sent: %s', async (_, body) => {
    const fake = fakeWorld({ effects: [effects.refused] })
    fake.state.lettersFail = true
    await fake.run(messageOf('m1', body, { receives: 800 }))
    expect(fake.state.delays).toEqual([{ id: 'm1', seconds: giveUpMs / 1000 / 100 }])
    expect(fake.state.retries).toMatchObject([{ cause: 'dead_letter_refused', seconds: 2592 }])
  })
  test('each of a batch by its own receives, also those that wait behind a newer one', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred] })
    const ids = [500, 1, 880].map((receives, n) => messageOf(`m${n}`, change(n + 1), { receives }))
    await run(...ids)
    const seconds = Object.fromEntries(state.delays.map(({ id, seconds }) => [id, seconds]))
    expect(seconds).toMatchObject({ m0: 648, m2: 12_960 })
    expect(seconds.m1).toBeLessThanOrEqual(5)
  })
  test('and it is received at that time, to be judged', async () => {
    const { run, state } = fakeWorld({ effects: [{ ...effects.deferred, delayMs: 3_600_000 }] })
    await run(messageOf('m1', change(1), { receives: 30, firstReceivedAt: noon - giveUpMs + 90_000 }))
    expect(state.delays).toEqual([{ id: 'm1', seconds: 90 }])
  })
})

/** A world whose queues answer when the test says so. */
function slowQueues(options: Parameters<typeof fakeWorld>[0] = {}) {
  const fake = fakeWorld(options)
  const answers: (() => void)[] = []
  const { sendDeadLetter, delay } = fake.world.queues
  const slowly = async (work: () => Promise<void>) => {
    await new Promise<void>(resolve => answers.push(resolve))
    return work()
  }
  Object.assign(fake.world.queues, {
    sendDeadLetter: (...given: Parameters<typeof sendDeadLetter>) => slowly(() => sendDeadLetter(...given)),
    delay: (...given: Parameters<typeof delay>) => slowly(() => delay(...given)),
  })
  return { ...fake, answers }
}

/** After it every promise that can go on has gone on. */
const settled = () => new Promise(resolve => setImmediate(resolve))

describe('nothing is left to do when an invocation ends, for what a frozen function has begun is lost', () => {
  test.each([
    ['the delays are set', [effects.deferred]],
    ['the dead letters are sent', [effects.refused]],
  ])('it ends only after %s', async (_, given) => {
    const { run, answers, state } = slowQueues({ effects: given })
    let ended = false
    const running = run(messageOf('m1', change(1))).finally(() => {
      ended = true
    })
    await settled()
    expect({ answers: answers.length, ended }).toEqual({ answers: 1, ended: false })
    expect(state).toMatchObject({ retries: [], outcomes: [] })
    answers[0]?.()
    await running
    expect([...state.retries, ...state.outcomes]).toHaveLength(1)
  })
  test('delays are set after every dead letter is safe, also where one takes long', async () => {
    const { run, answers, state } = slowQueues({ effects: [effects.deferred] })
    const running = run(messageOf('m1', change(1)), messageOf('m2', '{'), messageOf('m3', 'null'))
    await settled()
    expect({ answers: answers.length, delayed: state.log.includes('delay') }).toEqual({
      answers: 2,
      delayed: false,
    })
    answers[0]?.()
    await settled()
    expect({ answers: answers.length, letters: state.letters.length }).toEqual({ answers: 2, letters: 1 })
    answers[1]?.()
    await settled()
    expect({ answers: answers.length, letters: state.letters.length }).toEqual({ answers: 3, letters: 2 })
    answers[2]?.()
    expect(await running).toEqual(['m1'])
    expect(state.delays).toMatchObject([{ id: 'm1' }])
  })
  test('a delay that is refused late is told before it ends', async () => {
    const { run, answers, state } = slowQueues({ effects: [effects.deferred] })
    state.delaysFail = true
    const running = run(messageOf('m1', change(1)))
    await settled()
    answers[0]?.()
    expect(await running).toEqual(['m1'])
    expect(state.troubles).toHaveLength(1)
  })
})
