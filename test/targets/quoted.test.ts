import { afterEach, describe, expect, test } from '@jest/globals'
import { judge } from '../../functions/core/outcome/judge.ts'
import { authorized, type Credentials } from '../../functions/targets/authorized-http.ts'
import { createSend } from '../../functions/targets/http-client.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { applyOver, subjects } from '../support/subjects.ts'

const token = 'Zq"7\\x/K+p9vWm%2-tok'
const earlier = 'old"9\\x/K+p9vWm%2-tok'
const always: Credentials = { token: async () => token, refreshed: async () => undefined }

/** JSON may spell a token so; all of it is the same after parsing. */
const json = (text: string) => JSON.stringify(text)
const inJson: readonly (readonly [name: string, spell: (text: string) => string])[] = [
  ['as it must be', json],
  ['with escaped slashes', text => json(text).replaceAll('/', '\\/')],
  ['with an escaped plus', text => json(text).replaceAll('+', '\\u002B')],
  ['percent-encoded', text => json(encodeURIComponent(text))],
  ['percent-encoded twice', text => json(encodeURIComponent(encodeURIComponent(text)))],
  ['as JSON in JSON', text => json(json({ token: text } as never))],
]
const shapes = [
  (words: string) => `{"errors":[{"message":${words},"code":403}]}`,
  (words: string) => `{"error":{"message":${words}}}`,
  (words: string) => `{"error":${words}}`,
  (words: string) => `{"message":${words}}`,
]
/** No 8 characters in a row of a token may be left, in any of the ways above. */
const pieces = [token, earlier].flatMap(text =>
  [text, encodeURIComponent(text), json(text).slice(1, -1), json(json(text)).slice(3, -3)].flatMap(form =>
    Array.from({ length: form.length - 11 }, (_, at) => form.slice(at, at + 12)),
  ),
)
const expectNothingOf = (told: unknown) => {
  const texts = [JSON.stringify(told), String((told as { detail?: string }).detail)]
  for (const piece of pieces) for (const text of texts) expect(text).not.toContain(piece)
}

let server: TestServer | undefined
afterEach(() => server?.stop())
const serve = async (status: number, type: string, body: string) => {
  server = await startServer(response => response.writeHead(status, { 'content-type': type }).end(body))
  return server.url
}
const over = (credentials = always) =>
  authorized(createSend(60_000, Date.now), credentials, 60_000, Number.POSITIVE_INFINITY, Date.now)

describe.each(subjects)('$name, quoting the token', subject => {
  const apply = async (...[status, type, body]: Parameters<typeof serve>) => {
    const target = subject.connect(await serve(status, type, body))
    return applyOver(target, subject.member, subject.wanted, { credentials: always })
  }
  test.each(inJson)('in JSON, %s: its other words are told', async (_, spell) => {
    for (const status of [400, 401, 403, 404, 422, 500, 503]) {
      const body = shapes[status % shapes.length]?.(spell(`no entry for ${token}, sorry`)) as string
      const effect = await apply(status, 'application/json', body)
      expectNothingOf(effect)
      expect(effect).toMatchObject({ status, detail: expect.stringMatching(/entry.*\[secret\].*sorry/) })
      await server?.stop()
    }
  })
  test.each([200, 403, 500])(
    'in what is no JSON, with status %i: status, type and length are told',
    async status => {
      const page = `<h1>no entry for ${token}</h1>`
      const effect = await apply(status, 'text/html', page)
      expectNothingOf(effect)
      expect(effect).toMatchObject({
        detail: expect.stringContaining(
          `answered ${status} with a body that is not JSON (text/html, ${page.length} bytes)`,
        ),
      })
    },
  )
  test.each([403, 422, 500])(
    'in JSON without a message, with status %i: status, type and length are told',
    async status => {
      const body = json({ token, detail: token } as never)
      expect(await apply(status, 'application/json; charset=utf-8', body)).toMatchObject({
        detail: `answered ${status} with a body that is JSON without a message (application/json, ${body.length} bytes)`,
      })
    },
  )
  test('as the id of the member in a 2xx', async () => {
    const member = { id: token, owner: true, roles: [], groups: [] }
    for (const body of [member, { data: [member], has_more: false }, { results: [member] }]) {
      const effect = await apply(200, 'application/json', json(body as never))
      expect(effect.kind).not.toBe('proven')
      expectNothingOf(effect)
      await server?.stop()
    }
  })
  test('as ids where roles and groups belong', async () => {
    const own = { id: subject.member.split('/').at(-1), owner: true, role_id: token }
    const member = { ...own, roles: [{ id: token }], groups: [{ id: token }] }
    for (const body of [member, { data: [member], has_more: false }, { results: [member] }]) {
      const effect = await apply(200, 'application/json', json(body as never))
      expect(effect.kind).not.toBe('proven')
      expectNothingOf(effect)
      await server?.stop()
    }
  })
})

test('a token in the content type is not told', async () => {
  const plain: Credentials = { ...always, token: async () => 'x-tok-zq7xkp9vwm' }
  const url = await serve(200, 'text/x-tok-zq7xkp9vwm', '?')
  expect(await over(plain)({ method: 'GET', url })).toMatchObject({
    unreadable: { contentType: 'text/[secret]' },
  })
})

test('around a refresh neither the token before it nor the one after it is told', async () => {
  const url = await serve(401, 'application/json', shapes[2]?.(json(`${earlier}, ${token}`)) as string)
  const refreshed = { token: async () => earlier, refreshed: async () => token }
  const later: Credentials = { ...always, tokens: () => [token, earlier] }
  for (const credentials of [refreshed, later]) {
    const judged = judge('write', await over(credentials)({ method: 'PUT', url }))
    expect(judged).toMatchObject({ effect: { detail: '[secret], [secret]' } })
  }
})

test('the words of a target are cut before anything is sought in them', async () => {
  const url = await serve(403, 'application/json', shapes[2]?.(json('%25'.repeat(300_000))) as string)
  const answer = await over()({ method: 'PUT', url })
  expect(JSON.stringify(answer).length).toBeLessThan(2100)
})
