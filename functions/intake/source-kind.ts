import type * as v from 'valibot'

/** A request for a kind of source. */
export interface IntakeRequest {
  readonly method: string
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The decoded body. Bytes that are not UTF-8 are replaced; then no signature matches. */
  readonly body: string
}

/** An unchecked event, and its index in the delivery, from 0. */
export interface Candidate {
  readonly index: number
  readonly event: unknown
}

/** Why an event was refused. The answer to the sender names it. */
export type RefusalReason = 'invalid_event' | 'time_in_future' | 'source_not_allowed' | 'no_role_named'

/** A refused event. The detail names paths and rules, never a value. */
export interface Refusal {
  readonly index: number
  readonly reason: RefusalReason
  readonly detail: string
}

/** Why an item of a delivery is not a declared role change. It is counted and is not an error. */
export type IgnoredReason = 'other_event_type' | 'not_successful' | 'group_not_listed'

/** The events of a delivery and its hint, or its problem as `path: rule`. */
export type Translated =
  | {
      readonly ok: true
      readonly events: readonly Candidate[]
      readonly refused: readonly Refusal[]
      readonly ignored: readonly IgnoredReason[]
      /** The names that a member may have whom the delivery hints at. */
      readonly hint?: readonly string[]
    }
  /** `unsupported`: its content type or its mode is not taken. */
  | { readonly ok: false; readonly detail: string; readonly unsupported?: true }

/** The answer to a challenge, as JSON, or its problem as `path: rule`. */
export type Challenged =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly detail: string }

/** A catalogue role in a declaration, and its path there. */
export interface DeclaredRole {
  readonly path: readonly string[]
  readonly role: string
  /** The role that this role ends, if any. The catalogue must have this role in all scopes of that one. */
  readonly after?: string
}

/**
 * One kind of source. To add a kind, add a folder that exports a `SourceKind` and a line in `source-kinds.ts`. Its functions never
 * throw.
 */
export interface SourceKind<Declaration = never> {
  readonly name: string
  /** The schemas of a declaration's fields besides `kind` and `secret`. Their output is `Declaration`. */
  readonly entries: v.ObjectEntries
  /** The catalogue roles in a declaration. The synthesis refuses unknown ones. */
  readonly roles: (declaration: Declaration) => readonly DeclaredRole[]
  /** Whether its deliveries are hints for the sweep. Such a source needs the sweep. */
  readonly hints?: true
  /** The form of a token of such a source. */
  readonly token: { readonly schema: v.GenericSchema<unknown, string>; readonly words: string }
  /** Whether the request is authentic by this token. Compares in constant time. */
  readonly verify: (request: IntakeRequest, token: string) => boolean
  /** Answers a verified GET that checks the ownership of the address. Absent if the vendor sends none. */
  readonly challenge?: (request: IntakeRequest) => Challenged
  readonly translate: (request: IntakeRequest, declaration: Declaration) => Translated
}
