import type * as v from 'valibot'
import type { EventKind } from '../core/event/event-contract.ts'
import type { CatalogueKind } from '../core/event/role-catalogue.ts'
import type { GuardedKind } from '../core/guard/guards.ts'
import type { Desired } from '../core/ledger/desired-state.ts'
import { effectText } from '../core/outcome/cause-words.ts'
import type { Effect } from '../core/outcome/effect.ts'
import type { Answer } from '../core/outcome/http-answer.ts'
import type { PeoplePage } from './people-page.ts'

/** One request to a target, without the token: only the sender adds it. */
export interface TargetRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly body?: unknown
  /** The W3C trace of the request, sent as the `traceparent` header. */
  readonly traceparent?: string
}

/** Sends one request. Always returns an answer, never throws. */
export type Http = (request: TargetRequest) => Promise<Answer>

/**
 * One kind of target, independent of its address: its part of events and of the catalogue. To add a target, add a folder
 * that exports a `TargetKind` and a line in `index.ts`. `Name` is the literal type of its name.
 */
export interface TargetKind<Data = never, Options = unknown, Name extends string = string>
  extends EventKind<Data>,
    CatalogueKind,
    GuardedKind {
  readonly name: Name
  /** The base URL if a deployment sets none. Absent if each customer has an address of its own. */
  readonly defaultUrl?: string
  /** The target's own settings, by environment name. All values are strings. */
  readonly options: v.GenericSchema<unknown, Options> & {
    readonly entries: Readonly<Record<string, v.GenericSchema<unknown, string>>>
  }
  /** Whether a target with these settings shows in its lists what members hold (`ListedMember.state`). */
  readonly listsStates: (options: Options) => boolean
  /** Whether a state that the target shows is exactly this one, as its proof compares them. */
  readonly isExactly: (state: Desired, wanted: Desired) => boolean
  readonly connect: (baseUrl: string, options: Options) => Target
}

/** A target at its address. */
export interface Target {
  readonly name: string
  /** Whether the same state may be written again while an unanswered write of it may still land. */
  readonly repeatable: boolean
  /** Whether a write to a removed member is refused. If not, a remembered member may be removed and added under another id. */
  readonly tellsGone: boolean
  /** The request that writes the desired state. */
  readonly request: (member: string, desired: Desired) => TargetRequest
  /** Writes the desired state and proves it: one call, or read, write, read. Returns the effect. */
  readonly apply: (member: string, desired: Desired, http: Http) => Promise<Effect>
  /** Reads the member's state now. Absent if the target shows it only in the answer to a write. */
  readonly read?: (member: string, http: Http) => Promise<Reading>
  /** The fields of an event's data that name a member. */
  readonly naming: (member: string) => Readonly<Record<string, string>>
  /** Lists the roles of a scope. Absent if the target's API has no such list. */
  readonly roles?: (scope: string, http: Http) => Promise<RoleList>
  /** Reads one page of the members of a scope. The first page is at `firstPage`. */
  readonly people: (scope: string, page: number, http: Http) => Promise<PeoplePage>
}

/** A URL of path segments under a base. Each segment is encoded, even if a schema has checked it. */
export const urlOf = (base: string, ...segments: string[]): string =>
  [base.replace(/\/+$/, ''), ...segments.map(encodeURIComponent)].join('/')

/** The parts of a member's name after its target: `wacht/<organizationId>/<membershipId>`. */
export function memberParts(member: string): [scope: string, id: string] {
  const [, scope = '', id = ''] = member.split('/')
  return [scope, id]
}

/** The result of reading a member's state. A failed read is never taken for a state. */
export type Reading =
  /** `state` has the fields of the body that writes it, so that both can be compared field by field. */
  | { readonly kind: 'holds'; readonly state: Desired }
  | { readonly kind: 'absent' }
  /** `effect`: of the read. Absent if the target answered without the state. */
  | { readonly kind: 'unread'; readonly detail: string; readonly effect?: Effect }

/** The roles of a scope. `isComplete`: the target has no more than these. */
export type RoleList =
  | { readonly ok: true; readonly roles: readonly NamedRole[]; readonly isComplete: boolean }
  | { readonly ok: false; readonly effect: Effect }

/** A role by the target's own name, and the state that it means. */
export interface NamedRole {
  readonly name: string
  readonly state: Desired
}

/** A failed read, with its cause. */
export const unread = (effect: Effect): Reading => ({ kind: 'unread', detail: effectText(effect), effect })
