import type { Desired } from '../../core/ledger/desired-state.ts'
import { afterWrite, type Effect, type Refused } from '../../core/outcome/effect.ts'
import { type Accepted, isAccepted, judge, type ReadBack, settle } from '../../core/outcome/judge.ts'
import { type Http, type Reading, type Target, type TargetRequest, unread } from '../target.ts'
import { createRolesReader, type ReadRoles } from './member-roles.ts'
import { withMessageDelays } from './retry-after-message.ts'
import { memberUrl, naming } from './wacht-member.ts'
import { listPeople } from './wacht-people.ts'
import { listRoles } from './wacht-roles.ts'

/**
 * Dialect `role_ids`: the PATCH replaces the whole set of roles, answers without a state, and removes a named role that the
 * member already has. So `apply` reads first, writes only the difference, and reads back. The write is not repeatable.
 */
export function replaceRoles(baseUrl: string): Target {
  const patch = (member: string, desired: Desired): TargetRequest => ({
    method: 'PATCH',
    url: memberUrl(baseUrl, member),
    body: { role_ids: [desired.roleId] },
  })
  const rolesOf = createRolesReader(baseUrl)
  return {
    name: 'wacht',
    naming,
    people: listPeople(baseUrl, true),
    roles: listRoles(baseUrl),
    repeatable: false,
    tellsGone: true,
    request: patch,
    apply: async (member, desired, plain) => {
      const http = withMessageDelays(plain)
      const wanted = desired.roleId as string
      const before = await rolesOf(member, http, 'before')
      if (!before.ok) return before.effect
      if (!before.roles) return notListed(before.status)
      if (isExactly(before.roles, wanted)) return { kind: 'proven', status: before.status }

      const others = before.roles.filter(id => id !== wanted)
      const writes: TargetRequest[] = before.roles.includes(wanted)
        ? others.map(id => ({ method: 'DELETE', url: memberUrl(baseUrl, member, 'roles', id) }))
        : [patch(member, desired)]
      const written = await writeAll(writes, http)
      return Array.isArray(written) ? settle(written, await readBack(rolesOf, member, wanted, http)) : written
    },
    read: async (member, http): Promise<Reading> => {
      const read = await rolesOf(member, http, 'before')
      if (!read.ok) return unread(read.effect)
      return read.roles ? { kind: 'holds', state: { role_ids: read.roles } } : { kind: 'absent' }
    },
  }
}

/**
 * Sends the writes one after the other. Returns the accepted answers, or the effect of the first that fails. In this dialect
 * the content of a 2xx proves nothing: the read-back decides.
 */
async function writeAll(writes: readonly TargetRequest[], http: Http): Promise<Accepted[] | Effect> {
  const written: Accepted[] = []
  for (const [index, write] of writes.entries()) {
    const answer = await http(write)
    if (isGone(write, answer)) continue
    const judged = judge('write', answer)
    if (!isAccepted(judged)) return index === 0 ? judged.effect : afterWrite(judged.effect, 'partly_written')
    written.push(judged)
  }
  return written
}

/** A DELETE of a role that is already gone. The read-back decides. */
const isGone = ({ method }: TargetRequest, answer: Awaited<ReturnType<Http>>): boolean =>
  method === 'DELETE' && answer.kind === 'answered' && answer.status === 404

async function readBack(rolesOf: ReadRoles, member: string, wanted: string, http: Http): Promise<ReadBack> {
  const after = await rolesOf(member, http, 'after')
  if (!after.ok) return { kind: 'failed', effect: after.effect }
  const { status, roles } = after
  if (!roles) return { kind: 'failed', effect: afterWrite(notListed(status), 'read_back_failed') }
  if (isExactly(roles, wanted)) return { kind: 'wanted', status }
  const shown = roles.join(', ') || 'none'
  const detail = `the read-back shows the roles ${shown}; check WACHT_DIALECT: this server may use the dialect role_id`
  return { kind: 'other', status, detail }
}

/** Whether a member's roles are this one alone. */
export const isExactly = (roles: readonly string[], wanted: string): boolean =>
  roles.length > 0 && roles.every(id => id === wanted)

const notListed = (status: number): Refused => ({
  kind: 'refused',
  reason: 'not_found',
  status,
  detail: 'the organization does not list this member',
})
