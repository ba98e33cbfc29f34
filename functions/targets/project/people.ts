import * as v from 'valibot'
import { asObject, idOf } from '../../core/answer.ts'
import { uuid } from '../../core/ids.ts'
import { judge } from '../../core/judge.ts'
import type { Listed, PeoplePage } from '../people.ts'
import type { Http } from '../target.ts'
import { membersOnly, type Page, pageOf, totalOf } from './page.ts'

/** Lists the members of projects with their users' addresses (TARGETS.md: `{results, paginate}`, page from 1). */
export function listPeople(baseUrl: string) {
  return async (projectId: string, page: number, http: Http): Promise<PeoplePage> => {
    const answer = membersOnly(await http(pageOf(baseUrl, projectId, page + 1)))
    const judged = judge('before', answer)
    if (!judged.ok) return judged
    const content = judged.json as Page
    const listed = content.results.flatMap(item => listedIn(item, projectId))
    const total = totalOf(content)
    const more = content.results.length > 0
    const odd = content.results.length - listed.length
    const end = { ...(more && { next: page + 1 }), ...(total !== undefined && { total }) }
    return { ok: true, listed, ...end, ...(odd > 0 && { odd }) }
  }
}

/** A member whose id could not stand in an event is none. */
function listedIn(item: unknown, projectId: string): Listed[] {
  const id = v.safeParse(uuid, idOf(item))
  if (!id.success) return []
  const email = asObject(asObject(item)?.user)?.email
  return [{ member: `project/${projectId}/${id.output}`, ...(typeof email === 'string' && { email }) }]
}
