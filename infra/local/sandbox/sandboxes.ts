/** The sandbox targets: servers on loopback that keep the documented contracts, and misbehave on command. */
import { projectError, projectRoutes } from './project-routes.ts'
import type { Project, ProjectState } from './project-state.ts'
import { type Sandbox, startSandbox } from './sandbox-server.ts'
import { store } from './state-store.ts'
import { type WachtDialect, wachtRoutes } from './wacht-routes.ts'
import type { WachtOrganization, WachtState } from './wacht-state.ts'
import { type WachtErrorShape, wachtError } from './wacht-views.ts'

export type { JournalEntry } from './call-journal.ts'
export { type Fault, type FaultAnswer, faults } from './faults.ts'
export type { Project, ProjectMember, ProjectState } from './project-state.ts'
export type { Sandbox } from './sandbox-server.ts'
export type { WachtDialect } from './wacht-routes.ts'
export type { WachtMember, WachtOrganization, WachtState } from './wacht-state.ts'
export type { WachtErrorShape } from './wacht-views.ts'

interface SandboxOptions {
  /** 0, any free port, unless given. */
  readonly port?: number
  readonly token: string
  /** Everything exists whose id does not end in 404; false unless given. */
  readonly open?: boolean
  /** Keeps the state in this file, and begins with what stands there. */
  readonly file?: string
}

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

/** How a project API sandbox begins. */
export interface ProjectSandboxOptions extends SandboxOptions {
  readonly projects: Readonly<Record<string, Project>>
}

/** A running project API sandbox; members are named `project/<projectId>/<memberId>`, lists `project/<projectId>`. */
export type ProjectSandbox = Sandbox<ProjectState>

/** Starts a project API sandbox on loopback; rejects when the port is taken. */
export function startProjectSandbox(options: ProjectSandboxOptions): Promise<ProjectSandbox> {
  const { port = 0, token, projects, open = false, file } = options
  const kept = store<ProjectState>({ open, projects }, file)
  return startSandbox({ port, token, store: kept, routes: projectRoutes, error: projectError })
}
