import type { Change } from '../event/event.ts'
import { canonicalJson } from '../json.ts'

/** What an approval is for: this version of this member with this state, and nothing else. */
export type ApprovedChange = Pick<Change, 'member' | 'version' | 'desired'>

/** One person's approval of one change: an item of the table of approvals, which only the approve function writes. */
export interface Approval {
  /** The change (`approvalKey`): the partition key. */
  readonly approval: string
  /** The IAM principal, without the name of its session: with the day of `at` it is the sort key. */
  readonly approver: string
  readonly member: string
  readonly version: Change['version']
  readonly desired: Change['desired']
  /** RFC 3339 in UTC. */
  readonly at: string
  /** The name of the session, as the principal chose it. It counts for nothing. */
  readonly session: string
  readonly why: string
  /** The hash of the plan that showed the change. */
  readonly plan: string
  /** TTL, in seconds since 1970. */
  readonly expires: number
}

/** How long an approval may wait for its first use, in milliseconds. */
export const approvalMs = 86_400_000

/** How far ahead of ours the clock of the approve function may be, in milliseconds. */
const maxAheadMs = 300_000

/** The key of the approvals of a change. Equal changes have equal keys, whatever the order of their fields. */
export const approvalKey = (
  { member, version: { from, time, sequence, source, id, end }, desired }: ApprovedChange,
  hash: (text: string) => string,
): string => hash(canonicalJson({ member, version: { from, time, sequence, source, id, end }, desired }))

/** The different approvers whose approval counts at `now`, in milliseconds since 1970. */
export function approvers(approvals: readonly Pick<Approval, 'approver' | 'at'>[], now: number): string[] {
  const counts = ({ at }: Pick<Approval, 'at'>) => {
    const age = now - Date.parse(at)
    return age < approvalMs && age >= -maxAheadMs
  }
  return [...new Set(approvals.filter(counts).map(({ approver }) => approver))].toSorted()
}
