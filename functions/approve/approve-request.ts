import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as v from 'valibot'
import { plannedChanges, type RefusedCall, readCall } from '../aws/function-url.ts'
import { nameText } from '../core/event/ids.ts'

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

const body = plannedChanges({ desired })

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
