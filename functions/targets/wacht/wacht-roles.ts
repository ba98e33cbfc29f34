import { asObject } from '../../core/json.ts'
import { idOf } from '../../core/outcome/http-answer.ts'
import { judge } from '../../core/outcome/judge.ts'
import { type Http, type RoleList, urlOf } from '../target.ts'
import { withMessageDelays } from './retry-after-message.ts'
import { recordsOnly, type WachtPage } from './wacht-page.ts'

/** Lists the roles of organizations: one request. */
export function listRoles(baseUrl: string) {
  return async (organization: string, http: Http): Promise<RoleList> => {
    const url = urlOf(baseUrl, 'organizations', organization, 'roles')
    const answer = await withMessageDelays(http)({ method: 'GET', url: `${url}?limit=100` })
    const judged = judge('before', recordsOnly(answer, 'not a list of roles'))
    if (!judged.ok) return judged
    const { data, has_more } = judged.json as WachtPage
    const roles = data.map(role => ({
      name: String(asObject(role)?.name ?? ''),
      state: { roleId: idOf(role) as string },
    }))
    return { ok: true, roles, isComplete: has_more !== true }
  }
}
