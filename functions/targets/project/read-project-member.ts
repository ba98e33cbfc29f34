import type { Effect } from '../../core/outcome/effect.ts'
import { idOf } from '../../core/outcome/http-answer.ts'
import type { Phase } from '../../core/outcome/judge.ts'
import { type Http, memberParts } from '../target.ts'
import { createProjectPageReader } from './project-page.ts'

/** A membership as the project lists it. `member` is undefined if it is not on the list. */
export type MemberRead =
  | { readonly ok: true; readonly status: number; readonly member: unknown }
  | { readonly ok: false; readonly effect: Effect }

export type ReadMember = (name: string, http: Http, phase: Phase) => Promise<MemberRead>

/**
 * Reads one member from the list of its project, page by page. A list of several pages can shift while it is read, so absence
 * needs a second reading. One member over the size limit is skipped; after that a missing member does not count as absent. Two
 * such members in a row end the reading: the target may ignore the page size and send its whole list.
 */
export function createMemberReader(baseUrl: string): ReadMember {
  const readPage = createProjectPageReader(baseUrl)

  const scan = async (name: string, http: Http, phase: Phase): Promise<Scan> => {
    const [projectId, memberId] = memberParts(name)
    let unread: { readonly effect: Effect; readonly behind: number } | undefined
    for (let offset = 0, pages = 1, seen = new Set<string | undefined>(); ; pages++) {
      const read = await readPage(projectId, offset, http, phase)
      if (!read.ok) {
        if (!read.isOneTooLarge || unread?.behind === offset) return { ...read, pages }
        offset += 1
        unread = { effect: read.effect, behind: offset }
        continue
      }
      const { status, results, next, total = Number.POSITIVE_INFINITY } = read
      const member = results.find(item => idOf(item)?.toLowerCase() === memberId)
      const before = seen.size
      seen = seen.union(new Set(results.map(idOf)))
      const isEnd = seen.size === before || seen.size >= total
      if (isEnd && !member && unread) return { ok: false, effect: unread.effect, pages }
      if (member || isEnd) return { ok: true, status, member, pages }
      offset = next
    }
  }
  return async (name, http, phase) => {
    const first = await scan(name, http, phase)
    const shifted = first.ok && first.member === undefined && first.pages > 1
    return shifted ? scan(name, http, phase) : first
  }
}

type Scan = MemberRead & { readonly pages: number }
