import { describe, expect, test } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import type { Declared } from '../../functions/intake/source-kinds.ts'
import { isKey } from '../../functions/intake/standard-webhooks.ts'
import { bodyOf, eventOf, withData } from '../support/events.ts'
import { startIntake } from './fake-world.ts'
import { type Sent, signed } from './requests.ts'
import { cloudevents, older, strange, token } from './subjects.ts'

const open = { ...cloudevents.declared, declaration: {} as never }
const structured = { 'content-type': 'application/cloudevents+json' }

const sign = (body: string, headers: object = structured): Sent => ({
  headers: { ...signed(body, token), ...headers } as Record<string, string>,
  body,
})

async function deliver(sent: Sent, declared: Declared = open) {
  const { post, world } = startIntake(declared)
  return { ...(await post(sent)), queue: world.queue }
}

describe('a signature', () => {
  const now = () => Math.floor(Date.now() / 1000)
  const at = (seconds: number): Sent => {
    const body = bodyOf()
    return { headers: { ...signed(body, token, seconds), ...structured }, body }
  }

  test('made by the library of the senders is taken', async () => {
    const body = bodyOf()
    const time = new Date()
    const headers = {
      'webhook-id': 'msg_2',
      'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
      'webhook-signature': new Webhook(token).sign('msg_2', time, body),
    }
    expect(await deliver({ headers: { ...headers, ...structured }, body })).toMatchObject({ status: 202 })
  })
  test.each([-290, 290])('of a clock that is %d s off is taken', async seconds => {
    expect(await deliver(at(now() + seconds))).toMatchObject({ status: 202 })
  })
  test.each([-310, 310])('of a clock that is %d s off is not', async seconds => {
    expect(await deliver(at(now() + seconds))).toMatchObject({ status: 401, queue: [] })
  })
  test('among several of a sender that rotates is found', async () => {
    const sent = sign(bodyOf())
    const both = `${signed(bodyOf(), strange)['webhook-signature']} ${sent.headers['webhook-signature']}`
    const rotating = { ...sent, headers: { ...sent.headers, 'webhook-signature': both } }
    expect(await deliver(rotating)).toMatchObject({ status: 202 })
  })
  test.each<[string, (sent: Sent) => Sent]>([
    ['another body', sent => ({ ...sent, body: `${sent.body} ` })],
    ['another id', sent => ({ ...sent, headers: { ...sent.headers, 'webhook-id': 'msg_9' } })],
    [
      'another time',
      sent => ({ ...sent, headers: { ...sent.headers, 'webhook-timestamp': String(now() + 1) } }),
    ],
    ['no version', sent => ({ ...sent, headers: { ...sent.headers, 'webhook-signature': 'v1' } })],
    ['another version', sent => ({ ...sent, headers: { ...sent.headers, 'webhook-signature': 'v1a,x' } })],
    ['no time', sent => ({ ...sent, headers: { ...sent.headers, 'webhook-timestamp': 'now' } })],
  ])('of %s is not taken', async (_, change) => {
    expect(await deliver(change(sign(bodyOf())))).toMatchObject({ status: 401, queue: [] })
  })
  test('fits the bytes as they came: what is not UTF-8 fits none', async () => {
    const { answer } = startIntake(open)
    const bytes = Buffer.from('{"id":"\xff"}', 'latin1')
    const { headers } = sign(bytes.toString('latin1'))
    const event = { routeKey: 'POST /sources/there', headers, isBase64Encoded: true }
    expect(await answer({ ...event, body: bytes.toString('base64') })).toEqual({ statusCode: 401 })
  })
})

