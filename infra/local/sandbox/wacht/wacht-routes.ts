import type { Call, Reply, Routes, SandboxRequest } from '../sandbox-call.ts'
import {
  memberOf,
  organizationOf,
  pageOf,
  replaced,
  roleOf,
  type WachtState,
  withRoles,
} from './wacht-state.ts'
import { listedMember, memberAnswer } from './wacht-views.ts'

/** The form of a role change: as in the published page, or as in the server's current source. */
export type WachtDialect = 'role_id' | 'role_ids'

type Refuse = (status: number, message: string) => Reply
type Roles = (state: WachtState, present: readonly string[]) => readonly string[] | Reply

const i64 = /^[1-9]\d{0,18}$/

/** The addresses of Wacht in one dialect. */
export function wachtRoutes(dialect: WachtDialect, refuse: Refuse): Routes<WachtState> {
  return request => {
    const [top, organization, kind, member, sub, role, ...rest] = request.path
    if (top !== 'organizations' || organization === undefined || rest.length > 0) return undefined
    for (const id of [organization, member, role]) {
      if (id !== undefined && !i64.test(id)) return refuse(400, `Invalid id: ${id}`)
    }
    const route = `${request.method} ${kind}${member ? '/m' : ''}${sub ? `/${sub}` : ''}${role ? '/r' : ''}`
    const change = (roles: Roles) => write(organization, member!, dialect, refuse, roles)
    switch (route) {
      case 'GET members':
        return list(organization, request, refuse)
      case 'GET roles':
        return listRoles(organization, refuse)
      case 'PATCH members/m':
        return change(
          dialect === 'role_id' ? setRole(organization, request, refuse) : setRoles(request, refuse),
        )
      case 'POST members/m/roles/r':
        return change((state, present) =>
          roleOf(state, organization, role!) === undefined
            ? refuse(404, 'Role not found')
            : [...new Set([...present, role!])],
        )
      case 'DELETE members/m/roles/r':
        return change((_, present) => present.filter(id => id !== role))
      default:
        return undefined
    }
  }
}

const isReply = (value: readonly string[] | Reply): value is Reply => 'status' in value

/** A write to one member. In dialect `role_ids` the answer of a success is empty. */
function write(
  organization: string,
  member: string,
  dialect: WachtDialect,
  refuse: Refuse,
  roles: Roles,
): Call<WachtState> {
  const shown = (state: WachtState): Reply =>
    dialect === 'role_id' ? memberAnswer(state, organization, member) : { status: 200, body: {} }
  return {
    kind: 'write',
    member: `wacht/${organization}/${member}`,
    unchanged: shown,
    view: state => memberOf(state, organization, member)?.roles,
    perform: state => {
      const found = memberOf(state, organization, member)
      if (!found) return { state, reply: refuse(404, 'Organization membership not found') }
      const next = roles(state, found.roles)
      if (isReply(next)) return { state, reply: next }
      const after = withRoles(state, organization, member, next)
      return { state: after, reply: shown(after) }
    },
  }
}

/** PATCH of the published page: one role, which must exist. */
function setRole(organization: string, { body }: SandboxRequest, refuse: Refuse): Roles {
  const role = field(body, 'role_id')
  return state => {
    if (typeof role !== 'string' || !i64.test(role))
      return refuse(400, 'role_id: an i64 as string is required')
    return roleOf(state, organization, role) === undefined ? refuse(404, 'Role not found') : [role]
  }
}

/** PATCH of the current source: a set of roles, unchecked. Without the set nothing changes. */
function setRoles({ body }: SandboxRequest, refuse: Refuse): Roles {
  const named = field(body, 'role_ids')
  return (_, present) => {
    if (named === undefined) return present
    const valid = Array.isArray(named) && named.every(id => typeof id === 'string' && i64.test(id))
    return valid ? replaced(present, named) : refuse(400, 'role_ids: a list of i64 as strings is required')
  }
}

function list(organization: string, { query }: SandboxRequest, refuse: Refuse): Call<WachtState> {
  const limit = Number(query.get('limit') ?? 20)
  const offset = Number(query.get('offset') ?? 0)
  return reading(organization, state => {
    const found = organizationOf(state, organization)
    if (!found) return refuse(404, 'Organization not found')
    const { page, more } = pageOf(found, limit, offset)
    const data = page.map(([id]) => listedMember(state, organization, id))
    return { status: 200, body: { data, has_more: more, limit, offset } }
  })
}

function listRoles(organization: string, refuse: Refuse): Call<WachtState> {
  return reading(organization, state => {
    const found = organizationOf(state, organization)
    if (!found) return refuse(404, 'Organization not found')
    const data = Object.entries(found.roles).map(([id, name]) => ({ id, name }))
    return { status: 200, body: { data, has_more: false } }
  })
}

function reading(organization: string, answer: (state: WachtState) => Reply): Call<WachtState> {
  return {
    kind: 'read',
    member: `wacht/${organization}`,
    perform: state => ({ state, reply: answer(state) }),
  }
}

const field = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
