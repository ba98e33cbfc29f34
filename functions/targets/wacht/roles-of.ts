import type { Answer } from '../../core/answer.ts'
import { asObject, idOf } from '../../core/answer.ts'
import type { Effect } from '../../core/effect.ts'
import { judge, type Phase } from '../../core/judge.ts'
import type { Http } from '../target.ts'
import { pageOf } from './member.ts'

/** A member's roles as the organization lists them; `roles` is undefined when the list does not hold the member. */
export type RolesRead =
  | { readonly ok: true; readonly status: number; readonly roles: readonly string[] | undefined }
  | { readonly ok: false; readonly effect: Effect }

const pageSize = 100

/**
 * Reads the roles of one member from the list of its organization, page by page: Wacht has no read of one member. A
 * list of several pages can shift while it is read, so that absence is believed only after a second reading.
 */
export async function rolesOf(baseUrl: string, member: string, http: Http, phase: Phase): Promise<RolesRead> {
  const first = await scan(baseUrl, member, http, phase)
  const shifted = first.ok && first.roles === undefined && first.pages > 1
  return shifted ? scan(baseUrl, member, http, phase) : first
}

type Scan = RolesRead & { readonly pages: number }

async function scan(baseUrl: string, member: string, http: Http, phase: Phase): Promise<Scan> {
  const id = member.split('/').at(-1) as string
  for (let offset = 0, pages = 1; ; pages++) {
    const judged = judge(phase, readable(await http(pageOf(baseUrl, member, offset, pageSize)), id))
    if (!judged.ok) return { ok: false, effect: judged.effect, pages }
    const page = judged.json as Page
    const roles = rolesIn(page, id)
    const last = page.has_more !== true || page.data.length === 0
    if (roles || last) return { ok: true, status: judged.status, roles, pages }
    offset += page.data.length
  }
}

interface Page {
  readonly data: readonly unknown[]
  readonly has_more?: unknown
}

/**
 * The answer without its body when that is not a page of members, or this member's roles cannot be read in it:
 * unreadable, not empty. What is odd about others is nothing to this member.
 */
function readable(answer: Answer, id: string): Answer {
  if (answer.kind === 'failed' || answer.status < 200 || answer.status > 299) return answer
  const page = asObject(answer.json)
  if (
    Array.isArray(page?.data) &&
    page.data.every(idOf) &&
    rolesIn(page as unknown as Page, id)?.every(isId) !== false
  )
    return answer
  const { json: _, ...rest } = answer
  return rest
}

/** The ids of a member's roles; undefined when the page does not hold the member, empty text for what is no id. */
function rolesIn(page: Page, id: string): string[] | undefined {
  const found = page.data.find(item => idOf(item) === id)
  if (found === undefined) return undefined
  const { roles } = found as { roles?: unknown }
  return Array.isArray(roles) ? roles.map(role => idOf(role) ?? '') : ['']
}

/** What can stand in a path and stay there. */
const isId = (id: string): boolean => /^[\w-]+$/.test(id)
