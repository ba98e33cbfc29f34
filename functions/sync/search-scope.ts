import type { Scope } from '../core/event/role-catalogue.ts'
import type { Effect } from '../core/outcome/effect.ts'
import { foldEmail } from '../core/people/person-event.ts'
import type { PersonPlace } from '../core/ports.ts'
import { isAbsent } from '../targets/people-page.ts'
import { openList, readList, readPage } from './read-list.ts'
import type { SyncWorld } from './sync-world.ts'

/** The result of a search in one scope. */
export type Search =
  /** The list was read to its end. `at`: when the reading began. `found`: the members by folded address. */
  | {
      readonly ok: true
      readonly at: number
      readonly pages: number
      readonly listed: number
      readonly found: ReadonlyMap<string, readonly PersonPlace[]>
    }
  /** The list was not read to its end. */
  | { readonly ok: false; readonly effect: Effect }

/** The folded addresses that a search is for. */
export type SoughtEmails = Pick<ReadonlySet<string>, 'has' | 'size'>

/** The lists of members, read within one batch. */
export interface MemberLists {
  /**
   * Reads all members of a scope, page by page, and finds the people with these folded addresses. It reads to the end, because
   * several members may have one address. While the target throttles, it waits as asked.
   */
  readonly search: (scope: Scope, emails: SoughtEmails) => Promise<Search>
  /**
   * Reads one page of a scope's list, and returns those of the members that it still shows as the only one with their folded
   * address. Returns none if the page cannot be read.
   */
  readonly confirm: (
    scope: Scope,
    page: number,
    members: ReadonlyMap<string, string>,
  ) => Promise<ReadonlyMap<string, string>>
}

/** Binds the reading of lists to a batch: no request ends after `deadline`, in milliseconds since 1970. */
export function createMemberLists(world: SyncWorld, deadline: number): MemberLists {
  return {
    search: async (scope, emails) => {
      const list = openList(scope, world, deadline)
      const start = world.now()
      const found = new Map<string, PersonPlace[]>()
      const read = await readList(list, ({ member, email }, page) => {
        if (email === undefined) return
        const folded = foldEmail(email)
        if (emails.has(folded)) found.set(folded, [...(found.get(folded) ?? []), { member, page }])
      })
      list.tell(emails.size, found.size, read.listed, read.ok ? undefined : read.effect)
      if (read.ok) return { ...read, found }
      return isAbsent(read.effect, read.pages)
        ? { ok: true, at: start, pages: 1, listed: 0, found }
        : { ok: false, effect: read.effect }
    },

    confirm: async (scope, page, members) => {
      const list = openList(scope, world, deadline)
      await list.turn()
      const answer = await readPage(list, page)
      const listed = answer.ok ? answer.listed : []
      const found = new Map(
        [...members].filter(([email, member]) => {
          const [first, another] = listed.filter(
            each => each.email !== undefined && foldEmail(each.email) === email,
          )
          return first?.member === member && another === undefined
        }),
      )
      list.tell(members.size, found.size, listed.length, answer.ok ? undefined : answer.effect)
      return found
    },
  }
}
