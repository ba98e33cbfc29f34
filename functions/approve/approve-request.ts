import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as v from 'valibot'
import { nameText } from '../core/event/ids.ts'
import { parseJson } from '../core/json.ts'
import { mostOfAnEvent, problemsOf } from '../core/schema-problems.ts'

/** The largest decoded body, in bytes: more than the most changes, which are no larger than their events. */
const maxBodyBytes = 4 * 1024 * 1024

/** The most changes of one request. The command line sends more in several requests. */
export const maxChanges = 50

/** Who calls, as IAM has verified it. */
export interface Caller {
  /** The ARN of the role or of the user. */
  readonly approver: string
  /** The name of the role's session, which whoever assumes the role may choose. Empty for a user. */
  readonly session: string
}

/** The state of a change: its fields are those of its target, so only their sizes are limited here. */
const desired = v.record(
  nameText(64),
  v.union(
    [v.boolean(), nameText(128), v.pipe(v.array(nameText(128)), v.maxLength(2000, 'must be at most 2000'))],
    'must be true, false, a string or a list of strings',
  ),
  'must be an object',
)

const change = v.strictObject({
  member: nameText(256),
  version: v.strictObject({
    time: nameText(64),
    sequence: v.pipe(v.string('must be a string'), v.regex(/^\d{0,30}$/, 'must be at most 30 digits')),
    source: nameText(512),
    id: nameText(256),
  }),
  desired,
})

const body = v.strictObject({
  /** The hash of the plan that the approver saw. */
  plan: v.pipe(v.string('must be a string'), v.regex(/^[0-9a-f]{64}$/, 'must be the hash of a plan')),
  why: nameText(500),
  changes: v.pipe(
    v.array(change, 'must be a list'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(maxChanges, `must be at most ${maxChanges}`),
  ),
})

/** What the approver approves. */
export type Approved = v.InferOutput<typeof body>

/** A request to approve, or the status and the rule with which it is refused. */
export type ReadRequest =
  | ({ readonly ok: true } & Caller & Approved)
  | { readonly ok: false; readonly status: 400 | 403 | 405 | 413; readonly detail: string }

/**
 * Reads a request of the function URL, payload format 2.0. Who calls is read from the request's context alone. Whoever invokes the
 * function directly writes this context, but cannot know the id of the invocation: of a function URL it is the request's (Lambda Developer
 * Guide, function URLs, request payload).
 */
export function readRequest(event: Partial<APIGatewayProxyEventV2>, invocation: string): ReadRequest {
  if (event.requestContext?.requestId !== invocation)
    return refused(403, 'this call did not come through the function URL')
  const caller = callerOf(event.requestContext)
  if (!caller) return refused(403, 'only an IAM role or an IAM user may approve')
  if (event.requestContext?.http?.method !== 'POST') return refused(405, 'send a POST')
  const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (text.length > maxBodyBytes) return refused(413, `(body): must be at most 4 MiB`)
  const json = parseJson(text.toString('utf8'))
  if (!json.ok) return refused(400, '(body): is not JSON')
  const result = v.safeParse(body, json.value, { abortPipeEarly: true })
  if (result.success) return { ok: true, ...caller, ...result.output }
  return refused(400, problemsOf(result.issues, '(body)', mostOfAnEvent).join('; '))
}

const refused = (status: 400 | 403 | 405 | 413, detail: string): ReadRequest => ({
  ok: false,
  status,
  detail,
})

const assumedRole = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{1,64})$/
const user = /^arn:aws[a-z-]*:iam::\d{12}:user\/[!-~]{1,576}$/

/**
 * Lambda writes the caller of a function URL with `AWS_IAM` into the context (IAM User Guide, principal ARNs). The caller of
 * `GetFederationToken` chooses the name in the ARN of a federated user, so it is no identity; the root user is no named person.
 */
function callerOf(context: unknown): Caller | undefined {
  const { authorizer } = (context ?? {}) as { authorizer?: { iam?: { userArn?: unknown } } }
  const arn = authorizer?.iam?.userArn
  if (typeof arn !== 'string') return undefined
  if (user.test(arn)) return { approver: arn, session: '' }
  const found = assumedRole.exec(arn)
  if (!found) return undefined
  const [, partition, account, role, session = ''] = found
  return { approver: `arn:${partition}:iam::${account}:role/${role}`, session }
}
