import type { Answer } from '../../core/answer.ts'
import { asObject } from '../../core/answer.ts'
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
  const id = member.split('/').at(-1)
  for (let offset = 0, pages = 1; ; pages++) {
    const judged = judge(phase, readable(await http(pageOf(baseUrl, member, offset, pageSize))))
    if (!judged.ok) return { ok: false, effect: judged.effect, pages }
    const page = judged.json as Page
    const found = page.data.find(item => asObject(item)?.id === id)
    const last = page.has_more !== true || page.data.length === 0
    if (found || last)
      return { ok: true, status: judged.status, roles: found === undefined ? found : roleIds(found), pages }
    offset += page.data.length
  }
}

interface Page {
  readonly data: readonly unknown[]
  readonly has_more?: unknown
}

/** The answer without its body when that is not a page of members whose roles can be read: unreadable, not empty. */
function readable(answer: Answer): Answer {
  if (answer.kind === 'failed' || answer.status < 200 || answer.status > 299) return answer
  const page = asObject(answer.json)
  if (Array.isArray(page?.data) && page.data.every(item => Array.isArray(asObject(item)?.roles)))
    return answer
  const { json: _, ...rest } = answer
  return rest
}

const roleIds = (item: unknown): string[] =>
  ((item as { roles: unknown[] }).roles ?? []).map(role => String(asObject(role)?.id))
