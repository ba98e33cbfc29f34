import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as v from 'valibot'
import { type RefusedCall, readCall } from '../aws/function-url.ts'
import { nameText } from '../core/event/ids.ts'

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
export type ReadRequest = ({ readonly ok: true } & Caller & Approved) | RefusedCall

/** Reads a request of the function URL. Who calls is read from the request's context alone. */
export function readRequest(event: Partial<APIGatewayProxyEventV2>, invocation: string): ReadRequest {
  const call = readCall(event, invocation, 'approve', body)
  if (!call.ok) return call
  const { principal, session } = call.caller
  return { ok: true, approver: principal, session, ...call.body }
}
