import { type Sandbox, startEdge } from './edge.ts'
import { projectError, projectRoutes } from './project-routes.ts'
import type { Project, ProjectState } from './project-state.ts'
import { store } from './store.ts'

/** How a project API sandbox begins. */
export interface ProjectSandboxOptions {
  /** 0, any free port, unless given. */
  readonly port?: number
  readonly token: string
  readonly projects: Readonly<Record<string, Project>>
  /** Everything exists whose id does not end in 404; false unless given. */
  readonly open?: boolean
  /** Keeps the state in this file, and begins with what stands there. */
  readonly file?: string
}

/** A running project API sandbox; members are named `project/<projectId>/<memberId>`, lists `project/<projectId>`. */
export type ProjectSandbox = Sandbox<ProjectState>

/** Starts a project API sandbox on loopback; rejects when the port is taken. */
export function startProjectSandbox(options: ProjectSandboxOptions): Promise<ProjectSandbox> {
  const { port = 0, token, projects, open = false, file } = options
  return startEdge({
    port,
    token,
    store: store<ProjectState>({ open, projects }, file),
    routes: projectRoutes,
    error: projectError,
  })
}
