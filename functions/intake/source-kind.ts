import type * as v from 'valibot'

/** A request as every kind of source sees it. */
export interface IntakeRequest {
  readonly method: string
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Decoded; what is not UTF-8 in it is replaced, and then no signature fits. */
  readonly body: string
}

/** An event of the contract, not checked yet, and its place in the delivery, from 0. */
export interface Candidate {
  readonly index: number
  readonly event: unknown
}

/** Why an event was not taken; its sender is told. */
export type RefusalReason = 'invalid_event' | 'time_in_future' | 'source_not_allowed' | 'no_role_named'

/** An event that was not taken; the detail names paths and rules, never a value. */
export interface Refusal {
  readonly index: number
  readonly reason: RefusalReason
  readonly detail: string
}

/** Why something in a delivery is no role change of ours; it is counted, and no error. */
export type IgnoredReason = 'other_event_type' | 'not_successful' | 'group_not_listed'

/** A delivery in our own words, or what is wrong with it as a whole, as `path: rule`. */
export type Translated =
  | {
      readonly ok: true
      readonly events: readonly Candidate[]
      readonly refused: readonly Refusal[]
      readonly ignored: readonly IgnoredReason[]
    }
  | { readonly ok: false; readonly detail: string }

/** The answer to a challenge, as JSON, or what is wrong with it, as `path: rule`. */
export type Challenged =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly detail: string }

/** A catalogue role that a declaration names, and where. */
export interface NamedRole {
  readonly path: readonly string[]
  readonly role: string
  /** The role that it ends, where it is there to end one: it must mean something wherever that one does. */
  readonly after?: string
}

/**
 * What role-sync knows of one kind of source. Adding a kind is one folder that exports one of these, and one line in
 * `source-kinds.ts`. None of its functions throw, whatever comes from outside.
 */
export interface SourceKind<Declaration = never> {
  readonly name: string
  /** The fields of a declaration in `infra/sources.json`, beside `kind` and `secret`; their output is `Declaration`. */
  readonly entries: v.ObjectEntries
  /** The catalogue roles that a declaration names: the synthesis refuses those that are not there. */
  readonly roles: (declaration: Declaration) => readonly NamedRole[]
  /** What a token in the secret of such a source must look like. */
  readonly token: { readonly schema: v.GenericSchema<unknown, string>; readonly words: string }
  /** Whether the request comes from whoever holds this token; in constant time where it compares. */
  readonly verify: (request: IntakeRequest, token: string) => boolean
  /** Answers a verified GET, with which a vendor asks whether the address is ours; absent where none comes. */
  readonly challenge?: (request: IntakeRequest) => Challenged
  readonly translate: (request: IntakeRequest, declaration: Declaration) => Translated
}
