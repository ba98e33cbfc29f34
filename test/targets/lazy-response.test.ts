import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { request } from 'undici'
import { LazyResponse, PlainHeaders } from '../../functions/targets/lazy-response.ts'
import { startServer, type TestServer } from '../support/server.ts'

const form = 'application/x-www-form-urlencoded'
let server: TestServer
beforeAll(async () => {
  server = await startServer((response, { url }) => {
    const status = Number(url.slice(1))
    response.writeHead(status, 'So it is', { 'content-type': form, 'x-twice': ['1', '2'] })
    response.end(status === 204 ? undefined : '12')
  })
})
afterAll(() => server.stop())

const ours = async (status: number): Promise<Response> => {
  const url = `${server.url}/${status}`
  const answer = await request(url)
  const response = new LazyResponse(url, answer)
  if (!response.body) await answer.body.dump()
  return response
}
const ofNode = (status: number): Promise<Response> => fetch(`${server.url}/${status}`)

const collected = async (chunks: AsyncIterable<Uint8Array> | null) => chunks && text(chunks)

const uses: Record<string, (response: Response) => unknown> = {
  status: response => response.status,
  statusText: response => response.statusText,
  ok: response => response.ok,
  url: response => response.url,
  redirected: response => response.redirected,
  'a header': ({ headers }) => [headers.get('Content-Type'), headers.get('x-none'), headers.has('x-twice')],
  text: response => response.text(),
  textStream: async response => {
    try {
      return await text(response.textStream())
    } catch (error) {
      return (error as Error).name // Node 24 has none.
    }
  },
  json: response => response.json().catch(error => error.name),
  bytes: async response => [...(await response.bytes())],
  arrayBuffer: async response => [...new Uint8Array(await response.arrayBuffer())],
  blob: async response => {
    const { size, type } = await response.blob()
    return { size, type }
  },
  formData: async response => [...(await response.formData())],
  'the chunks of the body': response => collected(response.body),
  'the values of the body': response => collected(response.body?.values() ?? null),
  'the chunks that stay when the first is enough': async response => {
    for await (const _ of response.body?.values({ preventCancel: true }) ?? []) break
    return response.body?.locked
  },
  'a reader of the body': async response => (await response.body?.getReader().read())?.value?.length,
  'a body that is locked by a reader': response => [
    response.body?.locked,
    response.body?.getReader() && response.body.locked,
  ],
  'a body in two': async response => Promise.all((response.body?.tee() ?? []).map(collected)),
  'a body through a pipe': async response =>
    response.body && collected(response.body.pipeThrough(new TransformStream())),
  'a body into a pipe': async response => {
    const written: number[] = []
    await response.body?.pipeTo(new WritableStream({ write: chunk => void written.push(...chunk) }))
    return written
  },
  'a body that is not wanted': async response => {
    await response.body?.cancel()
    return response.bodyUsed
  },
  'text after its chunks': async response => {
    await collected(response.body)
    return [response.bodyUsed, await response.text().catch(error => error.name)]
  },
  'chunks after its text': async response => {
    await response.text()
    return [response.bodyUsed, await collected(response.body).catch(error => error.name)]
  },
  'a body that nobody has read': response => response.bodyUsed,
  'a clone, and then the response': async response => {
    const clone = response.clone()
    return [clone.status, clone.headers.get('content-type'), await clone.text(), await response.text()]
  },
  'a clone, and then the body': async response => [
    await response.clone().text(),
    await collected(response.body),
  ],
}

for (const status of [200, 204, 299, 300, 404]) {
  test.each(Object.entries(uses))(`a ${status} is to its reader as that of Node: %s`, async (_, use) => {
    expect(await use(await ours(status))).toEqual(await use(await ofNode(status)))
  })
}

test('it is no response of a network, but one that was made', async () => {
  expect((await ours(200)).type).toBe(new Response().type)
})

test('of a repeated header it keeps the first', async () => {
  expect((await ours(200)).headers.get('x-twice')).toBe('1')
})

const changes: Record<string, (headers: Headers) => unknown> = {
  get: headers => [headers.get('accept'), headers.get('ACCEPT'), headers.get('x-none')],
  has: headers => [headers.has('Accept'), headers.has('x-none')],
  set: headers => headers.set('Accept', 'text/html'),
  append: headers => [headers.append('Accept', 'text/html'), headers.append('X-New', '1')],
  delete: headers => headers.delete('Accept'),
  getSetCookie: headers => [
    headers.getSetCookie(),
    headers.append('Set-Cookie', 'a=1'),
    headers.getSetCookie(),
  ],
  keys: headers => [...headers.keys()],
  values: headers => [...headers.values()],
  forEach: headers => {
    const told: unknown[] = []
    headers.forEach((value, name, of) => {
      told.push(value, name, of === headers)
    })
    return told
  },
}

test.each(Object.entries(changes))('plain headers do what those of Node do: %s', (_, change) => {
  const pairs: [string, string][] = [
    ['Accept', 'application/json'],
    ['traceparent', '00-1'],
  ]
  for (const init of [undefined, pairs, Object.fromEntries(pairs), new PlainHeaders(pairs)]) {
    const both = [new PlainHeaders(init), new Headers(init && [...new Headers(init)])]
    const [plain, real] = both.map(headers => ({
      told: change(headers),
      left: [...headers.entries()].sort(),
    }))
    expect(plain).toEqual(real)
  }
})
