import { describe, expect, test } from '@jest/globals'
import type { StackOptions } from '../../infra/local/stack/local-stack.ts'
import type { Template } from '../../infra/local/template/template-resources.ts'
import { signed } from '../intake/requests.ts'
import { cloudevents, okta, oktaBody, oktaEvents } from '../intake/subjects.ts'
import { realStack } from './real-stack.ts'
import { wachtEvent } from './sample-events.ts'
import type { TinyStack } from './tiny-stack.ts'

const real = await realStack('intakeRequestsPerSecond=1', 'intakeBurst=8')
const { synthesis, serve } = real

let stack: TinyStack
/** The real stack of this machine: its API, its bundled functions. No slow machine misses the deadline of the intake. */
async function start({ overrides, ...options }: Partial<StackOptions> = {}): Promise<TinyStack> {
  stack = await real.start({
    ...{ template: withTime(synthesis.template), ...options },
    overrides: { DEADLINE_MS: '60000', ...overrides },
  })
  return stack
}

/** The template, its intake with more time than it takes. */
function withTime(template: Template): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const isIntake = String(resource.Properties?.FunctionName).endsWith('-intake')
    return [id, isIntake ? { ...resource, Properties: { ...resource.Properties, Timeout: 90 } } : resource]
  })
  return { ...template, Resources: Object.fromEntries(resources) }
}

async function deliver(source: string, headers: Readonly<Record<string, string>>, body?: string) {
  const request = { headers, ...(body !== undefined && { method: 'POST', body }) }
  const response = await fetch(`${stack.apiUrl}/sources/${source}`, request)
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}
const tokenOf = (source: string) => synthesis.sourceTokens.get(source)!
const toHr = (events: readonly object[]) => {
  const { headers, body } = cloudevents.sign(JSON.stringify(events), tokenOf('hr'))
  return deliver('hr', headers, body)
}
const toOkta = (body: string) => deliver('okta', okta.sign(body, tokenOf('okta')).headers, body)

test('a signed delivery is enqueued, and the role is changed at the target', async () => {
  const { poll, until, settled } = await start()
  const source = '//workday.example.com/role-changes'
  const events = [
    wachtEvent('named', { source, data: { role: 'Software Engineer' } }),
    wachtEvent('bad', { source, data: { role: 7 } }),
    wachtEvent('stranger', { source: '//elsewhere.example.com' }),
  ]
  expect(await toHr(events)).toEqual({
    status: 202,
    body: {
      accepted: 1,
      refused: [
        { index: 1, reason: 'invalid_event', detail: expect.stringMatching(/^data\.role: /) },
        { index: 2, reason: 'source_not_allowed', detail: expect.stringMatching(/^source: /) },
      ],
      ignored: 0,
    },
  })
  poll()
  await until(() => settled.length === 1)
  expect(settled).toMatchObject([{ event: 'named', source, outcome: 'applied' }])
})

test('the deadline of the intake lies within the three seconds of Okta', () => {
  const variables = Object.values(synthesis.template.Resources).flatMap(
    ({ Properties }) =>
      (Properties?.Environment as { Variables?: { DEADLINE_MS?: string } })?.Variables ?? [],
  )
  const deadlines = variables.flatMap(({ DEADLINE_MS }) => DEADLINE_MS ?? [])
  expect(deadlines).toHaveLength(1)
  expect(Number(deadlines[0])).toBeLessThan(3000)
})

test('a delivery of Okta is answered by a cold function, and repeated without harm', async () => {
  const { messages, changes } = await start()
  expect(await toOkta(okta.documented)).toEqual({
    status: 202,
    body: { accepted: 2, refused: [], ignored: 1 },
  })
  const first = messages(changes).map(({ body }) => body)
  expect(first.map(body => JSON.parse(body))).toMatchObject([
    { data: { person: { email: 'jane@example.com' }, role: 'engineering-manager' } },
    { data: { person: { email: 'joe@example.com' }, role: 'member' } },
  ])
  await toOkta(okta.documented)
  expect(
    messages(changes)
      .map(({ body }) => body)
      .slice(2),
  ).toEqual(first)
})

