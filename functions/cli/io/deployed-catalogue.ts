import type { Lambda } from '@aws-sdk/client-lambda'
import { refuseUndeployed } from '../../core/event/deployed-roles.ts'
import { createEventParser, type ParseEvent } from '../../core/event/event.ts'
import { asObject, parseJson } from '../../core/json.ts'
import { type DescribedCatalogue, readDescribed } from '../../replay/described-catalogue.ts'
import type { ReplayRequest } from '../../replay/replay-request.ts'
import { kinds } from '../../targets/index.ts'
import { clientOptionsOf, explainRead, isDenied, isMissing } from './aws-errors.ts'
import type { CliWorld, Environment } from './cli-world.ts'
import { note } from './output.ts'

/** A Lambda client at the endpoint from the environment, a profile or a region. The SDK's code is loaded here: few commands need it. */
export async function loadLambdaClient(env: Environment): Promise<Lambda> {
  const { Lambda } = await import('@aws-sdk/client-lambda')
  return new Lambda(clientOptionsOf(env))
}

/** The role catalogue that a stage has deployed, or why it cannot be asked. */
export type Deployed = DescribedCatalogue | { readonly unasked: string }

/** How much of the function's own error is shown, in characters. */
const maxErrorLength = 200

/** Asks the replay function of a stage for its role catalogue. Rejects only when the command must stop. */
export async function askDeployed({ lambda, env, stop }: CliWorld, FunctionName: string): Promise<Deployed> {
  const request: ReplayRequest = { action: 'describe' }
  try {
    const client = await lambda()
    const Payload = JSON.stringify(request)
    const answer = await client.invoke({ FunctionName, Payload }, { abortSignal: stop })
    const parsed = parseJson(answer.Payload?.transformToString() ?? '')
    const value = parsed.ok ? parsed.value : undefined
    if (answer.FunctionError !== undefined) return { unasked: errorWords(FunctionName, value) }
    return readDescribed(value) ?? { unasked: `the answer of ${FunctionName} is not a role catalogue` }
  } catch (error) {
    if (stop.aborted) throw error
    if (isMissing(error)) return { unasked: `there is no function ${FunctionName}` }
    const { message } = explainRead(error, env, 'lambda:InvokeFunction')
    return { unasked: isDenied(error) ? `${message} on ${FunctionName}` : message }
  }
}

/** The error of an invocation. A function that is older than this request refuses it as a wrong event. */
function errorWords(name: string, error: unknown): string {
  const message = String(asObject(error)?.errorMessage ?? 'unknown error')
  if (message.startsWith('wrong event:'))
    return `${name} is older than this command and does not know the request`
  return `${name} failed: ${message.slice(0, maxErrorLength)}`
}

/**
 * A parser that refuses events whose role is not deployed yet. If the stage's replay function cannot be asked, one note says so,
 * and the given parser stays.
 */
export async function heldAgainstDeployed(
  parse: ParseEvent,
  world: CliWorld,
  replayFunction: string,
): Promise<ParseEvent> {
  const deployed = await askDeployed(world, replayFunction)
  if (!('unasked' in deployed)) return refuseUndeployed(parse, createEventParser(kinds, deployed.catalogue))
  await note(world, `Roles are not compared with what is deployed: ${deployed.unasked}.`)
  return parse
}
