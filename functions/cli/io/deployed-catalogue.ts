import type { Lambda } from '@aws-sdk/client-lambda'
import type { ParsedEvent, ParseEvent } from '../../core/event/event.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import type { Catalogue } from '../../core/event/role-catalogue.ts'
import { asObject, canonicalJson, parseJson } from '../../core/json.ts'
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

/** The roles that one catalogue has and the other one lacks or has in another way; at most five are named. */
export function differingRoles(here: Catalogue, deployed: Catalogue): string {
  const names = Object.keys({ ...here, ...deployed }).filter(
    role => canonicalJson(here[role]) !== canonicalJson(deployed[role]),
  )
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
}

/**
 * A parser that refuses events whose role is not deployed yet. If the stage's replay function cannot be asked, one note says so,
 * and the given parser stays. `ofPlan`: the catalogue of a plan; one note says how the deployed one differs from it.
 */
export async function heldAgainstDeployed(
  parse: ParseEvent,
  world: CliWorld,
  replayFunction: string,
  ofPlan?: Catalogue,
): Promise<ParseEvent> {
  const deployed = await askDeployed(world, replayFunction)
  if ('unasked' in deployed) {
    await note(world, `Roles are not compared with what is deployed: ${deployed.unasked}.`)
    return parse
  }
  const others = ofPlan && differingRoles(ofPlan, deployed.catalogue)
  if (others)
    await note(
      world,
      `The deployed role catalogue is not that of the plan: ${others}. A letter whose role means something else there is refused.`,
    )
  return refuseUndeployed(parse, createEventParser(kinds, deployed.catalogue))
}

/**
 * Holds the events of one catalogue against the deployed one: an event whose role the deployed catalogue lacks, or has with
 * another state or other scopes, is refused as `unknown_role`, because the deployed functions would not do what is shown here.
 */
export const refuseUndeployed =
  (here: ParseEvent, deployed: ParseEvent): ParseEvent =>
  (body, now) => {
    const parsed = here(body, now)
    if (!parsed.ok) return parsed
    const missing = missingIn(deployed(body, now), parsed)
    if (missing === undefined) return parsed
    const detail = `not deployed yet: role ${roleIn(body)}${missing}; deploy the role catalogue first`
    return { ok: false, named: parsed.named, reason: 'unknown_role', detail }
  }

/** What the deployed catalogue does not have of a role: all of it (`''`), or a part. Undefined if it means the same there. */
function missingIn(deployed: ParsedEvent, here: ParsedEvent & { readonly ok: true }): string | undefined {
  if (!deployed.ok) return ''
  if (canonicalJson(deployed.change?.desired) !== canonicalJson(here.change?.desired))
    return ' with this state'
  const scopes = ({ lookup }: typeof here) => lookup?.scopes.map(canonicalJson).toSorted().join()
  return scopes(deployed) === scopes(here) ? undefined : ' with these scopes'
}

/** The role that a valid event names. */
const roleIn = (body: string): string => String(asObject(asObject(JSON.parse(body))?.data)?.role)
