import * as v from 'valibot'
import { i64 } from '../../core/event/ids.ts'
import { asObject } from '../../core/json.ts'
import { idOf } from '../../core/outcome/http-answer.ts'
import { judge } from '../../core/outcome/judge.ts'
import { createPartReader } from '../page-parts.ts'
import type { ListedMember, PeoplePage } from '../people-page.ts'
import type { Http } from '../target.ts'
import { withMessageDelays } from './retry-after-message.ts'
import { pageOf } from './wacht-member.ts'
import { isId, rolesOf, saysWhetherMore, type WachtPage } from './wacht-page.ts'

/**
 * Lists the members of organizations with their primary addresses. A user's other addresses may be unverified. `showsRoles`: the list of
 * this dialect shows the roles of its members.
 */
export function listPeople(baseUrl: string, showsRoles: boolean) {
  const readPart = createPartReader()
  return async (organization: string, offset: number, http: Http): Promise<PeoplePage> => {
    const { answer } = await readPart(organization, size =>
      withMessageDelays(http)(pageOf(baseUrl, organization, offset, size)),
    )
    const judged = judge('before', saysWhetherMore(answer))
    if (!judged.ok) return judged
    const { data, has_more } = judged.json as WachtPage
    const listed = data.flatMap(item => listedIn(item, organization, showsRoles))
    const odd = data.length - listed.length
    const next = offset + data.length
    // An empty page with has_more also has a next page: such a list is incomplete.
    return { ok: true, listed, ...(has_more === true && { next }), ...(odd > 0 && { odd }) }
  }
}

/** The member, or none if its id is not valid in an event. */
function listedIn(item: unknown, organization: string, showsRoles: boolean): ListedMember[] {
  const id = idOf(item)
  if (!v.is(i64, id)) return []
  const { primary_email_address, user } = asObject(item) ?? {}
  const email = [primary_email_address, asObject(user)?.email].find(text => typeof text === 'string')
  const roles = showsRoles ? rolesOf(item) : undefined
  const state = roles?.every(isId) && { state: { role_ids: roles } }
  return [{ member: `wacht/${organization}/${id}`, ...(email !== undefined && { email }), ...state }]
}
