import { type Answer, asObject, isSuccess, notAList } from '../../core/answer.ts'
import { type Request, urlOf } from '../target.ts'

/** A page of a project's members, as `membersOnly` has let it through. */
export interface Page {
  readonly results: readonly unknown[]
  readonly paginate?: unknown
}

/** The most members that are asked for at once. */
const pageSize = 100

/** The request for one page of a project's members, counted from 1. */
export function pageOf(baseUrl: string, projectId: string, page: number): Request {
  const url = urlOf(baseUrl, 'api', 'projects', projectId, 'members')
  return { method: 'GET', url: `${url}?page=${page}&perPage=${pageSize}` }
}

/** The answer, unreadable when its body is not a page of members. An error keeps its words. */
export function membersOnly(answer: Answer): Answer {
  if (answer.kind === 'failed' || !isSuccess(answer.status)) return answer
  return Array.isArray(asObject(answer.json)?.results) ? answer : notAList(answer)
}

/** How many members the project has, where the page says so. */
export function totalOf({ paginate }: Page): number | undefined {
  const total = asObject(paginate)?.total
  return typeof total === 'number' ? total : undefined
}
