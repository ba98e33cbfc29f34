import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as v from 'valibot'
import { nameText } from '../core/event/ids.ts'
import { maxTimestampLength } from '../core/event/instant.ts'
import { parseJson } from '../core/json.ts'
import { mostOfAnEvent, problemsOf } from '../core/schema-problems.ts'

/** Who calls a function URL with `AWS_IAM`, as IAM has verified it. */
export interface UrlCaller {
  /** The ARN of the role or of the user. */
  readonly principal: string
  /** The name of the role's session, which whoever assumes the role may choose. Empty for a user. */
  readonly session: string
  /** The unique id of the role or of the user; empty if AWS names none. */
  readonly id: string
}

/** The status and the rule with which a call is refused. */
export interface RefusedCall {
  readonly ok: false
  readonly status: 400 | 403 | 405 | 413
  readonly detail: string
}

/** The largest decoded body, in bytes: more than any request of the command line. */
const maxBodyBytes = 4 * 1024 * 1024

/** The most changes of one call. The command line sends more in several calls. */
export const maxPlannedChanges = 50

/** The body of a call about the changes of a plan. Each names its member and version; `more` are its other fields. */
export const plannedChanges = <More extends v.ObjectEntries>(more: More) =>
  v.strictObject({
    /** The hash of the plan that the caller saw. */
    plan: v.pipe(v.string('must be a string'), v.regex(/^[0-9a-f]{64}$/, 'must be the hash of a plan')),
    why: nameText(500),
    changes: v.pipe(
      v.array(v.strictObject({ member: nameText(256), version, ...more }), 'must be a list'),
      v.minLength(1, 'must not be empty'),
      v.maxLength(maxPlannedChanges, `must be at most ${maxPlannedChanges}`),
    ),
  })

const version = v.strictObject({
  from: v.exactOptional(nameText(maxTimestampLength)),
  time: nameText(maxTimestampLength),
  sequence: v.pipe(v.string('must be a string'), v.regex(/^\d{0,30}$/, 'must be at most 30 digits')),
  source: nameText(512),
  id: nameText(256),
  end: v.exactOptional(v.literal(true, 'must be true')),
})

/**
 * Reads a call of a function URL, payload format 2.0, with a body of JSON. Who calls is read from the request's context alone. Whoever
 * invokes the function directly writes this context, but cannot know the id of the invocation: of a function URL it is the request's (Lambda
 * Developer Guide, function URLs, request payload). `what`: what the caller may do, for the refusal.
 */
export function readCall<Body>(
  event: Partial<APIGatewayProxyEventV2>,
  invocation: string,
  what: string,
  schema: v.GenericSchema<unknown, Body>,
): { readonly ok: true; readonly caller: UrlCaller; readonly body: Body } | RefusedCall {
  if (event.requestContext?.requestId !== invocation)
    return refused(403, 'this call did not come through the function URL')
  const caller = callerOf(event.requestContext)
  if (!caller) return refused(403, `only an IAM role or an IAM user may ${what}`)
  if (event.requestContext?.http?.method !== 'POST') return refused(405, 'send a POST')
  const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (text.length > maxBodyBytes) return refused(413, `(body): must be at most 4 MiB`)
  const json = parseJson(text.toString('utf8'))
  if (!json.ok) return refused(400, '(body): is not JSON')
  const result = v.safeParse(schema, json.value, { abortPipeEarly: true })
  if (result.success) return { ok: true, caller, body: result.output }
  return refused(400, problemsOf(result.issues, '(body)', mostOfAnEvent).join('; '))
}

const refused = (status: RefusedCall['status'], detail: string): RefusedCall => ({
  ok: false,
  status,
  detail,
})

/** The answer of a function URL. */
export interface UrlReply {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer with a body of JSON. */
export const reply = (statusCode: number, body: object): UrlReply => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const assumedRole = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{1,64})$/
const user = /^arn:aws[a-z-]*:iam::\d{12}:user\/[!-~]{1,576}$/

/**
 * Lambda writes the caller of a function URL with `AWS_IAM` into the context (IAM User Guide, principal ARNs). The caller of
 * `GetFederationToken` chooses the name in the ARN of a federated user, so it is no identity; the root user is no named person.
 */
function callerOf(context: unknown): UrlCaller | undefined {
  const { authorizer } = (context ?? {}) as {
    authorizer?: { iam?: { userArn?: unknown; userId?: unknown } }
  }
  const { userArn: arn, userId } = authorizer?.iam ?? {}
  if (typeof arn !== 'string') return undefined
  const id = typeof userId === 'string' ? (userId.split(':', 1)[0] as string) : ''
  if (user.test(arn)) return { principal: arn, session: '', id }
  const found = assumedRole.exec(arn)
  if (!found) return undefined
  const [, partition, account, role, session = ''] = found
  return { principal: `arn:${partition}:iam::${account}:role/${role}`, session, id }
}
