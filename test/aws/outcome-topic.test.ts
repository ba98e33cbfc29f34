import { afterEach, describe, expect, test } from '@jest/globals'
import { createOutcomeTopic } from '../../functions/aws/outcome-topic.ts'
import type { OutcomeEvent } from '../../functions/core/history/outcome-event.ts'
import { localEnvironment } from '../support/aws.ts'
import { type Answering, startServer } from '../support/server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const eventsOf = (count: number, attributes: OutcomeEvent['attributes'] = {}): OutcomeEvent[] =>
  Array.from({ length: count }, (_, n) => ({ message: `m${n}`, body: `{"n":${n}}`, attributes }))
const names = (events: readonly OutcomeEvent[]) => events.map(({ message }) => message)
const idsIn = (form: URLSearchParams) => [...form].flatMap(([name, id]) => (name.endsWith('.Id') ? [id] : []))
const answerFor = (ids: readonly string[], failed: readonly string[] = []) => {
  const members = (of: readonly string[]) => of.map(id => `<member>\n<Id>${id}</Id></member>`).join('')
  return `<?xml version="1.0"?><PublishBatchResponse><PublishBatchResult>
    <Failed>${members(failed)}</Failed><Successful>${members(ids)}</Successful>
  </PublishBatchResult></PublishBatchResponse>`
}
const errorOf = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`

/** A topic before SNS that answers so; the answer is made of the ids of a request and its number. */
async function topicBefore(answer: (ids: string[], index: number) => [status: number, text: string]) {
  const forms: URLSearchParams[] = []
  const waits: number[] = []
  const answering: Answering = (response, { body }, index) => {
    const form = new URLSearchParams(body)
    forms.push(form)
    const [status, text] = answer(idsIn(form), index)
    response.writeHead(status, { 'content-type': 'text/xml' }).end(text)
  }
  const server = await startServer(answering)
  stops.push(server.stop)
  const env = { ...localEnvironment, AWS_ENDPOINT_URL_SNS: server.url }
  const topic = createOutcomeTopic('arn:topic', { env }, async ms => waits.push(ms))
  return { ...topic, server, forms, waits }
}
const taking = (ids: string[]): [number, string] => [200, answerFor(ids)]

describe('what SNS takes', () => {
  test('is one signed request for ten events, with their attributes', async () => {
    const { publish, server, forms } = await topicBefore(taking)
    const attributes = { source: '//hr é&=', outcome: 'applied' }
    expect(await publish(eventsOf(10, attributes))).toEqual([])
    expect(server.seen[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      authorization: expect.stringMatching(/\/eu-central-1\/sns\/aws4_request/),
    })
    const entry = 'PublishBatchRequestEntries.member.10'
    expect(forms).toHaveLength(1)
    expect(Object.fromEntries(forms[0] as URLSearchParams)).toMatchObject({
      ...{
        Action: 'PublishBatch',
        Version: '2010-03-31',
        TopicArn: 'arn:topic',
        [`${entry}.Message`]: '{"n":9}',
      },
      [`${entry}.MessageAttributes.entry.1.Name`]: 'source',
      [`${entry}.MessageAttributes.entry.1.Value.DataType`]: 'String',
      [`${entry}.MessageAttributes.entry.1.Value.StringValue`]: '//hr é&=',
      [`${entry}.MessageAttributes.entry.2.Value.StringValue`]: 'applied',
    })
  })
  test('more than ten, or more than 256 KiB, are several requests; none is no request', async () => {
    const { publish, forms } = await topicBefore(taking)
    expect(await publish([])).toEqual([])
    expect(await publish(eventsOf(11))).toEqual([])
    expect(await publish(eventsOf(3).map(event => ({ ...event, body: 'x'.repeat(100_000) })))).toEqual([])
    expect(forms.map(form => idsIn(form).length)).toEqual([10, 1, 2, 1])
  })
})

describe('what SNS does not take', () => {
  test('of a batch is sent again, alone, after a pause', async () => {
    const { publish, forms, waits } = await topicBefore((ids, index) => [
      200,
      index === 0 ? answerFor(ids.slice(0, 2), ids.slice(2)) : answerFor(ids),
    ])
    expect(await publish(eventsOf(4))).toEqual([])
    expect(forms[1]?.get('PublishBatchRequestEntries.member.1.Message')).toBe('{"n":2}')
    expect({ sizes: forms.map(form => idsIn(form).length), waits }).toEqual({ sizes: [4, 2], waits: [100] })
  })
  test('is told after three tries', async () => {
    const { publish, forms, waits } = await topicBefore(ids => [
      200,
      answerFor(ids.slice(1), ids.slice(0, 1)),
    ])
    expect(names(await publish(eventsOf(4)))).toEqual(['m0'])
    expect({ requests: forms.length, waits }).toEqual({ requests: 3, waits: [100, 200] })
  })
  test.each([
    ['is not readable', '<html>'],
    ['was cut off', answerFor(['0', '1']).slice(0, 120)],
    ['names only what failed', answerFor([], ['0', '1'])],
  ])('is everything if the answer %s', async (_, text) => {
    const { publish } = await topicBefore(() => [200, text])
    expect(names(await publish(eventsOf(2)))).toEqual(['m0', 'm1'])
  })
  test.each([
    [400, 'Throttled'],
    [429, 'TooManyRequests'],
    [400, 'KMSThrottling'],
    [500, 'InternalError'],
    [503, 'ServiceUnavailable'],
  ])('is sent again after status %i %s', async (status, code) => {
    const { publish, forms } = await topicBefore((ids, index) =>
      index < 2 ? [status, errorOf(code)] : taking(ids),
    )
    expect(await publish(eventsOf(2))).toEqual([])
    expect(forms).toHaveLength(3)
  })
  test('is an error after three tries that failed', async () => {
    const { publish, forms } = await topicBefore(() => [500, errorOf('InternalError')])
    await expect(publish(eventsOf(1))).rejects.toMatchObject({ name: 'InternalError', message: 'no' })
    expect(forms).toHaveLength(3)
  })
  test.each([
    [403, 'AuthorizationError'],
    [404, 'NotFound'],
  ])('is an error at once after status %i %s', async (status, code) => {
    const { publish, forms } = await topicBefore(() => [status, errorOf(code)])
    await expect(publish(eventsOf(1))).rejects.toMatchObject({ name: code, status })
    expect(forms).toHaveLength(1)
  })
  test('is an error if nobody answers', async () => {
    const { publish, server } = await topicBefore(taking)
    await server.stop()
    await expect(publish(eventsOf(1))).rejects.toThrow()
  })
})
