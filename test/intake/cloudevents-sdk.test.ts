import { describe, expect, test } from '@jest/globals'
import { CloudEvent, HTTP } from 'cloudevents'
import { Webhook } from 'svix'
import { eventOf } from '../support/events.ts'
import { startIntake } from './fake-world.ts'
import { cloudevents, strange, token } from './subjects.ts'

/** An event as a producer makes it with the CloudEvents SDK. */
const eventWith = (id: string) => new CloudEvent({ ...eventOf({ id }), sequence: '7' })

/** The headers of a message of the SDK, in lower case as API Gateway passes them on, with a signature by Svix's library. */
function signed(headers: object, body: string, key = token) {
  const at = new Date()
  return {
    body,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(key).sign('msg_1', at, body),
    },
  }
}

async function deliver(headers: object, body: string, key?: string) {
  const { post, world } = startIntake(cloudevents.declared)
  const answer = await post(signed(headers, body, key))
  return { ...answer, queue: world.queue.map(each => JSON.parse(each)), records: world.records }
}

const batched = { 'content-type': 'application/cloudevents-batch+json' }

describe('a producer with the CloudEvents SDK and the library of Svix', () => {
  test('sends one event in structured mode', async () => {
    const { headers, body } = HTTP.structured(eventWith('a'))
    expect(await deliver(headers, body as string)).toMatchObject({
      ...{ status: 202, body: { accepted: 1, refused: [] } },
      queue: [{ ...eventOf({ id: 'a' }), sequence: '7' }],
    })
  })
  test('sends several in batch mode', async () => {
    const events = ['a', 'b'].map(eventWith)
    expect(await deliver(batched, JSON.stringify(events))).toMatchObject({
      ...{ status: 202, body: { accepted: 2, refused: [] } },
      queue: [{ id: 'a' }, { id: 'b' }],
    })
  })
  test('is told to use structured mode where it sends binary mode, and nothing is enqueued', async () => {
    const { headers, body } = HTTP.binary(eventWith('a'))
    expect(await deliver(headers, body as string)).toMatchObject({
      ...{ status: 415, queue: [], records: [{ status: 415, accepted: 0 }] },
      body: {
        detail: expect.stringMatching(
          /binary mode.*covers the body alone.*structured mode.*cloudevents\+json/,
        ),
      },
    })
  })
  test('is told the same where the data is not JSON', async () => {
    const { headers, body } = HTTP.binary(
      eventWith('a').cloneWith({ datacontenttype: 'text/plain', data: 'x' }),
    )
    expect(await deliver(headers, body as string)).toMatchObject({
      status: 415,
      body: { detail: expect.stringContaining('binary mode') },
    })
  })
  test('learns nothing of that without the right key', async () => {
    const { headers, body } = HTTP.binary(eventWith('a'))
    expect(await deliver(headers, body as string, strange)).toMatchObject({ status: 401, queue: [] })
  })
  test('may name attributes in headers as well: a whole event in the body counts', async () => {
    const [{ headers }, { body }] = [HTTP.binary(eventWith('a')), HTTP.structured(eventWith('a'))]
    expect(await deliver(headers, body as string)).toMatchObject({ status: 202, queue: [{ id: 'a' }] })
  })
})
