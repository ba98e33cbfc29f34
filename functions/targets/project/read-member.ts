import { type Answer, asObject, idOf } from '../../core/answer.ts'
import type { Effect } from '../../core/effect.ts'
import { judge, type Phase } from '../../core/judge.ts'
import { type Http, memberParts, urlOf } from '../target.ts'

/** A membership as the project lists it; undefined when the list does not hold it. */
export type MemberRead =
  | { readonly ok: true; readonly status: number; readonly member: unknown }
  | { readonly ok: false; readonly effect: Effect }

const pageSize = 100

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
  const url = urlOf(baseUrl, 'api', 'projects', projectId, 'members')
  for (let page = 1, seen = new Set<string>(); ; page++) {
    const request = { method: 'GET', url: `${url}?page=${page}&perPage=${pageSize}` } as const
    const judged = judge(phase, readable(await http(request)))
    if (!judged.ok) return { ok: false, effect: judged.effect, pages: page }
    const { results, paginate } = judged.json as { results: unknown[]; paginate?: unknown }
    const member = results.find(item => idOf(item)?.toLowerCase() === memberId)
    const before = seen.size
    seen = seen.union(new Set(results.map(item => idOf(item) ?? '')))
    const total = asObject(paginate)?.total
    const last = seen.size === before || (typeof total === 'number' && seen.size >= total)
    if (member || last) return { ok: true, status: judged.status, member, pages: page }
  }
}

/** The answer without its body when that is no page of members: unreadable, not empty. An error keeps its words. */
function readable(answer: Answer): Answer {
  if (answer.kind === 'failed' || answer.status < 200 || answer.status > 299) return answer
  if (Array.isArray(asObject(answer.json)?.results)) return answer
  const { json: _, ...rest } = answer
  return rest
}
