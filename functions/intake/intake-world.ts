import type { KeptSecret } from '../aws/cached-secret.ts'
import type { SendAll } from '../aws/changes-queue.ts'
import type { SourceKeys } from '../aws/source-keys.ts'
import type { ParsedEvent } from '../core/event/event.ts'
import type { DeliveryRecord } from '../core/intake-metrics.ts'
import type { Declared } from './source-declarations.ts'

/** A declared source with its keys. */
export interface SourceWithKeys extends Declared {
  readonly keys: KeptSecret<SourceKeys>
}

/** The dependencies of the intake. */
export interface IntakeWorld {
  readonly sources: ReadonlyMap<string, SourceWithKeys>
  readonly parse: (body: string, now: number) => ParsedEvent
  /** Sends to the changes queue. */
  readonly send: SendAll
  /** Has the sweep look at a member, given the names that it may have. Returns whether no hint waited before. */
  readonly hint: (members: readonly string[]) => Promise<boolean>
  /** Calls the sweep now. */
  readonly callSweep: () => Promise<void>
  readonly telemetry: IntakeTelemetry
  /** The maximum time from the request's arrival at API Gateway to the answer, in milliseconds. */
  readonly deadlineMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The intake's logs and metrics. None of these throw. */
export interface IntakeTelemetry {
  readonly delivery: (record: DeliveryRecord) => void
  readonly trouble: (what: string, error: unknown) => void
}
