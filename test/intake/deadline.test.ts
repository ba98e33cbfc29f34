import { describe, expect, test } from '@jest/globals'
import { within } from '../../functions/intake/within.ts'
import { noon } from '../support/events.ts'
import { startIntake } from './fake-world.ts'
import { routed } from './requests.ts'
import { okta, token } from './subjects.ts'

const good = routed('there', okta.sign(okta.documented, token))

/** For how long the signal that a delivery's events are sent with lasts, in milliseconds, where the request took `spentMs` to come. */
async function lastsFor(spentMs: number, event: object = good): Promise<number> {
  const asked: number[] = []
  const timeout = AbortSignal.timeout
  AbortSignal.timeout = ms => {
    asked.push(ms)
    return timeout.call(AbortSignal, ms)
  }
  try {
    const { answer, world } = startIntake(okta.declared)
    world.now = noon + spentMs
    await answer(event)
  } finally {
    AbortSignal.timeout = timeout
  }
  expect(asked).toHaveLength(1)
  return asked[0] as number
}

describe('the deadline of a delivery counts', () => {
  test('from when API Gateway got it: the start of the function is part of it', async () => {
    expect(await lastsFor(0)).toBe(2500)
    expect(await lastsFor(700)).toBe(1800)
  })
  test('a second at the least, however long the start took', async () => {
    expect(await lastsFor(1500)).toBe(1000)
    expect(await lastsFor(9000)).toBe(1000)
  })
  test('never more than the whole of it: the clock of API Gateway may be ahead of ours', async () => {
    expect(await lastsFor(-60_000)).toBe(2500)
  })
  test('a second where the request does not say when it came', async () => {
    expect(await lastsFor(0, { ...good, requestContext: undefined })).toBe(1000)
  })
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

test('what fails inside is answered with 503 and told: the source sends it again', async () => {
  const { answer, world } = startIntake(okta.declared, {
    parse: () => {
      throw new Error('a mistake of ours')
    },
  })
  expect(await answer(good)).toEqual({ statusCode: 503 })
  expect(world.records).toMatchObject([{ source: null, status: 503, unavailable: 'crash', accepted: 0 }])
  expect(world.troubles).toEqual([
    'a delivery was given up; its source is told to send it again: a mistake of ours',
  ])
})

describe('work within a time', () => {
  const never = new Promise<string>(() => {})
  test('is what it comes to', async () => {
    expect(await within(Promise.resolve('done'), new AbortController().signal, () => 'late')).toBe('done')
    const failed = within(Promise.reject(new Error('no')), new AbortController().signal, () => 'late')
    await expect(failed).rejects.toThrow('no')
  })
  test('that is over is not waited for, also where it was over before', async () => {
    const stop = new AbortController()
    const work = within(never, stop.signal, () => 'late')
    stop.abort()
    expect(await work).toBe('late')
    expect(await within(never, AbortSignal.abort(), () => 'late')).toBe('late')
  })
})
