import { afterEach, describe, expect, test } from '@jest/globals'
import { createConnections } from '../../functions/http/connections.ts'
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

describe('a handshake that is never answered', () => {
  test('is given up before the time of the request ends, when nothing was sent for certain', async () => {
    const { url } = await silence()
    const time = createTimeOut()
    const answer = await createSend(600, () => 0, time.timeUp)({ method: 'PUT', url }, 'token')
    expect(answer).toEqual({
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
    expect(offered).toContain('\x08http/1.1')
    expect(offered).not.toContain('\x02h2')
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

test('connections are kept while they are in use, and replaced after an idle time: a freeze may have closed them', async () => {
  const connections = createConnections({ connectTimeoutMs: 1000, idleMs: 4000 })
  const first = connections.at(10_000)
  expect({ after4s: connections.at(14_000) === first, after8s: connections.at(18_000) === first }).toEqual({
    after4s: true,
    after8s: true,
  })
  const fresh = connections.at(22_001)
  expect(fresh).not.toBe(first)
  expect({ first: first.closed, fresh: fresh.closed }).toEqual({ first: true, fresh: false })
  await fresh.close()
})
