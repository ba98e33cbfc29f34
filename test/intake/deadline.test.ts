import { expect, test } from '@jest/globals'
import { noon } from '../support/events.ts'
import { timeoutsOf } from '../support/time-out.ts'
import { startIntake } from './fake-world.ts'
import { routed } from './requests.ts'
import { okta, token } from './subjects.ts'

const good = routed('there', okta.sign(okta.documented, token))

/** For how long the signal that a delivery's events are sent with lasts, in milliseconds, where the request took `spentMs` to come. */
async function lastsFor(spentMs: number, event: object = good): Promise<number> {
  const { answer, world } = startIntake(okta.declared)
  world.now = noon + spentMs
  const asked = await timeoutsOf(() => answer(event))
  expect(asked).toHaveLength(1)
  return asked[0] as number
}

test('the deadline counts from when API Gateway got a delivery, which the start of the function is part of', async () => {
  expect(await lastsFor(700)).toBe(1800)
  expect(await lastsFor(0, { ...good, requestContext: undefined })).toBe(1000)
})

test('events are sent as those of their source', async () => {
  const senders: unknown[] = []
  const { answer } = startIntake(okta.declared, { send: async (_, __, sender) => void senders.push(sender) })
  expect(await answer(good)).toMatchObject({ statusCode: 202 })
  expect(senders).toEqual(['intake/there'])
})

test('events are sent with the signal of the deadline, so that nothing is sent after the answer', async () => {
  const signals: AbortSignal[] = []
  const { answer } = startIntake(okta.declared, {
    deadlineMs: 40,
    send: (_, signal) => {
      signals.push(signal)
      return new Promise(() => {})
    },
  })
  expect(await answer(good)).toMatchObject({ statusCode: 503 })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})
