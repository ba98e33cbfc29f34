import type { Hash } from '../core/dead-letter/planned-letters.ts'
import type { ParsedEvent } from '../core/event/event.ts'
import type { BackoffRules } from '../core/outcome/retry-delay.ts'
import type { GiveUpRules } from '../core/outcome/verdict.ts'
import type { LedgerStore, PersonMemory, Queues, Telemetry } from '../core/ports.ts'
import type { Http, Target } from '../targets/target.ts'
import type { Breaker } from './breaker.ts'
import type { UpdateEntry } from './conditional-write.ts'

/** All that the consumer touches outside itself; the simulation hands it another one. */
export interface SyncWorld {
  readonly parse: (body: string, now: number) => ParsedEvent
  readonly ledger: LedgerStore
  readonly queues: Queues
  readonly targets: ReadonlyMap<string, TargetLink>
  readonly telemetry: Telemetry
  readonly rules: Rules
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** A fresh random id, never given twice. */
  readonly newHolder: () => string
  readonly people: PersonMemory
  readonly hash: Hash
  readonly wait: (ms: number) => Promise<void>
}

/** A target with what stands between it and this instance. */
export interface TargetLink {
  readonly target: Target
  readonly breaker: Breaker
  /** The way to it for one invocation, which starts no request that could outlive `deadline`. */
  readonly http: (deadline: number) => Http
}

/** The related numbers of one stack, in milliseconds; stated and held against one another in `infra/config.ts`. */
export interface Rules extends BackoffRules, GiveUpRules {
  readonly requestTimeoutMs: number
  readonly leaseMs: number
  readonly landWithinMs: number
  readonly notFoundGraceMs: number
  /** What an invocation keeps at its end for the ledger, the dead letters and the visibility of messages. */
  readonly closingMs: number
}

/** What the work on the members of one target stands on, in one batch. */
export interface TargetBatch extends TargetLink {
  readonly world: SyncWorld
  /** Changes an entry of the ledger. */
  readonly update: UpdateEntry
  /** When the last request must have ended, in milliseconds since 1970. */
  readonly deadline: number
}
