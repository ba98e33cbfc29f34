import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import timers from 'undici/lib/util/timers.js'
import { createSend } from '../../functions/targets/http-client.ts'
import { startServer, startTcp } from '../support/server.ts'
import { createTimeOut } from '../support/time-out.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()))
})

/** A port where a TLS handshake begins and is never answered; `hello` is what comes there first. */
async function silence() {
  const { promise: hello, resolve } = Promise.withResolvers<Buffer>()
  const { port, stop } = await startTcp(socket => socket.once('data', resolve))
  stops.push(stop)
  return { url: `https://127.0.0.1:${port}`, hello }
}

/** What has come of it after a good many turns of the event loop. */
async function soon<T>(promise: Promise<T>): Promise<T | 'waiting'> {
  const turns = async () => {
    for (let turn = 0; turn < 50; turn++) await setImmediate()
    return 'waiting' as const
  }
  return Promise.race([promise, turns()])
}

describe('a handshake that is never answered', () => {
  test('is given up after half of the time of a request, when nothing was sent for certain', async () => {
    const { url, hello } = await silence()
    const timeoutMs = 2_000_000
    const answer = createSend(timeoutMs, () => 0, createTimeOut().timeUp)({ method: 'PUT', url }, 'token')
    await hello
    timers.tick(0) // a time-out counts from the first move after it was set
    timers.tick(0.45 * timeoutMs)
    expect(await soon(answer)).toBe('waiting')
    timers.tick(0.1 * timeoutMs)
    expect(await soon(answer)).toEqual({
      ...{ kind: 'failed', failure: 'unreachable', detail: 'UND_ERR_CONNECT_TIMEOUT' },
    })
  })
  test('asks for HTTP/1.1 alone: on a connection that several requests share, one reset breaks them all', async () => {
    const { url, hello } = await silence()
    const time = createTimeOut()
    const answer = createSend(1000, () => 0, time.timeUp)({ method: 'PUT', url }, 'token')
    const offered = (await hello).toString('latin1')
    time.end()
    await answer
    expect(['\x08http/1.1', '\x02h2'].map(name => offered.includes(name))).toEqual([true, false])
  })
})

test('of a header that comes twice the first is heard', async () => {
  const server = await startServer(response =>
    response.writeHead(429, ['retry-after', '7', 'retry-after', '9']).end(),
  )
  stops.push(server.stop)
  const answer = await createSend(60_000, () => 0)({ method: 'GET', url: server.url }, 'token')
  expect(answer).toEqual({ kind: 'answered', status: 429, retryAfterMs: 7000 })
})
