import { afterEach, expect, jest, test } from '@jest/globals'
import { failureOf } from '../../infra/local/lambda/lambda-endpoint.ts'
import { startSchedule } from '../../infra/local/lambda/rate-schedule.ts'
import { schedulesOf } from '../../infra/local/template/template-schedules.ts'
import { startTinyStack, type TinyStack, tinyTemplate } from './tiny-stack.ts'

let stack: TinyStack | undefined
afterEach(async () => {
  await stack?.stop()
  stack = undefined
})

/** Invokes a function over HTTP, as every SDK does. */
async function invoke(name: string, payload: string, headers: Record<string, string> = {}) {
  stack ??= await startTinyStack()
  const url = `${stack.environment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/${name}/invocations`
  const response = await fetch(url, { method: 'POST', body: payload, headers })
  const body = await response.text()
  return { response, body: body === '' ? undefined : JSON.parse(body) }
}
const batch = (...bodies: string[]) =>
  JSON.stringify({ Records: bodies.map(body => ({ messageId: body, body, attributes: {} })) })

test('a function is invoked by its name and answers what it returned', async () => {
  const { response, body } = await invoke('tiny-sync', batch('a'))
  expect(response.status).toBe(200)
  expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST')
  expect(response.headers.get('x-amz-function-error')).toBeNull()
  expect(body).toEqual({ batchItemFailures: [] })
})

test.each(['arn:aws:lambda:us-east-1:000000000000:function:tiny-sync', 'tiny-sync:$LATEST'])(
  'also as %s',
  async name => {
    expect((await invoke(encodeURIComponent(name), batch('a'))).response.status).toBe(200)
  },
)

test('its log comes with the answer where that is asked for', async () => {
  const { response } = await invoke('tiny-sync', batch('a'), { 'x-amz-log-type': 'Tail' })
  const tail = Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString()
  expect(tail).toContain('"messageId":"a"')
})

test('an invocation that throws is answered as a function error', async () => {
  const { response, body } = await invoke('tiny-sync', batch('throw'))
  expect({ status: response.status, error: response.headers.get('x-amz-function-error') }).toEqual({
    status: 200,
    error: 'Unhandled',
  })
  expect(body).toMatchObject({ errorType: expect.any(String), errorMessage: expect.any(String) })
})

test('what is no JSON, no function or no Invoke is refused as Lambda refuses it', async () => {
  const refusal = async (name: string, payload: string) => {
    const { response } = await invoke(name, payload)
    return { status: response.status, type: response.headers.get('x-amzn-errortype') }
  }
  expect(await refusal('tiny-sync', '{')).toEqual({ status: 400, type: 'InvalidRequestContentException' })
  expect(await refusal('another', '{}')).toEqual({ status: 404, type: 'ResourceNotFoundException' })
  const url = `${stack?.environment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions`
  expect((await fetch(url)).status).toBe(404)
  expect(stack?.environment.AWS_ENDPOINT_URL).toBe(stack?.environment.AWS_ENDPOINT_URL_LAMBDA)
})

test('a function and its mapping are described as the template has them', async () => {
  stack = await startTinyStack()
  const read = async (path: string) => {
    const response = await fetch(`${stack?.environment.AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/${path}`)
    return {
      status: response.status,
      body: (await response.json()) as { EventSourceMappings: Record<string, string>[] },
    }
  }
  const FunctionArn = 'arn:aws:lambda:us-east-1:000000000000:function:tiny-sync'
  expect(await read('functions/tiny-sync/configuration')).toMatchObject({
    ...{ status: 200, body: { FunctionArn, Environment: { Variables: { JOINED: 'a-us-east-1' } } } },
  })
  expect(await read('functions/another/configuration')).toMatchObject({ status: 404 })
  const [mapping] = (await read('event-source-mappings?FunctionName=tiny-sync')).body.EventSourceMappings
  expect(mapping).toMatchObject({ FunctionArn, State: 'Enabled' })
  expect(mapping?.EventSourceArn).toMatch(/:tiny-changes$/)
  expect((await read('event-source-mappings?FunctionName=another')).body).toEqual({ EventSourceMappings: [] })
})

