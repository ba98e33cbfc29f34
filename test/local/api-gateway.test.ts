import { afterEach, describe, expect, test } from '@jest/globals'
import type { Listening } from '../../functions/cli/loopback/loopback-listener.ts'
import type { Ending } from '../../infra/local/lambda/lambda-invocation.ts'
import { createThrottle, startApi } from '../../infra/local/stack/api-gateway.ts'
import { apisOf, type RouteDescription } from '../../infra/local/template/template-apis.ts'
import type { Template } from '../../infra/local/template/template-resources.ts'
import { scopeOf } from '../../infra/local/template/template-scope.ts'

type Event = Readonly<Record<string, unknown>> & { readonly requestContext: { readonly timeEpoch: number } }

let api: Listening | undefined
afterEach(async () => {
  await api?.stop()
  api = undefined
})

/** An API whose function ends so, and the events that came to it. */
async function start(ending: Ending, limit?: RouteDescription['limit']) {
  const events: Event[] = []
  const troubles: string[] = []
  const pool = {
    invoke: async (event: unknown) => {
      events.push(event as Event)
      return { ending, lines: [] }
    },
    stop: async () => {},
  }
  const routes = ['POST /sources/hr', 'GET /sources/hr'].map(key => ({
    ...{ key, functionArn: 'arn' },
    ...(limit && { limit }),
  }))
  api = await startApi(
    0,
    { name: 'intake', routes },
    { poolOf: () => pool, onTrouble: text => troubles.push(text) },
  )
  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${api!.url}${path}`, init)
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    }
  }
  return { events, troubles, call }
}
const returned = (value: unknown): Ending => ({ kind: 'returned', value })
const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers,
})

describe('a route', () => {
  test('passes a request on in payload format 2.0', async () => {
    const { call, events } = await start(returned({ statusCode: 202 }))
    const before = Date.now()
    expect(
      await call('/sources/hr?a=b', post('{"é":1}', { 'content-type': 'application/json', 'X-Two': 'b' })),
    ).toEqual({ status: 202, type: null, body: '' })
    expect(events).toMatchObject([
      {
        ...{ version: '2.0', routeKey: 'POST /sources/hr', rawPath: '/sources/hr', rawQueryString: 'a=b' },
        ...{ headers: { 'x-two': 'b' }, body: '{"é":1}', isBase64Encoded: false },
        requestContext: {
          http: { method: 'POST', path: '/sources/hr', sourceIp: '127.0.0.1' },
          stage: '$default',
        },
      },
    ])
    expect(events[0]!.requestContext.timeEpoch).toBeGreaterThanOrEqual(before)
  })
  test('passes what is no text on in base64, and no body as none', async () => {
    const { call, events } = await start(returned({ statusCode: 202 }))
    await call('/sources/hr', post('{}', { 'content-type': 'application/cloudevents+json' }))
    await call('/sources/hr')
    expect(events[0]).toMatchObject({ body: 'e30=', isBase64Encoded: true })
    expect(events[1]).not.toHaveProperty('body')
  })
  test('answers what the function returned', async () => {
    const headers = { 'content-type': 'text/x' }
    const { call } = await start(returned({ statusCode: 418, headers, body: 'dGVh', isBase64Encoded: true }))
    expect(await call('/sources/hr')).toEqual({ status: 418, type: 'text/x', body: 'tea' })
  })
  test.each<[string, Ending]>([
    ['threw', { kind: 'threw', error: 'Error: hush' }],
    ['timed out', { kind: 'timedOut', afterMs: 6000 }],
    ['returned nothing', returned(undefined)],
  ])('of a function that %s answers 500 and keeps the reason here', async (_, ending) => {
    const { call, troubles } = await start(ending)
    expect(await call('/sources/hr')).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
    })
    expect(troubles).toHaveLength(ending.kind === 'returned' ? 0 : 1)
  })
  test('lets no more through than its limit', async () => {
    const { call, events } = await start(returned({ statusCode: 202 }), { perSecond: 0.001, burst: 2 })
    const statuses = []
    for (let n = 0; n < 4; n++) statuses.push((await call('/sources/hr', post(''))).status)
    expect(statuses).toEqual([202, 202, 429, 429])
    expect((await call('/sources/hr')).status).toBe(202)
    expect(events).toHaveLength(3)
  })
})

test.each([
  ['another path', '/sources/sap', 'POST'],
  ['another method', '/sources/hr', 'PUT'],
  ['the root', '/', 'GET'],
])('%s reaches no function', async (_, path, method) => {
  const { call, events } = await start(returned({ statusCode: 202 }))
  expect(await call(path, { method })).toMatchObject({ status: 404, body: '{"message":"Not Found"}' })
  expect(events).toEqual([])
})

test('a body of more than 10 MiB is refused', async () => {
  const { call, events } = await start(returned({ statusCode: 202 }))
  expect((await call('/sources/hr', post(Buffer.alloc(10 * 1024 * 1024 + 1)))).status).toBe(413)
  expect(events).toEqual([])
})

test('a limit fills up again with time, to its burst at the most', () => {
  let now = 0
  const isFree = createThrottle({ perSecond: 2, burst: 3 }, () => now)
  const free = () => Array.from({ length: 5 }, isFree).filter(Boolean).length
  expect(free()).toBe(3)
  now += 1000
  expect(free()).toBe(2)
  now += 60_000
  expect(free()).toBe(3)
})

describe('of a template', () => {
  const resources = (stage: object, integration: object): Template => {
    const ApiId = { Ref: 'Api' }
    const of = (type: string, properties: object) => ({
      Type: `AWS::ApiGatewayV2::${type}`,
      Properties: { ApiId, ...properties },
    })
    return {
      Resources: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'intake' } },
        Way: of('Integration', { IntegrationType: 'AWS_PROXY', IntegrationUri: 'arn', ...integration }),
        Hr: of('Route', {
          ...{ RouteKey: 'POST /sources/hr' },
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Way' }]] },
        }),
        Stage: of('Stage', { StageName: '$default', ...stage }),
      },
    }
  }
  const read = (stage: object = {}, integration: object = { PayloadFormatVersion: '2.0' }) => {
    const template = resources(stage, integration)
    return apisOf(template, scopeOf(template, { region: 'us-east-1', sqsUrl: 'http://127.0.0.1:1' }))
  }
  const route = { key: 'POST /sources/hr', functionArn: 'arn' }

  test('the routes are known with the functions behind them', () => {
    expect(read()).toEqual([{ name: 'intake', routes: [route] }])
  })
  test('a route has its own limit, or that of the stage', () => {
    const limited = (perSecond: number) => ({ ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: 5 })
    const limitOf = (stage: object) => read(stage)[0]!.routes[0]!.limit
    expect(limitOf({ DefaultRouteSettings: limited(1) })).toEqual({ perSecond: 1, burst: 5 })
    const both = { DefaultRouteSettings: limited(1), RouteSettings: { 'POST /sources/hr': limited(2) } }
    expect(limitOf(both)).toEqual({ perSecond: 2, burst: 5 })
  })
  test('what would not run here as it deploys is refused', () => {
    expect(() => read({ StageName: 'v1' })).toThrow('$default')
    expect(() => read({}, { PayloadFormatVersion: '1.0' })).toThrow('POST /sources/hr')
    expect(() => read({}, { IntegrationType: 'HTTP_PROXY' })).toThrow('POST /sources/hr')
  })
})
