import type { Effect } from '../core/outcome/effect.ts'

/** One of the members that a target lists; without an address where it shows none. */
export interface ListedMember {
  /** The member's name, as in the ledger. */
  readonly member: string
  /** The primary address of the person, as it is spelled there. */
  readonly email?: string
}

/**
 * One page of the members of a scope. `next` is where the page after it begins, and absent only after the last one; `total` is
 * how many members there are, where the target says so; `odd` is how many of the page are left out, because their ids are none.
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

/** Where a list begins. */
export const firstPage = 0
