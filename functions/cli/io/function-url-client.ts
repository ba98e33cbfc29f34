import * as v from 'valibot'
import { createSignedPost, type Transport } from '../../aws/aws-json.ts'
import { explain, explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'

/** How long one request waits, in milliseconds: the function may have to start. */
const timeoutMs = 30_000

/** Sends a body to the function's URL. Rejects with a Failure. */
export type Post = (body: string) => Promise<{ readonly status: number; readonly text: string }>

/** Finds the URL of a function. Undefined if there is no such function. Rejects with a Failure. */
export async function openFunctionUrl(world: CliWorld, FunctionName: string): Promise<Post | undefined> {
  const { env, stop } = world
  const client = await world.lambda()
  const found = await client.getFunctionUrlConfig({ FunctionName }, { abortSignal: stop }).catch(error => {
    stop.throwIfAborted()
    if (isMissing(error)) return undefined
    throw explainRead(error, env, 'lambda:GetFunctionUrlConfig')
  })
  if (!found) return undefined
  const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials()
  const post = createSignedPost(
    { name: 'lambda', endpointVariable: 'URL' },
    {
      env: {
        ...{ URL: found.FunctionUrl ?? '', AWS_REGION: await client.config.region() },
        ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
        AWS_SESSION_TOKEN: sessionToken,
      },
      transport: slowly(stop),
    },
  )
  return body =>
    post({ 'content-type': 'application/json' }, body).catch(error => {
      stop.throwIfAborted()
      throw explain(error, env, 'Lambda')
    })
}

/** Node's `fetch`, which waits for a function that starts. */
const slowly =
  (stop: AbortSignal): Transport =>
  async (endpoint, { host: _, ...headers }, body) => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)])
    const answer = await fetch(endpoint, { method: 'POST', headers, body, signal, redirect: 'manual' })
    return { status: answer.status, text: await answer.text() }
  }

/** Lambda itself answers a caller without permission, in words of its own. */
export function refusalOf(status: number, json: unknown, name: string): string {
  const { detail } = v.is(v.object({ detail: v.string() }), json) ? json : {}
  if (detail !== undefined) return `${name} refuses: ${detail.slice(0, 500)}`
  return status === 403
    ? `no permission lambda:InvokeFunctionUrl and lambda:InvokeFunction on ${name}`
    : `${name} answers with status ${status}`
}
