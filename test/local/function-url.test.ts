import { afterEach, describe, expect, test } from '@jest/globals'
import { createSignedPost } from '../../functions/aws/aws-json.ts'
import type { Listening } from '../../functions/cli/loopback/loopback-listener.ts'
import type { Ending } from '../../infra/local/lambda/lambda-invocation.ts'
import { startFunctionUrl } from '../../infra/local/stack/function-url.ts'
import { functionsWithUrl } from '../../infra/local/template/template-functions.ts'
import { scopeOf } from '../../infra/local/template/template-scope.ts'
import { startTinyStack, tinyTemplate } from './tiny-stack.ts'

let served: Listening | undefined
afterEach(async () => {
  await served?.stop()
  served = undefined
})

/** A function URL whose function ends so. */
async function start(ending: Ending = { kind: 'returned', value: { statusCode: 200, body: 'yes' } }) {
  const events: unknown[] = []
  const troubles: string[] = []
  const invoke = async (event: unknown, invocation?: string) => {
    events.push({ ...(event as object), invocation })
    return { ending, lines: [] }
  }
  served = await startFunctionUrl(0, { invoke, stop: async () => {} }, text => troubles.push(text))
  const { url: URL } = served
  const signed = (name: string, AWS_ACCESS_KEY_ID = 'anna') => {
    const env = { URL, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'secret' }
    return createSignedPost({ name, endpointVariable: 'URL' }, { env })
  }
  return { url: URL, events, troubles, signed }
}
const json = { 'content-type': 'application/json' }

describe('a function URL', () => {
  test('names the caller whose key signed the request, and passes on the body; the invocation has the id of the request', async () => {
    const { signed, events } = await start()
    expect(await signed('lambda')(json, '{"a":1}')).toEqual({ status: 200, text: 'yes' })
    expect(events).toMatchObject([
      {
        ...{ version: '2.0', body: '{"a":1}', isBase64Encoded: false },
        requestContext: {
          requestId: (events[0] as { readonly invocation: string }).invocation,
          http: { method: 'POST' },
          authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/anna', accessKey: 'anna' } },
        },
      },
    ])
  })
  test('refuses who does not sign, or signs for another service', async () => {
    const { url, signed, events } = await start()
    const answer = await fetch(url, { method: 'POST', body: '{}' })
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Forbidden"}'])
    expect(await signed('sqs')(json, '{}')).toMatchObject({ status: 403 })
    expect(events).toEqual([])
  })
  test('tells a caller nothing of a function that failed', async () => {
    const { signed, troubles } = await start({ kind: 'threw', error: 'Error: secret' })
    expect(await signed('lambda')(json, '{}')).toEqual({
      ...{ status: 500, text: '{"message":"Internal Server Error"}' },
    })
    expect(troubles).toEqual([expect.stringContaining('function URL ')])
  })
})

const withUrl = (AuthType: string) => {
  const { Resources } = tinyTemplate()
  const Properties = { AuthType, TargetFunctionArn: { 'Fn::GetAtt': ['Sync', 'Arn'] } }
  return { Resources: { ...Resources, Url: { Type: 'AWS::Lambda::Url', Properties } } }
}

test('a template has its URL served, and Lambda tells the address', async () => {
  const stack = await startTinyStack({ template: withUrl('AWS_IAM') })
  const functions = `${stack.environment.AWS_ENDPOINT_URL_LAMBDA}/2021-10-31/functions`
  const told = await fetch(`${functions}/tiny-sync/url`)
  const { FunctionUrl, AuthType } = (await told.json()) as { FunctionUrl: string; AuthType: string }
  expect(AuthType).toBe('AWS_IAM')
  expect((await fetch(FunctionUrl)).status).toBe(403)
  expect((await fetch(`${functions}/another/url`)).status).toBe(404)
  await stack.stop()
})

test('a URL that is open to everybody does not start', () => {
  const template = withUrl('NONE')
  const scope = scopeOf(template, { region: 'us-east-1', sqsUrl: 'http://127.0.0.1' })
  expect(() => functionsWithUrl(template, scope)).toThrow('supports only function URLs with AWS_IAM')
})
