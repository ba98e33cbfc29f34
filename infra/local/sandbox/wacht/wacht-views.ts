import type { Reply } from '../sandbox-call.ts'
import { memberOf, roleOf, type WachtState } from './wacht-state.ts'

/** The three published shapes of an error body: the server's, the docs', an older one. */
export type WachtErrorShape = 'server' | 'docs' | 'older'

const joined = '2023-11-07T05:31:56Z'

/** An error body in one of the published shapes. */
export function wachtError(shape: WachtErrorShape, status: number, message: string): unknown {
  switch (shape) {
    case 'server':
      return { errors: [{ message, code: status }] }
    case 'docs':
      return { error: { code: `http_${status}`, message, status } }
    case 'older':
      return { error: message }
    default:
      return shape satisfies never
  }
}

/** The answer of a PATCH in the dialect of the published page: the member with its role and a nested user. */
export function memberAnswer(state: WachtState, organization: string, id: string): Reply {
  const member = memberOf(state, organization, id)
  const role = member?.roles[0]
  const user = userIdOf(id)
  return {
    status: 200,
    bare: {},
    body: {
      id,
      user_id: user,
      organization_id: organization,
      role_id: role ?? null,
      joined_at: joined,
      user: {
        id: user,
        email: member?.email ?? emailOf(id),
        username: `u${id}`,
        first_name: 'Sample',
        last_name: 'Person',
      },
      role: role === undefined ? null : { id: role, name: roleOf(state, organization, role) ?? '' },
    },
  }
}

/** A member as the list shows it: with all its roles. */
export function listedMember(state: WachtState, organization: string, id: string): unknown {
  const { roles = [], email = emailOf(id) } = memberOf(state, organization, id) ?? {}
  return {
    id,
    user_id: userIdOf(id),
    organization_id: organization,
    primary_email_address: email,
    created_at: joined,
    roles: roles.map(role => ({ id: role, name: roleOf(state, organization, role) ?? '' })),
  }
}

/** The user of a membership. The two ids differ, so that no test confuses them. */
const userIdOf = (membership: string) => `1${membership.slice(1)}`
const emailOf = (membership: string) => `u${membership}@example.com`
