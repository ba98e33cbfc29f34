import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { createSend } from '../../functions/targets/http-client.ts'
import { startTcp } from '../support/server.ts'
import { createTimeOut } from '../support/time-out.ts'

/** The timers of undici go on when a test says so, and all other clocks by themselves. */
beforeEach(() => {
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'performance', 'Date', 'hrtime', 'queueMicrotask'],
  })
})
afterEach(() => {
  jest.useRealTimers()
})

test('a connection is given up after half of the time of its request: its end alone would not end the wait for one', async () => {
  const { promise: hello, resolve } = Promise.withResolvers<unknown>()
  const { port, stop } = await startTcp(socket => socket.once('data', resolve))
  const { timeUp, end } = createTimeOut()
  const send = createSend(60_000, () => 0, timeUp)
  const answer = send({ method: 'PUT', url: `https://127.0.0.1:${port}` }, 'token')
  await hello
  jest.advanceTimersByTime(31_500) // undici counts in steps of half a second
  end()
  const waiting = async () => {
    for (let tick = 0; tick < 20; tick++) await setImmediate()
    return 'still connecting'
  }
  const found = await Promise.race([answer, waiting()])
  await stop()
  expect(found).toMatchObject({ failure: 'unreachable', detail: 'UND_ERR_CONNECT_TIMEOUT' })
})
