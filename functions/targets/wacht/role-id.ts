import { asObject } from '../../core/json.ts'
import type { Desired } from '../../core/ledger/desired-state.ts'
import type { Effect } from '../../core/outcome/effect.ts'
import { aboutMember, judge } from '../../core/outcome/judge.ts'
import { type Http, memberParts, type Target, type TargetRequest } from '../target.ts'
import { withMessageDelays } from './retry-after-message.ts'
import { memberUrl, naming } from './wacht-member.ts'
import { listPeople } from './wacht-people.ts'
import { listRoles } from './wacht-roles.ts'

/** Dialect `role_id`: one PATCH. Its answer is the member and must show the wanted role. */
export function setRole(baseUrl: string): Target {
  const request = (member: string, desired: Desired): TargetRequest => ({
    method: 'PATCH',
    url: memberUrl(baseUrl, member),
    body: { role_id: desired.roleId },
  })
  return {
    name: 'wacht',
    naming,
    people: listPeople(baseUrl, false),
    roles: listRoles(baseUrl),
    repeatable: true,
    tellsGone: false, // a PATCH of a soft-deleted member is answered with 200
    request,
    apply: async (member, desired, http: Http): Promise<Effect> => {
      const answer = await withMessageDelays(http)(request(member, desired))
      const judged = aboutMember(judge('write', answer), memberParts(member)[1])
      if (!judged.ok) return judged.effect
      if (shows(judged.json, desired)) return { kind: 'proven', status: judged.status }
      return { kind: 'refused', reason: 'no_effect', status: judged.status, detail: otherDialect }
    },
  }
}

const otherDialect =
  'the answer does not show the wanted role; check WACHT_DIALECT: this server may use the dialect role_ids'

/** Whether the member in the answer has the role. If it names its role in two fields, both must agree. */
function shows(json: unknown, desired: Desired): boolean {
  const member = asObject(json)
  const named = [member?.role_id, asObject(member?.role)?.id].filter(id => id !== undefined && id !== null)
  return named.length > 0 && named.every(id => id === desired.roleId)
}
