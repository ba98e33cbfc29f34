import * as v from 'valibot'
import { uuid } from '../../core/event/ids.ts'
import { asObject, idOf } from '../../core/outcome/http-answer.ts'
import type { ListedMember, PeoplePage } from '../people-page.ts'
import type { Http } from '../target.ts'
import { createPieceReader } from './project-page.ts'

/** Lists the members of projects with their users' addresses (`{results, paginate}`, page from 1). */
export function listPeople(baseUrl: string) {
  const readPiece = createPieceReader(baseUrl)
  return async (projectId: string, place: number, http: Http): Promise<PeoplePage> => {
    const read = await readPiece(projectId, place, http, 'before')
    if (!read.ok) return read
    const { results, next, total } = read
    const listed = results.flatMap(item => listedIn(item, projectId))
    const odd = results.length - listed.length
    const end = { ...(results.length > 0 && { next }), ...(total !== undefined && { total }) }
    return { ok: true, listed, ...end, ...(odd > 0 && { odd }) }
  }
}

/** A member whose id could not stand in an event is none. */
function listedIn(item: unknown, projectId: string): ListedMember[] {
  const id = v.safeParse(uuid, idOf(item))
  if (!id.success) return []
  const email = asObject(asObject(item)?.user)?.email
  return [{ member: `project/${projectId}/${id.output}`, ...(typeof email === 'string' && { email }) }]
}
