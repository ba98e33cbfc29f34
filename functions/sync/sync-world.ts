import type { Hash } from '../core/dead-letter/planned-letters.ts'
import type { ParsedEvent } from '../core/event/event.ts'
import type { Scope, WithdrawingRoles } from '../core/event/role-catalogue.ts'
import type { BurstLimit, KnownMembers } from '../core/guard/burst.ts'
import type { BurstItem, Claim } from '../core/guard/burst-places.ts'
import type { GuardModes } from '../core/guard/guard-trial.ts'
import type { OwnerLimit, OwnersOf } from '../core/guard/last-owner.ts'
import type { ScopeItem } from '../core/guard/scope-lease.ts'
import type { Clearance } from '../core/ledger/ledger-entry.ts'
import type { Deferred } from '../core/outcome/effect.ts'
import type { BackoffRules } from '../core/outcome/retry-delay.ts'
import type { GiveUpRules } from '../core/outcome/verdict.ts'
import type {
  Approvals,
  DueStore,
  HistoryStore,
  LedgerStore,
  OutcomeTopic,
  PersonMemory,
  Queues,
  RosterMemory,
  Telemetry,
} from '../core/ports.ts'
import type { Http, Target } from '../targets/target.ts'
import type { Breaker } from './breaker.ts'
import type { UpdateEntry } from './conditional-write.ts'

/** The dependencies of the consumer. The simulation replaces them. */
export interface SyncWorld {
  readonly parse: (body: string, now: number) => ParsedEvent
  readonly ledger: LedgerStore
  /** Absent if the stage keeps no history. */
  readonly history?: HistoryLink | undefined
  /** Absent if the stage tells nobody of outcomes. `source`: the CloudEvents source of the stage. */
  readonly outcomes?: { readonly topic: OutcomeTopic; readonly source: string } | undefined
  /** Absent if nothing is guarded. */
  readonly guards?: GuardLink | undefined
  /** Absent if the stage has no key of re-assertions: then each is refused. */
  readonly reassertions?: ReassertLink | undefined
  readonly queues: Queues
  /** What takes effect later. */
  readonly due: DueStore
  readonly targets: ReadonlyMap<string, TargetLink>
  readonly telemetry: Telemetry
  readonly rules: Rules
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** A new random id, never the same twice. */
  readonly newHolder: () => string
  readonly people: PersonMemory
  readonly hash: Hash
  readonly wait: (ms: number) => Promise<void>
}

/** The history and how long its items stay after they were replaced, in milliseconds; 0: for ever. */
export interface HistoryLink {
  readonly store: HistoryStore
  readonly keepMs: number
}

/** What a re-assertion is verified and judged by (functions/README.md#re-assertions). */
export interface ReassertLink {
  /** Whether the reassert function of the stage signed a text. Rejects if the key is not readable. */
  readonly verify: (text: string, signature: string) => Promise<boolean>
  readonly withdrawalOf: WithdrawingRoles['withdrawalOf']
}

/** The guards, the approvals of what they hold, and how many approvers a change needs. */
export interface GuardLink extends GuardModes {
  readonly approvals: Approvals
  readonly needed: number
  /** The places of bursts, in the ledger's table. */
  readonly bursts: LedgerStore<BurstItem>
  /** Absent if no rule for bursts has a share, or the stage has no sweep. */
  readonly knownMembers?: KnownMembers | undefined
  /** The rules `last_owner`, enforced and in shadow mode, and the leases of scopes in the ledger's table. Absent if there are no such rules. */
  readonly owners?:
    | { readonly of: OwnersOf; readonly tried: OwnersOf; readonly leases: LedgerStore<ScopeItem> }
    | undefined
  /** Absent if no person is protected. */
  readonly people?: ProtectedPeople | undefined
}

/** The protected people by their keys, the scopes in which they may be members, and what is remembered of their lists. */
export interface ProtectedPeople {
  readonly keys: ReadonlySet<string>
  /** Those of the secrets under which the keys were made. */
  readonly fingerprints: ReadonlySet<string>
  /** All of them are in shadow mode: what cannot be read of them keeps no change waiting. */
  readonly areTried: boolean
  /** All scopes of the catalogue. */
  readonly scopes: readonly Scope[]
  readonly rosters: RosterMemory
}

/**
 * Takes a place in a burst, or finds that the member has one for this change. False: none is free. Rejects with `LedgerUnavailable`. `until`
 * is as for `UpdateEntry`.
 */
export type TakePlace = (limit: BurstLimit, claim: Claim, until: number) => Promise<boolean>

/** A write that may take a guarded role from its member. */
export interface DoubtedWrite {
  readonly member: string
  /** The rules that the state to be written may break: at least one. */
  readonly owners: readonly OwnerLimit[]
  /** The revision of the member's entry, from which on nobody else may write to the member. */
  readonly rev: number
  readonly isApproved: boolean
}

/**
 * Finds out whether a write leaves enough other members with each guarded role (functions/README.md#the-last-owners), and takes the scope's
 * lease for it if it may take one from its member. `until` is as for `UpdateEntry`; no request ends after it. Rejects with `LedgerUnavailable`.
 */
export type ClearDemotion = (write: DoubtedWrite, until: number) => Promise<Clearance | Deferred>

/** A target with the breaker and the HTTP of this instance. */
export interface TargetLink {
  readonly target: Target
  readonly breaker: Breaker
  /** The `Http` of one invocation. It starts no request that could end after `deadline`. */
  readonly http: (deadline: number) => Http
}

/** The related timings of one stack, in milliseconds. `infra/config.ts` states and checks them. */
export interface Rules extends BackoffRules, GiveUpRules {
  readonly requestTimeoutMs: number
  readonly leaseMs: number
  readonly landWithinMs: number
  readonly notFoundGraceMs: number
  /** The time reserved at the end of an invocation for the ledger, dead letters and visibility timeouts. */
  readonly closingMs: number
}

/** The dependencies of the work on one target in one batch. */
export interface TargetBatch extends TargetLink {
  readonly world: SyncWorld
  readonly update: UpdateEntry
  readonly takePlace: TakePlace
  readonly clearDemotion: ClearDemotion
  /** When the last request must end, in milliseconds since 1970. */
  readonly deadline: number
}
