import { asObject } from '../../core/json.ts'
import type { Effect } from '../../core/outcome/effect.ts'
import { type Answer, isAnsweredWell, notAList } from '../../core/outcome/http-answer.ts'
import { judge, type Phase } from '../../core/outcome/judge.ts'
import { createPartReader } from '../page-parts.ts'
import { type Http, type TargetRequest, urlOf } from '../target.ts'

/** A page of a project's members, checked by `membersOnly`. */
interface ProjectPage {
  readonly results: readonly unknown[]
  readonly paginate?: unknown
}

/** Members of a project from an offset on. */
export type ProjectPageRead =
  | {
      readonly ok: true
      readonly status: number
      readonly results: readonly unknown[]
      /** The offset after them. */
      readonly next: number
      /** How many members the project has, if the page states it. */
      readonly total: number | undefined
    }
  | { readonly ok: false; readonly effect: Effect; readonly isOneTooLarge: boolean | undefined }

export type ReadProjectPage = (
  projectId: string,
  offset: number,
  http: Http,
  phase: Phase,
) => Promise<ProjectPageRead>

/**
 * Reads the members of projects from an offset on. The offset counts members, because a page number depends on the page size.
 * The page that holds the offset is requested, and the members before the offset are dropped. If the target gives smaller
 * pages than requested, their size is used.
 */
export function createProjectPageReader(baseUrl: string): ReadProjectPage {
  const readPart = createPartReader()
  const mostGiven = new Map<string, number>()
  const longest = new Map<string, number>()

  return async (projectId, offset, http, phase) => {
    const ask = (most: number) => {
      const size = sizeAt(offset, most)
      return http(pageRequest(baseUrl, projectId, pageAt(offset, size) + 1, size))
    }
    for (let most = mostGiven.get(projectId); ; ) {
      const { answer, size: allowed, isOneTooLarge } = await readPart(projectId, ask, most)
      const judged = judge(phase, membersOnly(answer))
      if (!judged.ok) return { ...judged, isOneTooLarge }
      const page = judged.json as ProjectPage
      const size = sizeAt(offset, allowed)
      const total = totalOf(page)
      const start = pageAt(offset, size) * size
      const seen = longest.get(projectId) ?? 0
      longest.set(projectId, Math.max(seen, page.results.length))
      const given = givenSize(page, size, start, seen)
      const isWithin = start + given < (total ?? 0)
      if (given < size && (statedSize(page) === given || isWithin)) mostGiven.set(projectId, given)
      if (given === size || offset < given) {
        const results = page.results.slice(offset - start)
        return { ok: true, status: judged.status, results, next: start + given, total }
      }
      most = given
    }
  }
}

/**
 * The size of the page that holds the offset: the one that shows most behind the offset, at most `most`. At 99 it is 99 and not 100, which
 * would show one member.
 */
function sizeAt(offset: number, most: number): number {
  const shown = (size: number) => size - (offset % size)
  let best = most
  for (let size = most - 1; size > shown(best); size--) if (shown(size) > shown(best)) best = size
  return best
}

const pageAt = (offset: number, size: number): number => Math.floor(offset / size)

/**
 * The page size that the target really gives: the stated one, else the number of members shown, except on the last page. A
 * last page ends at the total and is shorter than the longest page seen so far. Otherwise it may be a smaller page from
 * further ahead.
 */
function givenSize({ results, paginate }: ProjectPage, asked: number, start: number, seen: number): number {
  const stated = statedSize({ paginate })
  if (stated !== undefined) return Math.min(asked, stated)
  const isLast =
    start + results.length === totalOf({ results, paginate }) && (start === 0 || results.length < seen)
  return isLast || results.length === 0 ? asked : Math.min(asked, results.length)
}

function statedSize({ paginate }: Pick<ProjectPage, 'paginate'>): number | undefined {
  const size = asObject(paginate)?.pageSize
  return Number.isInteger(size) && (size as number) > 0 ? (size as number) : undefined
}

/** The request for one page of a project's members. Pages count from 1. */
function pageRequest(baseUrl: string, projectId: string, page: number, size: number): TargetRequest {
  const url = urlOf(baseUrl, 'api', 'projects', projectId, 'members')
  return { method: 'GET', url: `${url}?page=${page}&perPage=${size}` }
}

/** Marks a 2xx as unreadable if its body is not a page of members. */
function membersOnly(answer: Answer): Answer {
  return !isAnsweredWell(answer) || Array.isArray(asObject(answer.json)?.results) ? answer : notAList(answer)
}

function totalOf({ paginate }: ProjectPage): number | undefined {
  const total = asObject(paginate)?.total
  return typeof total === 'number' ? total : undefined
}