test('the challenge of an event hook is answered, for its secret alone', async () => {
  await start()
  const challenge = { 'x-okta-verification-challenge': 'Zk9h' }
  expect(await deliver('okta', { ...challenge, authorization: tokenOf('okta') })).toEqual({
    status: 200,
    body: { verification: 'Zk9h' },
  })
  expect(await deliver('okta', { ...challenge, authorization: tokenOf('hr') })).toEqual({
    status: 401,
    body: undefined,
  })
})

test('neither a line of the function nor an answer to a stranger holds what came or what is kept', async () => {
  const { lines } = await start()
  await toOkta(oktaBody([...oktaEvents, { ...oktaEvents[0], published: 'no time' }]))
  await toOkta('hush, not json')
  const body = JSON.stringify([wachtEvent('hush')])
  await deliver('hr', { ...signed(body, tokenOf('okta')), 'content-type': 'application/json' }, body)
  expect(lines.filter(line => line.includes('"message":"delivery"'))).toHaveLength(3)
  for (const line of lines) {
    expect(line).not.toMatch(/example\.com|hush|Jane|no time/)
    for (const token of synthesis.sourceTokens.values()) expect(line).not.toContain(token)
  }
})

test('a body over 1 MiB is refused', async () => {
  const { messages, changes } = await start()
  expect(await toOkta(okta.documented.padEnd(1024 * 1024 + 1))).toMatchObject({ status: 413 })
  expect(await toOkta(okta.documented.padEnd(1024 * 1024))).toMatchObject({ status: 202 })
  expect(messages(changes)).toHaveLength(2)
})

test('there is no way but the declared ones, and each is throttled by itself', async () => {
  const { messages, changes } = await start()
  expect(await deliver('sap', {}, '{}')).toEqual({ status: 404, body: { message: 'Not Found' } })
  expect((await deliver('hr', {})).status).toBe(404)
  const statuses: number[] = []
  for (let n = 0; n < 20; n++) statuses.push((await deliver('hr', {}, '[]')).status)
  expect(new Set(statuses)).toEqual(new Set([401, 429]))
  expect(statuses.slice(0, 8)).not.toContain(429)
  expect(await toOkta(okta.documented)).toMatchObject({ status: 202 })
  expect(messages(changes)).toHaveLength(2)
})

describe('the sender is told to send again', () => {
  test('while a secret has no value', async () => {
    const { lines } = await start({ secrets: new Map() })
    expect(await toOkta(okta.documented)).toEqual({ status: 503, body: undefined })
    expect(lines.filter(line => line.includes('"level":"ERROR"'))).toEqual([
      expect.stringContaining('the credentials of okta could not be read'),
    ])
  })
  test('while SQS is down', async () => {
    const { messages, changes } = await start({
      overrides: { CHANGES_QUEUE_URL: 'http://127.0.0.1:9/0/changes' },
    })
    expect(await toOkta(okta.documented)).toEqual({ status: 503, body: undefined })
    expect(messages(changes)).toEqual([])
  })
  test.each([
    ['SQS', 'CHANGES_QUEUE_URL'],
    ['Secrets Manager', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'],
  ])('by the function itself, at its deadline, when %s is silent', async (_, setting) => {
    const { lines } = await start({ overrides: { [setting]: await serve(() => {}), DEADLINE_MS: '500' } })
    expect(await toOkta(okta.documented)).toEqual({ status: 503, body: undefined })
    expect(lines.join()).toContain('"status":503')
  })
})

test('a function that cannot start is an error without a word of it, and told here', async () => {
  const { troubles } = await start({ overrides: { DEADLINE_MS: 'hush' } })
  expect(await toOkta(okta.documented)).toEqual({ status: 500, body: { message: 'Internal Server Error' } })
  expect(troubles).toEqual([expect.stringContaining('DEADLINE_MS: must be a whole number of milliseconds')])
})
