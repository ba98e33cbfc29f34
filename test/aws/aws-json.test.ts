import { afterEach, describe, expect, jest, test } from '@jest/globals'
import {
  AwsError,
  createJsonCall,
  createSignedPost,
  endpointOf,
  type JsonCall,
  type JsonService,
  type Transport,
} from '../../functions/aws/aws-json.ts'
import { createPooledTransport } from '../../functions/aws/pooled-transport.ts'
import { localEnvironment } from '../support/aws.ts'
import { type Answering, json, startServer, startTcp, type TestServer } from '../support/server.ts'
import { expectedAuthorization } from '../support/sigv4.ts'
import { timeoutsOf } from '../support/time-out.ts'

const service: JsonService = {
  ...{ name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0' },
  endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

describe.each<[string, () => Transport | undefined]>([
  ["Node's fetch", () => undefined],
  ['a pool of connections', createPooledTransport],
])('over %s', (_, transportOf) => {
  const callTo = (url: string, env: Record<string, string> = {}): JsonCall =>
    createJsonCall(service, {
      env: { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: url, ...env },
      transport: transportOf(),
    })

  /** A service that answers so, and a way to call it. */
  async function serving(answer: Answering, env?: Record<string, string>) {
    const server: TestServer = await startServer(answer)
    stops.push(server.stop)
    return { server, call: callTo(server.url, env) }
  }
  /** Answers the first request with this error of the service, and every later one with success. */
  const onceRefused =
    (status: number, type?: string): Answering =>
    (response, _, index) =>
      index === 0
        ? json(response, status, type === undefined ? {} : { __type: `com.amazonaws#${type}`, message: 'no' })
        : json(response, 200, { Item: {} })

  describe('a request', () => {
    test('names the action and is signed for service and region', async () => {
      const { server, call } = await serving(response => json(response, 200, { Item: { a: { S: 'é漢' } } }))
      expect(await call('GetItem', { TableName: 'é' }, true)).toEqual({ Item: { a: { S: 'é漢' } } })
      expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/', body: '{"TableName":"é"}' })
      const { headers } = server.seen[0] as TestServer['seen'][number]
      expect(headers).toMatchObject({
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
        ),
      })
      expect(headers).not.toHaveProperty('x-amz-security-token')
    })
    test('goes to the path of its service, and its signature covers it', async () => {
      const server = await startServer(response => json(response, 200, {}))
      stops.push(server.stop)
      const env = { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: server.url }
      await createSignedPost({ ...service, path: '/a/b-c' }, { env, transport: transportOf() })(
        { 'content-type': 'application/json' },
        '{}',
      )
      const [seen] = server.seen
      expect(seen!.url).toBe('/a/b-c')
      const { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = localEnvironment
      expect(seen!.headers.authorization).toBe(
        expectedAuthorization(seen!, { ...{ key, secret, region, service: 'dynamodb' } } as never),
      )
    })
    test.each([
      ['of a user', {}],
      ['of a role, whose session token is signed', { AWS_SESSION_TOKEN: 'st' }],
    ])(
      'bears the signature that AWS expects: with the key %s',
      async (_, session: Record<string, string>) => {
        const secret = 'wJalrXUtnFEMI/K7MDENG'
        const { server, call } = await serving(response => json(response, 200, {}), {
          ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: secret, ...session },
        })
        for (const body of [{ TableName: 'é' }, { n: 2 }]) await call('GetItem', body, true)
        for (const seen of server.seen) {
          expect(seen.headers['x-amz-security-token']).toBe(session.AWS_SESSION_TOKEN)
          expect(seen.headers.authorization).toBe(
            expectedAuthorization(seen, {
              ...{ key: 'AKIDEXAMPLE', secret, region: 'eu-central-1', service: 'dynamodb' },
            }),
          )
        }
        expect(server.seen).toHaveLength(2)
      },
    )
    test('goes to the endpoint of the service, else to that of all services', async () => {
      const { server } = await serving(response => json(response, 200, {}))
      const call = createJsonCall(service, {
        env: { ...localEnvironment, AWS_ENDPOINT_URL: server.url, AWS_ENDPOINT_URL_DYNAMODB: '' },
        transport: transportOf(),
      })
      await call('GetItem', {}, true)
      expect(server.seen).toHaveLength(1)
    })
    test.each([
      ['eu-central-1', 'https://dynamodb.eu-central-1.amazonaws.com/'],
      ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
    ])('goes to AWS where no other endpoint is named: %s', (AWS_REGION, url) => {
      expect(endpointOf(service, { AWS_REGION }).href).toBe(url)
    })
    test('uses a connection for many', async () => {
      const { server, call } = await serving(response => json(response, 200, {}))
      for (let n = 0; n < 20; n++) await call('GetItem', {}, true)
      expect(new Set(server.seen.map(({ connection }) => connection)).size).toBeLessThan(4)
    })
  })

  describe('a refusal', () => {
    test.each([
      ['ConditionalCheckFailedException', 400],
      ['ResourceNotFoundException', 400],
      ['ValidationException', 400],
      ['AccessDeniedException', 403],
    ])('%s has its name and its answer, and is not repeated', async (name, status) => {
      const answer = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, Item: { rev: { N: '7' } } }
      const { server, call } = await serving(response => json(response, status, answer))
      const error = await call('PutItem', {}, true).catch(thrown => thrown)
      expect(error).toBeInstanceOf(AwsError)
      expect(error).toMatchObject({ name, status, answer })
      expect(server.seen).toHaveLength(1)
    })
    test('without words has its status', async () => {
      const { call } = await serving(response => json(response, 400, { __type: 'X' }))
      await expect(call('PutItem', {}, false)).rejects.toThrow('status 400')
    })
    test.each([
      ['message', 'lower case'],
      ['Message', 'upper case'],
    ])('has its words, under `%s`', async (field, words) => {
      const { call } = await serving(response => json(response, 400, { __type: 'X', [field]: words }))
      await expect(call('PutItem', {}, false)).rejects.toThrow(words)
    })
  })

  describe('a request that was throttled', () => {
    test.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
      'did nothing, so it is sent once more: %s',
      async name => {
        const { server, call } = await serving(onceRefused(400, name))
        expect(await call('PutItem', { n: 1 }, false)).toEqual({ Item: {} })
        expect(server.seen.map(({ body }) => body)).toEqual(['{"n":1}', '{"n":1}'])
      },
    )
    test('waits before it', async () => {
      const at: number[] = []
      const { call } = await serving((response, request, index) => {
        at.push(performance.now())
        onceRefused(400, 'ThrottlingException')(response, request, index)
      })
      await call('GetItem', {}, true)
      const [first = 0, second = 0] = at
      expect(second - first).toBeGreaterThan(20)
    })
    test('twice is an error', async () => {
      const { server, call } = await serving(response =>
        json(response, 400, { __type: 'ThrottlingException' }),
      )
      await expect(call('GetItem', {}, true)).rejects.toMatchObject({ name: 'ThrottlingException' })
      expect(server.seen).toHaveLength(2)
    })
  })

  /** What leaves it open whether the request had an effect. */
  const doubtful: readonly (readonly [string, Answering])[] = [
    ['an error inside the service', onceRefused(500, 'InternalServerError')],
    ['a 503 without words', onceRefused(503)],
    [
      'an answer that is not JSON',
      (response, _, n) =>
        void (n ? json(response, 200, { Item: {} }) : response.writeHead(502).end('<html>')),
    ],
    [
      'an answer that is cut off',
      (response, _, n) =>
        void (n
          ? json(response, 200, { Item: {} })
          : response.writeHead(200, { 'content-length': '9' }).end('{')),
    ],
    [
      'a connection that breaks',
      (response, _, n) => void (n ? json(response, 200, { Item: {} }) : response.destroy()),
    ],
  ]

  describe('a request of which nobody knows what it did', () => {
    test.each(doubtful)('is not sent again: the caller reads what it did; %s', async (_, answer) => {
      const { server, call } = await serving(answer)
      await expect(call('PutItem', {}, false)).rejects.toThrow()
      expect(server.seen).toHaveLength(1)
    })
    test.each(doubtful)('is sent once more if it is repeatable; %s', async (_, answer) => {
      const { server, call } = await serving(answer)
      expect(await call('GetItem', {}, true)).toEqual({ Item: {} })
      expect(server.seen).toHaveLength(2)
    })
    test('a 200 without JSON is no success', async () => {
      const { call } = await serving(response => void response.writeHead(200).end('[]'))
      await expect(call('PutItem', {}, false)).rejects.toMatchObject({
        name: 'UnreadableAnswer',
        status: 200,
      })
    })
  })

  describe('a service that is silent', () => {
    test.each([
      ['takes the request and says nothing', ''],
      ['stalls in the middle of its answer', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'],
    ])('is given up in time: it %s', async (_, said) => {
      const begun = performance.now()
      const server = await startTcp(socket => socket.once('data', () => socket.write(said)))
      stops.push(server.stop)
      const call = callTo(`http://127.0.0.1:${server.port}`)
      const error = await call('PutItem', {}, false).catch(thrown => thrown)
      expect(String(error.code ?? error.name)).toMatch(/TIMEOUT|TimeoutError|^23$/)
      // A second or two; far more on a slow machine.
      expect(performance.now() - begun).toBeLessThan(40_000)
    })
  })
})

test("a request over Node's fetch has a second", async () => {
  const server = await startServer(response => json(response, 200, {}))
  stops.push(server.stop)
  const env = { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: server.url }
  expect(await timeoutsOf(() => createJsonCall(service, { env })('GetItem', {}, true))).toEqual([1000])
})

test('a pool of connections uses none that was idle for more than five seconds: a freeze may have closed it', async () => {
  const server = await startServer(response => json(response, 200, {}))
  stops.push(server.stop)
  const env = { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: server.url }
  const call = createJsonCall(service, { env, transport: createPooledTransport() })
  const clock = jest.spyOn(Date, 'now')
  const begun = Date.now()
  const callAt = async (ms: number) => {
    clock.mockReturnValue(begun + ms)
    await call('GetItem', {}, true)
    // A connection is free again a few ticks after its answer.
    for (let tick = 0; tick < 20; tick++) await new Promise(setImmediate)
  }
  for (const ms of [0, 5000, 10_001]) await callAt(ms)
  clock.mockRestore()
  const [first, second, third] = server.seen.map(({ connection }) => connection)
  expect({ after5s: second === first, after5001ms: third === second }).toEqual({
    ...{ after5s: true, after5001ms: false },
  })
})
