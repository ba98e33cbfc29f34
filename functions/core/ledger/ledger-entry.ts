import type { Grounds, GuardName } from '../dead-letter/reason.ts'
import type { Ends } from '../event/event.ts'
import type { Decision, Version } from '../event/version.ts'
import type { Approval } from '../guard/approval.ts'
import type { Held } from '../guard/guards.ts'
import type { OwnerLimit } from '../guard/last-owner.ts'
import type { Desired } from './desired-state.ts'

/** What the ledger knows of one member (functions/README.md#the-ledger-protocol). Times are milliseconds since 1970. */
export interface Entry {
  readonly member: string
  /** Counts the steps: each is a conditional write on it. */
  readonly rev: number
  /** The newest change that was proven. */
  readonly applied?: Applied
  /** The newest decision of a withdrawal that took effect: what was decided before it never does. */
  readonly fence?: Decision
  /** The right of one attempt to write to this member now. */
  readonly lease?: Lease
  /** A write that was sent and not answered: it may land until then. */
  readonly unanswered?: Unanswered
  /** The event of a write that is not known to have had no effect, since the last proof. */
  readonly unproven?: string
  /** Attempts without proof or refusal since the last one: what the backoff counts. */
  readonly failures: number
  /** The messages that became dead letters and are newer than `applied`, the newest first. */
  readonly ended?: readonly EndedMessage[]
  /** The approvals of held changes, since their first use and until the version settles; the one that was used last comes first. */
  readonly approved?: readonly ApprovedVersion[]
  /** The messages that wrote `applied` again and proved it, the newest first. */
  readonly reasserted?: readonly ReassertedMessage[]
}

/** A re-assertion that was proven, by the id of its SQS message. */
export interface ReassertedMessage {
  readonly message: string
  readonly at: number
}

/** What else a proof keeps of its message, for the history (functions/README.md#the-record). */
export interface ProofFacts {
  /** Absent in entries of older versions. */
  readonly receives?: number | undefined
  /** The role's name, if the event named it. */
  readonly role?: string | undefined
  readonly traceId?: string | undefined
  /** The plan of a replay, as the message claims it. */
  readonly claimedPlan?: string | undefined
  /** Who put the message on the queue, where anything is guarded. */
  readonly sender?: string | undefined
  /** The approvers of a change that a guard held. */
  readonly approvedBy?: readonly string[] | undefined
  /** The guard in shadow mode that would have held the change. */
  readonly wouldHold?: GuardName | undefined
  /** The end of the change: when, and to which role. */
  readonly ends?: Pick<Ends, 'at' | 'role'> | undefined
  /** Of a withdrawal: the event that it took over from, which takes effect later but was decided before it. */
  readonly tookOver?: string | undefined
}

export interface Applied extends ProofFacts {
  readonly version: Version
  readonly event: string
  /** The id of the SQS message that brought it. */
  readonly message: string
  readonly desired: Desired
  readonly at: number
}

export interface Lease {
  /** A fresh random id per attempt. */
  readonly holder: string
  readonly until: number
  readonly event: string
  readonly desired: Desired
}

export interface Unanswered {
  readonly until: number
  readonly desired: Desired
}

/** A message that became a dead letter. */
export interface EndedMessage {
  /** The id of the SQS message. */
  readonly message: string
  readonly version: Version
  readonly at: number
  readonly letter: Omit<Grounds, 'detail'>
}

/** An approval that was used: who approved this version with its desired state (`approvalKey`). */
export interface ApprovedVersion {
  /** The id of the SQS message that used it last: its letter ends the approval. */
  readonly message: string
  readonly version: Version
  readonly key: string
  readonly by: readonly string[]
}

/** One delivery of a change, as the ledger sees it. */
export interface Attempt {
  readonly event: string
  readonly version: Version
  readonly desired: Desired
  /** The change takes access away by a decision of its own: it is a fence (`isFence`). */
  readonly isFence?: boolean | undefined
  /** The id of the SQS message. */
  readonly message: string
  readonly facts?: ProofFacts
  /** A guard holds the change. */
  readonly guarded?: Guarded | undefined
  /** A fresh random id of this attempt, never the message's. */
  readonly holder: string
  /** From when on the message is given up if this attempt leaves it to be retried. */
  readonly givenUpAt: number
  /** It writes again what is applied, if that is still this version (functions/README.md#re-assertions). */
  readonly reasserts?: { readonly expires: number } | undefined
}

/** What a stage with guards knows of a change. */
export interface Guarded {
  /** What holds it until enough people have approved it. Absent if no guard does: a held letter of its version still can. */
  readonly held?: Held | undefined
  /** The key of its approvals (`approvalKey`). */
  readonly key: string
  /** How many approvers it needs. */
  readonly needed: number
  /** Its approvals. Absent if they were not read yet. */
  readonly approvals?: readonly Approval[]
  /** The member has a place in the burst, or no guard is enforced: the change needs no approval. */
  readonly placed?: true
  /** The rules `last_owner` that the change may break; absent if there are none. */
  readonly owners?: readonly OwnerLimit[] | undefined
  /** What is known of these rules. Absent if nothing was read yet. */
  readonly cleared?: Clearance
  /** What the guards in shadow mode would hold it for, if there are such. The first is `held` as well if nothing else holds the change. */
  readonly tried: readonly Held[]
}

/** What is known of a change that may take a guarded role from its member, while the member's entry has this revision. */
export interface Clearance {
  readonly rev: number
  /**
   * `enough`: the member does not have the role, or enough others have it. `uncounted`: only the scope's lease is taken, which is enough for an
   * approved change.
   */
  readonly others: 'enough' | 'uncounted' | 'too_few'
  readonly detail: string
}

/** How long things last, in milliseconds, and whether the target's write may be repeated. */
export interface LedgerRules {
  readonly leaseMs: number
  /** The time-out of a request, from which `landWithinMs` counts. */
  readonly requestTimeoutMs: number
  /** How long after its time-out a target may still apply a request, clock skew included. */
  readonly landWithinMs: number
  /** May the same state be written again while an unanswered write of it may land? */
  readonly repeatable: boolean
}
