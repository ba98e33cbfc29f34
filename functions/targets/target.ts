import type * as v from 'valibot'
import type { EventKind } from '../core/event/event-contract.ts'
import type { CatalogueKind } from '../core/event/role-catalogue.ts'
import type { Desired } from '../core/ledger/desired-state.ts'
import type { Effect } from '../core/outcome/effect.ts'
import type { Answer } from '../core/outcome/http-answer.ts'
import type { PeoplePage } from './people-page.ts'

/** One request to a target. The token is added where it is sent, and nowhere else. */
export interface TargetRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly body?: unknown
  /** The W3C trace that it belongs to, as the header of that name. */
  readonly traceparent?: string
}

/** Sends one request; always answers, never throws. */
export type Http = (request: TargetRequest) => Promise<Answer>

/**
 * What role-sync knows of one kind of target, before it is told where it is: how events and the catalogue speak of it.
 * Adding a target is one folder that exports one of these, and one line in `index.ts`.
 */
export interface TargetKind<Data = never, Options = unknown> extends EventKind<Data>, CatalogueKind {
  /** Where the target is unless a deployment says otherwise; absent where each customer has an address of its own. */
  readonly defaultUrl?: string
  /** The target's own settings, by environment name: texts. */
  readonly options: v.GenericSchema<unknown, Options> & {
    readonly entries: Readonly<Record<string, v.GenericSchema<unknown, string>>>
  }
  /** Binds it to a base URL. */
  readonly connect: (baseUrl: string, options: Options) => Target
}

/** A target at its address. */
export interface Target {
  readonly name: string
  /** May the same state be written again while an unanswered write of it may land? */
  readonly repeatable: boolean
  /**
   * Does it say so when a member is gone who is to be written to? Where it does not, somebody who is remembered may have been
   * removed and added anew under another id.
   */
  readonly tellsGone: boolean
  /** The write that brings a member to the desired state. */
  readonly request: (member: string, desired: Desired) => TargetRequest
  /** Brings the member to the desired state and says what that did: one call, or read, write, read. */
  readonly apply: (member: string, desired: Desired, http: Http) => Promise<Effect>
  /** Asks what a member holds now, and writes nothing; absent where the target shows that only in the answer to a write. */
  readonly read?: (member: string, http: Http) => Promise<Reading>
  /** The fields of an event's data that name a member. */
  readonly naming: (member: string) => Readonly<Record<string, string>>
  /** Reads one page of the members of a scope: an organization, a project. The first one is at `firstPage`. */
  readonly people: (scope: string, page: number, http: Http) => Promise<PeoplePage>
}

/** A URL of path segments under a base; each segment is encoded, whatever the schemas have refused already. */
export const urlOf = (base: string, ...segments: string[]): string =>
  [base.replace(/\/+$/, ''), ...segments.map(encodeURIComponent)].join('/')

/** The parts of a member's name after its target: `wacht/<organizationId>/<membershipId>`. */
export function memberParts(member: string): [scope: string, id: string] {
  const [, scope = '', id = ''] = member.split('/')
  return [scope, id]
}

/** What a target shows of a member when it is only asked. Why it could not be read is said, and never taken for a state. */
export type Reading =
  /** `state` is in the words of the body that writes it, so that the two can be compared field by field. */
  | { readonly kind: 'holds'; readonly state: Desired }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unread'; readonly detail: string }

/** A read that ended with this effect instead of an answer: `credentials_rejected (401): …`. */
export function unread(effect: Effect): Reading {
  if (effect.kind === 'proven') return { kind: 'unread', detail: `answered ${effect.status}` }
  const word = effect.kind === 'refused' ? effect.reason : effect.cause
  const status = effect.status === undefined ? '' : ` (${effect.status})`
  return { kind: 'unread', detail: `${word}${status}: ${effect.detail}` }
}
