import { knownIds, type SandboxOptions, type SandboxSeed, type StartSandbox } from '../sandbox-seed.ts'
import { type Sandbox, startSandbox } from '../sandbox-server.ts'
import { store } from '../state-store.ts'
import { type WachtDialect, wachtRoutes } from './wacht-routes.ts'
import type { WachtMember, WachtOrganization, WachtState } from './wacht-state.ts'
import { type WachtErrorShape, wachtError } from './wacht-views.ts'

export type { WachtDialect } from './wacht-routes.ts'
export type { WachtMember, WachtOrganization, WachtState } from './wacht-state.ts'
export type { WachtErrorShape } from './wacht-views.ts'

/** How a Wacht sandbox begins. */
export interface WachtSandboxOptions extends SandboxOptions {
  readonly dialect: WachtDialect
  readonly organizations: Readonly<Record<string, WachtOrganization>>
  /** Which of the published shapes errors have; the server's unless given. */
  readonly errors?: WachtErrorShape
}

/** A running Wacht sandbox; members are named `wacht/<organizationId>/<membershipId>`, lists `wacht/<organizationId>`. */
export type WachtSandbox = Sandbox<WachtState>

/** Starts a Wacht sandbox on loopback; rejects when the port is taken. */
export function startWachtSandbox(options: WachtSandboxOptions): Promise<WachtSandbox> {
  const { port = 0, token, dialect, organizations, open = false, errors = 'server', file } = options
  const error = (status: number, message: string) => wachtError(errors, status, message)
  const routes = wachtRoutes(dialect, (status, message) => ({ status, body: error(status, message) }))
  return startSandbox({ port, token, store: store<WachtState>({ open, organizations }, file), routes, error })
}

/** The sandbox of a run. */
export const start: StartSandbox = (options, context, seed) => {
  const dialect = context.wachtDialect === 'role_ids' ? 'role_ids' : 'role_id'
  return startWachtSandbox({ ...options, dialect, organizations: organizationsOf(seed) })
}

interface Roles {
  readonly roles: Record<string, string>
  readonly members: Record<string, WachtMember>
}

function organizationsOf({ catalogue, events, people }: SandboxSeed): Record<string, WachtOrganization> {
  const organizations: Record<string, Roles> = {}
  const organization = (id: string) => (organizations[id] ??= { roles: {}, members: {} })
  for (const [name, scopes] of Object.entries(catalogue)) {
    for (const [id, { roleId }] of Object.entries(scopes)) organization(id).roles[String(roleId)] = name
  }
  for (const { organizationId, membershipId } of events) {
    const [id, membership] = knownIds(organizationId, membershipId)
    if (id && membership) organization(id).members[membership] ??= { roles: [] }
  }
  for (const [n, { email, scopes }] of people.entries()) {
    const membership = `73019543812310${String(n).padStart(5, '0')}`
    for (const id of scopes) {
      organization(id).members[membership] ??= { roles: [], email }
    }
  }
  return organizations
}
