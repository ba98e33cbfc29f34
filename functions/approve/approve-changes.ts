import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as v from 'valibot'
import { plannedChanges, readCall, reply, type UrlCaller, type UrlReply } from '../aws/function-url.ts'
import { nameText } from '../core/event/ids.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { type Approval, approvalKey } from '../core/guard/approval.ts'

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

/** What the caller approves. */
type Approved = v.InferOutput<typeof body>

/** The dependencies of the approve function. */
export interface ApproveWorld {
  /** Writes an approval, unless this approver has one of the same day. Rejects if the table does not answer. */
  readonly put: (approval: Approval) => Promise<'stored' | 'already'>
  /** How many different approvers a change needs. */
  readonly needed: number
  readonly hash: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: {
    readonly approval: (record: ApprovalRecord) => void
    readonly trouble: (what: string, error: unknown) => void
  }
}

/** One change that was approved, or that this approver has approved already: one log line. */
export interface ApprovalRecord {
  readonly approver: string
  readonly member: string
  readonly event: string
  readonly source: string
  readonly plan: string
  readonly why: string
  /** False if this approver's approval stands already; it is unchanged. */
  readonly approved: boolean
}

/** The answer to a request that was read. */
export interface ApproveAnswer {
  readonly approver: string
  readonly needed: number
  /** For each change of the request, in its order: false if this approver's approval stands already. */
  readonly approved: readonly boolean[]
}

/** How long an approval is kept for audits, in days. It counts for a day. */
const keptDays = 400

/** How many approvals are written at once. */
const parallel = 16

/** Creates the function that answers requests of the function URL. `invocation`: the id of the invocation. */
export function createApprove(
  world: ApproveWorld,
): (event: Partial<APIGatewayProxyEventV2>, invocation: string) => Promise<UrlReply> {
  const { needed, log } = world
  return async (event, invocation) => {
    const call = readCall(event, invocation, 'approve', body)
    if (!call.ok) return reply(call.status, { detail: call.detail })
    try {
      const answer: ApproveAnswer = {
        approver: call.caller.principal,
        needed,
        approved: await approve(call.body, call.caller, world),
      }
      return reply(200, answer)
    } catch (error) {
      log.trouble('approvals not written; the caller gets 503 and must run the command again', error)
      return reply(503, { detail: 'approvals not written; run the command again' })
    }
  }
}

async function approve(
  { plan, why, changes }: Approved,
  { principal: approver, session }: UrlCaller,
  { put, hash, now, log }: ApproveWorld,
): Promise<boolean[]> {
  const results: boolean[] = []
  await forEachOf(changes.entries(), parallel, async ([index, change]) => {
    const at = now()
    const approval: Approval = {
      ...{ ...change, approval: approvalKey(change, hash), approver, session, plan, why },
      ...{ at: new Date(at).toISOString(), expires: Math.floor(at / 1000) + keptDays * 86_400 },
    }
    const approved = (await put(approval)) === 'stored'
    results[index] = approved
    const { id, source } = change.version
    log.approval({ approver, member: change.member, event: id, source, plan, why, approved })
  })
  return results
}