test('a dry run invokes nothing; an event is taken without waiting for it', async () => {
  const { response, body } = await invoke('tiny-sync', batch('a'), { 'x-amz-invocation-type': 'DryRun' })
  expect({ status: response.status, body }).toStrictEqual({ status: 204, body: undefined })
  expect(stack?.lines).toEqual([])
  const event = await invoke('tiny-sync', batch('a'), { 'x-amz-invocation-type': 'Event' })
  expect({ status: event.response.status, body: event.body }).toStrictEqual({ status: 202, body: undefined })
})

test.each([
  [
    { kind: 'threw', error: 'TypeError: no\n    at x' },
    { errorType: 'TypeError', errorMessage: 'no', trace: ['at x'] },
  ],
  [
    { kind: 'threw', error: 'text' },
    { errorType: 'Error', errorMessage: 'text', trace: [] },
  ],
  [
    { kind: 'timedOut', afterMs: 8000 },
    { errorType: 'Sandbox.Timedout', errorMessage: 'Error: Task timed out after 8.00 seconds' },
  ],
  [
    { kind: 'exited', error: 'exit code 3' },
    { errorType: 'Runtime.ExitError', errorMessage: 'exit code 3' },
  ],
] as const)('%j is told as Lambda tells it', (ending, error) => {
  expect(failureOf(ending)).toEqual(error)
})

const scope = { ref: (id: string) => id, attribute: (id: string) => `arn:aws:lambda:r:a:function:${id}` }
const templateWith = (properties: Record<string, unknown>) => ({
  Resources: { ...tinyTemplate().Resources, Rule: { Type: 'AWS::Events::Rule', Properties: properties } },
})
const targets = [{ Arn: { 'Fn::GetAtt': ['Sync', 'Arn'] }, Input: '{"action":"drain"}' }]

test.each([
  ['rate(1 hour)', 3_600_000],
  ['rate(15 minutes)', 900_000],
  ['rate(2 days)', 172_800_000],
])('%s is a rate', (ScheduleExpression, everyMs) => {
  const schedules = schedulesOf(templateWith({ ScheduleExpression, Targets: targets }), scope)
  expect(schedules).toEqual([
    { functionArn: 'arn:aws:lambda:r:a:function:Sync', everyMs, event: { action: 'drain' } },
  ])
})

test('a schedule that would not run here is refused, one that is disabled is left out', () => {
  const cron = { ScheduleExpression: 'cron(0 12 * * ? *)', Targets: targets }
  expect(() => schedulesOf(templateWith(cron), scope)).toThrow(
    'the local stack does not support the schedule cron(0 12 * * ? *)',
  )
  expect(schedulesOf(templateWith({ ...cron, State: 'DISABLED' }), scope)).toEqual([])
})

test('a schedule invokes at its rate, one at a time, and says when that fails', async () => {
  jest.useFakeTimers()
  try {
    const events: unknown[] = []
    const troubles: string[] = []
    let end: (value: { ending: { kind: 'threw'; error: string }; lines: string[] }) => void = () => {}
    const invoke = (event: unknown) => {
      events.push(event)
      return new Promise<Parameters<typeof end>[0]>(resolve => {
        end = resolve
      })
    }
    const schedule = { functionArn: 'arn:x:replay', everyMs: 60_000, event: { action: 'drain' } }
    const stop = startSchedule(schedule, { invoke, stop: async () => {} }, text => troubles.push(text))
    await jest.advanceTimersByTimeAsync(59_999)
    expect(events).toEqual([])
    await jest.advanceTimersByTimeAsync(120_001)
    expect(events).toEqual([{ action: 'drain' }])
    end({ ending: { kind: 'threw', error: 'Error: no' }, lines: [] })
    await jest.advanceTimersByTimeAsync(60_000)
    expect(events).toHaveLength(2)
    expect(troubles).toEqual(['replay threw Error: no; its schedule tries again'])
    end({ ending: { kind: 'threw', error: 'Error: no' }, lines: [] })
    await stop()
  } finally {
    jest.useRealTimers()
  }
})
