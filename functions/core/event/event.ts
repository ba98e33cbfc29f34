import type { Reason } from '../dead-letter/reason.ts'
import type { Desired } from '../ledger/desired-state.ts'
import type { Lookup } from '../people/person-event.ts'
import type { Instant } from './instant.ts'
import type { Withdrawal } from './role-catalogue.ts'
import type { Version } from './version.ts'

/** A parsed, resolved event: which member, which desired state, which version. */
export interface Change {
  readonly target: string
  /** For example `wacht/<organizationId>/<membershipId>`. */
  readonly member: string
  readonly desired: Desired
  readonly version: Version
  /** The role's name, if the event names it. */
  readonly role?: string
  /** The change takes access away, by the catalogue. */
  readonly withdraws?: Withdrawal
  /** The key of the person whose member this is (`personkey`), if the person was remembered. */
  readonly personKey?: string
  /** The keys of the protected people whose member this is. The event does not tell: the sync function finds them. */
  readonly people?: readonly string[]
  /** When it takes effect, in milliseconds since 1970, if that is ahead: nothing is attempted before. */
  readonly due?: number
  /** The end that it has: when, and to which role. Its message is kept before the first write of the change. */
  readonly ends?: Ends
  /** The end of its own event has passed before it was attempted. `withdraws`: the event itself is a withdrawal. */
  readonly late?: { readonly withdraws: boolean }
  /** The state is applied already, by this version, and is to be written again. */
  readonly reasserts?: Reasserts
}

/** The end of a change (`data.until`, `data.then`). */
export interface Ends {
  readonly at: Instant
  readonly role: string
  readonly withdraws?: Withdrawal
}

/**
 * Whether a change is a fence: a decision to take access away. The end of a change is no decision, and a re-assertion is none either. An event whose
 * end has passed still is one.
 */
export const isFence = ({
  withdraws,
  version,
  late,
  reasserts,
}: Pick<Change, 'withdraws' | 'version' | 'late' | 'reasserts'>): boolean =>
  !reasserts && (version.end ? late?.withdraws === true : withdraws !== undefined)

/** When a change takes effect: its exposure and its time to effect count from then. */
export const effectiveAt = ({
  version,
  ends,
}: Pick<Change, 'version'> & { readonly ends?: Pick<Ends, 'at'> | undefined }): Instant => {
  const from = version.end && ends ? ends.at : (version.from ?? version.time)
  return from > version.time ? from : version.time
}

/** Who asked for a re-assertion, and until when it holds. */
export interface Reasserts {
  /** Milliseconds since 1970. */
  readonly expires: number
  /** An IAM principal, or the sweep. */
  readonly by: string
  /** The hash of the plan that a person applied. */
  readonly plan?: string | undefined
}

/** The names in an event, for log lines and dead letters. Null if a name could not be read. */
export interface Named {
  readonly event: string | null
  readonly source: string | null
  readonly target: string | null
  readonly member: string | null
}

export type ParsedEvent =
  | { readonly ok: true; readonly named: Named; readonly change: Change; readonly lookup?: undefined }
  | { readonly ok: true; readonly named: Named; readonly lookup: Lookup; readonly change?: undefined }
  | {
      readonly ok: false
      readonly named: Named
      readonly reason: Reason
      readonly detail: string
      /** Of an event that may be valid later: with another catalogue, or when its time has come. */
      readonly version?: Version
    }

/** Parses a message body. Never throws. `now` is milliseconds since 1970. */
export type ParseEvent = (body: string, now: number) => ParsedEvent
