import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import { authorized, type Credentials } from '../../functions/targets/authorized-http.ts'
import { withMessageDelay } from '../../functions/targets/wacht/retry-after-message.ts'

const request = { method: 'PUT', url: 'https://h.example' } as const
const answered = (status: number): Answer => ({ kind: 'answered', status })
const timeout: Answer = { kind: 'failed', failure: 'timeout', detail: 'no answer in time' }

/** A way to a target that gives these answers, with a clock that each call moves by a second. */
function way(answers: Answer[], fields: Partial<Credentials> = {}, deadline = 100_000) {
  const sent: string[] = []
  let now = 0
  const credentials: Credentials = { token: async () => 'old', refreshed: async () => 'new', ...fields }
  const send = async (_: unknown, token: string): Promise<Answer> => {
    sent.push(token)
    now += 1000
    return answers.shift() as Answer
  }
  return { sent, http: authorized(send, credentials, 10_000, deadline, () => now) }
}

describe('a call', () => {
  test('bears the token', async () => {
    const { http, sent } = way([answered(200)])
    expect(await http(request)).toEqual(answered(200))
    expect(sent).toEqual(['old'])
  })
  test.each([200, 204, 302, 400, 403, 404, 429, 500, 503])(
    'answered with %i is not repeated',
    async status => {
      const { http, sent } = way([answered(status)])
      expect(await http(request)).toEqual(answered(status))
      expect(sent).toEqual(['old'])
    },
  )
  test('that was not answered is not repeated', async () => {
    const { http, sent } = way([timeout])
    expect(await http(request)).toEqual(timeout)
    expect(sent).toEqual(['old'])
  })
})

describe('a call answered with 401', () => {
  test.each([answered(200), answered(401), answered(500), timeout])(
    'is repeated once with a fresh secret: %j',
    async last => {
      const { http, sent } = way([answered(401), last])
      expect(await http(request)).toEqual(last)
      expect(sent).toEqual(['old', 'new'])
    },
  )
  test('is not repeated with the same secret', async () => {
    const { http, sent } = way([answered(401)], { refreshed: async () => undefined })
    expect(await http(request)).toEqual(answered(401))
    expect(sent).toEqual(['old'])
  })
  test('is not repeated where the secret cannot be read afresh', async () => {
    const { http, sent } = way([answered(401)], { refreshed: () => Promise.reject(new Error('no')) })
    expect(await http(request)).toEqual(answered(401))
    expect(sent).toEqual(['old'])
  })
  test('is not repeated when the time for it has passed', async () => {
    const { http, sent } = way([answered(401)], {}, 10_999)
    expect(await http(request)).toEqual(answered(401))
    expect(sent).toEqual(['old'])
  })
})

describe('a call that could outlive the deadline is not made', () => {
  test.each([
    [9999, []],
    [10_000, ['old']],
  ])('deadline %i', async (deadline, expected) => {
    const { http, sent } = way([answered(200)], {}, deadline)
    const answer = await http(request)
    expect(sent).toEqual(expected)
    if (expected.length === 0) expect(answer).toMatchObject({ kind: 'failed', failure: 'no_time' })
  })
})

test('a secret that cannot be read is no_credentials, and nothing is sent', async () => {
  const { http, sent } = way([], { token: () => Promise.reject(new Error('the secret of wacht is missing')) })
  expect(await http(request)).toEqual({
    ...{ kind: 'failed', failure: 'no_credentials', detail: 'the secret of wacht is missing' },
  })
  expect(sent).toEqual([])
})

test.each([
  [undefined, 'undefined'],
  ['the vault is shut', 'the vault is shut'],
  [new Error('no secret of that name'), 'no secret of that name'],
])('whatever is thrown for a secret is an answer: %p', async (thrown, detail) => {
  const { http } = way([], { token: () => Promise.reject(thrown) })
  expect(await http(request)).toEqual({ kind: 'failed', failure: 'no_credentials', detail })
})

test('a call for which there is no time says so', async () => {
  const { http } = way([], {}, 0)
  expect(await http(request)).toEqual({
    ...{ kind: 'failed', failure: 'no_time', detail: 'not enough time left in this invocation' },
  })
})

describe('Wacht says the delay in words', () => {
  const said = (status: number, message: string): Answer => ({
    ...{ kind: 'answered', status },
    json: { errors: [{ message }] },
  })
  test.each([
    [429, 'Rate limit exceeded. Retry after 7 seconds', 7000],
    [503, 'retry after 1 second', 1000],
    [429, 'Retry after 60 seconds', 60_000],
    [429, 'Retry after 30s', 30_000],
    [429, 'Rate limit exceeded', undefined],
    [429, 'Retry after a while', undefined],
    [500, 'Retry after 7 seconds', undefined],
    [200, 'Retry after 7 seconds', undefined],
  ])('%i %s', (status, message, ms) => {
    const heard = withMessageDelay(said(status, message))
    expect(heard.kind === 'answered' && heard.retryAfterMs).toBe(ms)
  })
  test('and a header that says otherwise goes before it', () => {
    const both = { ...said(429, 'Retry after 7 seconds'), retryAfterMs: 0 } as Answer
    expect(withMessageDelay(both)).toBe(both)
  })
  test('in every shape of its errors', () => {
    const words = 'Retry after 7 seconds'
    for (const json of [{ errors: [{ message: words }] }, { error: { message: words } }, { error: words }]) {
      expect(withMessageDelay({ kind: 'answered', status: 429, json })).toMatchObject({ retryAfterMs: 7000 })
    }
  })
})
