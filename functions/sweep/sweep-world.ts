import type { Hints } from '../aws/hints-table.ts'
import type { ScopeMembers } from '../aws/scope-members.ts'
import type { LedgerStore } from '../core/ports.ts'
import type { LookRecord, ScopeReading, StoredReadings } from '../core/sweep/sweep-reading.ts'
import type { Round, SweepNumbers } from '../core/sweep/sweep-round.ts'
import type { Http, Target, TargetKind } from '../targets/target.ts'
import type { ScopeWorld } from './read-scope.ts'
import type { Checkpoints } from './scope-checkpoint.ts'

/** A target as the sweep reads it. */
export interface SweptTarget {
  readonly kind: Pick<TargetKind, 'name' | 'isExactly'>
  readonly target: Pick<Target, 'people'>
  /** Waits until the next call of this target may be made. */
  readonly turn: () => Promise<void>
  /** Sends GET requests alone, none that could end after the deadline. */
  readonly http: (deadline: number) => Http
}

/** What an invocation did. `looked`: members that hints named. `read`, `left`: scopes. */
export interface SweepAnswer extends SweepNumbers {
  readonly kind: 'read' | 'rest' | 'busy'
  readonly looked: number
  readonly read: number
  readonly left: number
  readonly durationMs: number
}

/** The logs and metrics of the sweep. None of these throw. */
export interface SweepTelemetry {
  readonly reading: (scope: string, reading: ScopeReading) => void
  readonly look: (scope: string, look: LookRecord) => void
  /** `ageOf`: the age of the last complete reading of a scope, in milliseconds. */
  readonly round: (answer: SweepAnswer, ageOf: (scope: string) => number) => void
  readonly trouble: (what: string, error: unknown) => void
}

/** The dependencies of the sweep. The simulation replaces them. */
export interface SweepWorld {
  readonly targets: ReadonlyMap<string, SweptTarget>
  /** The names of the scopes in the role catalogue. */
  readonly catalogueScopes: readonly string[]
  readonly ledger: ScopeMembers
  /** As for `ScopeWorld`. */
  readonly pending: ScopeWorld['pending']
  /** The names of the scopes that have an entry in the ledger. */
  readonly ledgerScopes: () => Promise<ReadonlySet<string>>
  /** Whether the index by scope has every entry of the ledger. Reads the whole table. */
  readonly isIndexed: () => Promise<boolean>
  readonly hints: Pick<Hints, 'read' | 'forget'>
  readonly rounds: LedgerStore<Round>
  readonly readings: LedgerStore<StoredReadings>
  readonly checkpoints: Checkpoints
  readonly telemetry: SweepTelemetry
  /** How often a round begins, and how long a reading is kept, in milliseconds. */
  readonly everyMs: number
  readonly keepMs: number
  readonly requestTimeoutMs: number
  /** As for `ScopeWorld`. */
  readonly settleMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
}

/** The target of a scope or a member, by its name. */
export const targetOf = (name: string): string => name.split('/')[0] as string
