import type { Desired } from '../core/ledger/desired-state.ts'
import { type Effect, isNotFound } from '../core/outcome/effect.ts'

/** A member on a target's list. */
export interface ListedMember {
  /** The member's name, as in the ledger. */
  readonly member: string
  /** The person's primary address, as the target spells it. Absent if the target shows none. */
  readonly email?: string
  /** What the list shows that the member holds, as `Target.read` gives it. Absent if it does not show it. */
  readonly state?: Desired
}

/**
 * One page of the members of a scope. `next` is the position of the next page, absent only on the last one. `total` is the
 * number of members, if the target states it. `odd` counts members that are left out because their ids are invalid.
 */
export type PeoplePage =
  | {
      readonly ok: true
      readonly listed: readonly ListedMember[]
      readonly next?: number
      readonly total?: number
      readonly odd?: number
    }
  | { readonly ok: false; readonly effect: Effect }

/** The position of the first page. */
export const firstPage = 0

/**
 * Whether the answer to the first request for a list says that its scope does not exist (yet): such a scope has no members. A list that
 * disappears later proves nobody's absence. `read`: how many of its pages were read before.
 */
export const isAbsent = (effect: Effect, read: number): boolean => read === 0 && isNotFound(effect)