describe('a key', () => {
  const keyOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`
  test.each([24, 25, 32, 64])('of %d bytes is one', bytes => expect(isKey(keyOf(bytes))).toBe(true))
  test.each([0, 23, 65])('of %d bytes is none', bytes => expect(isKey(keyOf(bytes))).toBe(false))
  test.each(['', 'whsec_', older.slice(6), `whsec_${'!'.repeat(32)}`, `${older}=`, ` ${older}`])(
    '%p is none',
    text => expect(isKey(text)).toBe(false),
  )
})

describe('content types', () => {
  test.each([
    ...['application/cloudevents+json', 'application/json', 'Application/JSON; charset=utf-8'],
    ...['application/json ; charset=utf-8', ' application/json '],
  ])('%p is one event', async type => {
    expect(await deliver(sign(bodyOf(), { 'content-type': type }))).toMatchObject({
      status: 202,
      queue: [bodyOf()],
    })
  })
  test('of a batch is an array', async () => {
    const batch = { 'content-type': 'application/cloudevents-batch+json' }
    expect(await deliver(sign(`[${bodyOf()},${bodyOf({ id: 'b' })}]`, batch))).toMatchObject({
      body: { accepted: 2 },
    })
    expect(await deliver(sign(bodyOf(), batch))).toMatchObject({
      body: { detail: '(body): must be an array of events' },
    })
  })
  test('an array that is not said to be a batch is none', async () => {
    expect(await deliver(sign(`[${bodyOf()}]`))).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('application/cloudevents-batch+json') },
    })
  })
  test.each([undefined, '', 'text/plain', 'application/x-www-form-urlencoded'])('%p is none', async type => {
    const headers = type === undefined ? {} : { 'content-type': type }
    expect(await deliver(sign(bodyOf(), headers))).toMatchObject({
      status: 415,
      body: {
        detail:
          '(content-type): must be one of application/cloudevents+json, application/json, application/cloudevents-batch+json',
      },
    })
  })
})

describe('the declaration', () => {
  test("turns the source's names of roles into ours and leaves the others", async () => {
    const role = async (name: string) => {
      const { queue } = await deliver(sign(withData({ roleId: undefined, role: name })), cloudevents.declared)
      return (JSON.parse(queue[0] as string) as { data: { role: string } }).data.role
    }
    expect(await role('Engineering Manager')).toBe('manager')
    expect(await role('reader')).toBe('reader')
    expect(await role('constructor')).toBe('constructor')
  })
  test('turns names alone: a number is none, and refused as the contract says', async () => {
    const declared = { ...open, declaration: { roles: { 7: 'manager' } } as never }
    expect(await deliver(sign(withData({ roleId: undefined, role: 7 })), declared)).toMatchObject({
      ...{ status: 400, queue: [], body: { refused: [{ reason: 'invalid_event' }] } },
    })
  })
  test('of a source refuses events that name another', async () => {
    const body = bodyOf({ source: '//sap.example.com' })
    expect(await deliver(sign(body), cloudevents.declared)).toEqual({
      ...{ status: 400, queue: [] },
      body: {
        accepted: 0,
        refused: [{ index: 0, reason: 'source_not_allowed', detail: expect.stringMatching(/^source: /) }],
        ignored: 0,
      },
    })
    expect(await deliver(sign(body))).toMatchObject({ status: 202 })
  })
})

describe('an event', () => {
  test('whose role the catalogue does not know goes in: its dead letter can be replayed', async () => {
    const body = withData({ roleId: undefined, role: 'head-of-everything' })
    expect(await deliver(sign(body))).toMatchObject({ status: 202, queue: [body] })
  })
  test('is enqueued with all that it holds', async () => {
    const body = bodyOf({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', extra: 1 })
    expect(await deliver(sign(body))).toMatchObject({ queue: [body] })
  })
  test('with characters that SQS refuses is enqueued with them escaped', async () => {
    const body = bodyOf({ extra: '\ufffe\uffff\ud800\u0001' })
    const { queue } = await deliver(sign(body))
    expect(queue[0]).toContain('\\ufffe\\uffff\\ud800\\u0001')
    expect(JSON.parse(queue[0] as string)).toEqual(JSON.parse(body))
  })
  test('over 64 KiB is refused', async () => {
    expect(await deliver(sign(bodyOf({ extra: 'x'.repeat(65_536) })))).toMatchObject({
      status: 400,
      body: { refused: [{ reason: 'invalid_event', detail: expect.stringContaining('65536 bytes') }] },
    })
  })
  test('nested deeper than the stack is refused, and the others are not lost', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const body = `[${bodyOf()},${JSON.stringify(eventOf({ extra: 0 })).replace('"extra":0', `"extra":${deep}`)}]`
    const sent = sign(body, { 'content-type': 'application/cloudevents-batch+json' })
    expect(await deliver(sent)).toMatchObject({
      status: 202,
      body: {
        accepted: 1,
        refused: [{ index: 1, reason: 'invalid_event', detail: '(body): must not be nested so deeply' }],
      },
    })
  })
})

test('a GET is for nobody', async () => {
  const { headers } = sign('')
  expect(await deliver({ method: 'GET', headers, body: '' })).toEqual({ status: 404, queue: [] })
})
