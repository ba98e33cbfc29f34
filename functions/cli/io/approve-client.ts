import * as v from 'valibot'
import type { ApproveAnswer } from '../../approve/approve-changes.ts'
import { maxChanges } from '../../approve/approve-request.ts'
import { createSignedPost, type Transport } from '../../aws/aws-json.ts'
import type { ApprovedChange } from '../../core/guard/approval.ts'
import { parseJson } from '../../core/json.ts'
import { explain, explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** Sends approvals to the approve function, signed as who runs the command. Rejects with a Failure. */
export type SendApprovals = (
  changes: readonly ApprovedChange[],
  plan: string,
  why: string,
) => Promise<ApproveAnswer>

/** How long one request waits, in milliseconds: the function may have to start. */
const timeoutMs = 30_000

const answered = v.object({
  approver: v.string(),
  needed: v.pipe(v.number(), v.minValue(1)),
  approved: v.array(v.boolean()),
})

/** Finds the URL of the approve function. Rejects with a Failure, also if the stage has no guards. */
export async function openApprove(world: CliWorld, FunctionName: string): Promise<SendApprovals> {
  const post = await openPost(world, FunctionName)
  if (!post) throw new Failure(`no guard is declared on this stage: there is no function ${FunctionName}`)

  const send = async (changes: readonly ApprovedChange[], plan: string, why: string) => {
    const { status, text } = await post(JSON.stringify({ plan, why, changes }))
    const json = parseJson(text)
    const result = v.safeParse(answered, json.ok ? json.value : undefined)
    if (status === 200 && result.success) return result.output
    throw new Failure(refusalOf(status, json.ok ? json.value : undefined, FunctionName))
  }
  return async (changes, plan, why) => {
    const answers: ApproveAnswer[] = []
    for (let from = 0; from < changes.length; from += maxChanges)
      answers.push(await send(changes.slice(from, from + maxChanges), plan, why))
    return { ...answers[0]!, approved: answers.flatMap(({ approved }) => approved) }
  }
}

/**
 * The status with which the approve function answers an empty request, which approves nothing: 400 if this identity may approve, 403 if not.
 * Undefined if there is no such function. Rejects with a Failure.
 */
export async function askApprove(world: CliWorld, FunctionName: string): Promise<number | undefined> {
  const post = await openPost(world, FunctionName)
  return post && (await post('')).status
}

/** Sends a body to the function's URL. Rejects with a Failure. */
type Post = (body: string) => Promise<{ readonly status: number; readonly text: string }>

/** Finds the URL of the approve function. Undefined if there is no such function. Rejects with a Failure. */
async function openPost(world: CliWorld, FunctionName: string): Promise<Post | undefined> {
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
function refusalOf(status: number, json: unknown, name: string): string {
  const { detail } = v.is(v.object({ detail: v.string() }), json) ? json : {}
  if (detail !== undefined) return `${name} refuses: ${detail.slice(0, 500)}`
  return status === 403
    ? `no permission lambda:InvokeFunctionUrl and lambda:InvokeFunction on ${name}`
    : `${name} answers with status ${status}`
}
