import type { KeptSecret } from '../aws/kept-secret.ts'
import type { SendAll } from '../aws/sender.ts'
import type { SourceKeys } from '../aws/source-keys.ts'
import type { DeliveryRecord } from '../core/delivery.ts'
import type { ParsedEvent } from '../core/event.ts'
import type { Declared } from './declarations.ts'

/** A declared source and what its deliveries are verified with. */
export interface Source extends Declared {
  readonly keys: KeptSecret<SourceKeys>
}

/** All that the intake touches outside itself. */
export interface IntakeWorld {
  readonly sources: ReadonlyMap<string, Source>
  readonly parse: (body: string, now: number) => ParsedEvent
  /** Sends to the changes queue. */
  readonly send: SendAll
  readonly telemetry: IntakeTelemetry
  /** From when API Gateway got a request until it is answered, in milliseconds. */
  readonly deadlineMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Where the intake tells what it does. None of these throw. */
export interface IntakeTelemetry {
  readonly delivery: (record: DeliveryRecord) => void
  readonly trouble: (what: string, error: unknown) => void
}
