import { idOf } from '../../core/answer.ts'
import type { Effect } from '../../core/effect.ts'
import { judge, type Phase } from '../../core/judge.ts'
import { type Http, memberParts } from '../target.ts'
import { membersOnly, type Page, pageOf, totalOf } from './page.ts'

/** A membership as the project lists it; undefined when the list does not hold it. */
export type MemberRead =
  | { readonly ok: true; readonly status: number; readonly member: unknown }
  | { readonly ok: false; readonly effect: Effect }

/**
 * Reads one member from the list of its project, page by page (TARGETS.md: `{results, paginate}`, page from 1). A
 * list of several pages can shift while it is read, so that absence is believed only after a second reading.
 */
export async function readMember(
  baseUrl: string,
  name: string,
  http: Http,
  phase: Phase,
): Promise<MemberRead> {
  const first = await scan(baseUrl, name, http, phase)
  const shifted = first.ok && first.member === undefined && first.pages > 1
  return shifted ? scan(baseUrl, name, http, phase) : first
}

type Scan = MemberRead & { readonly pages: number }

async function scan(baseUrl: string, name: string, http: Http, phase: Phase): Promise<Scan> {
  const [projectId, memberId] = memberParts(name)
  for (let page = 1, seen = new Set<string>(); ; page++) {
    const judged = judge(phase, membersOnly(await http(pageOf(baseUrl, projectId, page))))
    if (!judged.ok) return { ok: false, effect: judged.effect, pages: page }
    const content = judged.json as Page
    const { results } = content
    const member = results.find(item => idOf(item)?.toLowerCase() === memberId)
    const before = seen.size
    seen = seen.union(new Set(results.map(item => idOf(item) ?? '')))
    const last = seen.size === before || seen.size >= (totalOf(content) ?? Number.POSITIVE_INFINITY)
    if (member || last) return { ok: true, status: judged.status, member, pages: page }
  }
}
