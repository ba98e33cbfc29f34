import { afterEach, describe, expect, test } from '@jest/globals'
import { createSend, sharedTimeouts } from '../../functions/targets/http-client.ts'
import { settingNames } from '../../functions/targets/index.ts'
import { memberParts, urlOf } from '../../functions/targets/target.ts'
import { json, startServer, type TestServer } from '../support/server.ts'
import { timeoutsOf } from '../support/time-out.ts'

let server: TestServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})
const serve = async () => {
  server = await startServer(response => json(response, 200, {}))
  return server
}

describe('the time-outs of requests', () => {
  const at = { ms: 0 }
  const timeUp = sharedTimeouts(() => at.ms)
  const signalAt = (ms: number, given = 10_000) => {
    at.ms = ms
    return timeUp(given)
  }
  test('are shared by those that start within 20 ms of the first one, whose time is 20 ms longer', async () => {
    const first = signalAt(1000)
    expect(signalAt(1020)).toBe(first)
    const later = signalAt(1020.5)
    expect(later).not.toBe(first)
    expect(signalAt(1040)).toBe(later)
    expect(await timeoutsOf(async () => signalAt(2000))).toEqual([10_020])
  })
  test('are not shared for longer by the clock that is used where none is given', () => {
    const ask = sharedTimeouts()
    const first = ask(60_000)
    const begun = performance.now()
    while (performance.now() - begun < 21);
    expect(ask(60_000)).not.toBe(first)
  })
  test('are not shared by those that have another time', () => {
    expect(signalAt(3000, 5000)).not.toBe(signalAt(3000, 6000))
  })
})

describe('a request', () => {
  test('belongs to the trace that it is told, and bears no trace where it is told none', async () => {
    const { url, seen } = await serve()
    const send = createSend(5000, Date.now)
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await send({ method: 'GET', url, traceparent }, 'token')
    await send({ method: 'GET', url }, 'token')
    expect(seen.map(({ headers }) => headers.traceparent)).toEqual([traceparent, undefined])
  })
  test('has the time that it was given for the whole of its answer, and at most 20 ms more', async () => {
    const { url } = await serve()
    const ask = () => createSend(4321, Date.now)({ method: 'GET', url }, 'token')
    expect(await timeoutsOf(ask)).toEqual([4341])
  })
  test('keeps its query: a page that is asked for is the one that comes', async () => {
    const { url, seen } = await serve()
    await createSend(5000, Date.now)({ method: 'GET', url: `${url}/a/b?limit=100&offset=200` }, 'token')
    expect(seen[0]?.url).toBe('/a/b?limit=100&offset=200')
  })
})

test('a name that is cut short has empty parts, which no target knows', () => {
  expect(memberParts('wacht/5/7')).toEqual(['5', '7'])
  expect(memberParts('wacht')).toEqual(['', ''])
})

test('no part of a path reaches beyond its place', () => {
  expect(urlOf('https://api.dev/x//', 'a', '../b', 'c?d#e/f')).toBe(
    'https://api.dev/x/a/..%2Fb/c%3Fd%23e%2Ff',
  )
})

test('the settings of a target are named after it', () => {
  expect(settingNames('wacht')).toEqual({
    url: 'WACHT_URL',
    secret: 'WACHT_SECRET_ARN',
    token: 'WACHT_TOKEN',
  })
})
