import { knownIds, type SandboxOptions, type SandboxSeed, type StartSandbox } from '../sandbox-seed.ts'
import { type Sandbox, startSandbox } from '../sandbox-server.ts'
import { store } from '../state-store.ts'
import { projectError, projectRoutes } from './project-routes.ts'
import type { Project, ProjectMember, ProjectState } from './project-state.ts'

export type { Project, ProjectMember, ProjectState } from './project-state.ts'

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

/** The sandbox of a run. */
export const start: StartSandbox = (options, _context, seed) =>
  startProjectSandbox({ ...options, projects: projectsOf(seed) })

interface Groups {
  readonly groups: Record<string, string>
  readonly members: Record<string, ProjectMember>
}

function projectsOf({ catalogue, events, people }: SandboxSeed): Record<string, Project> {
  const projects: Record<string, Groups> = {}
  const project = (id: string) => (projects[id.toLowerCase()] ??= { groups: {}, members: {} })
  for (const [name, scopes] of Object.entries(catalogue)) {
    for (const [id, { groupIds }] of Object.entries(scopes)) {
      for (const group of groupIds as readonly string[]) {
        project(id).groups[group.toLowerCase()] ??= `group of ${name}`
      }
    }
  }
  for (const { projectId, memberId } of events) {
    const [id, member] = knownIds(projectId, memberId)
    if (id && member) project(id).members[member.toLowerCase()] ??= { groupIds: [], owner: false }
  }
  for (const [n, { email, scopes }] of people.entries()) {
    const member = `5d2e8f11-0000-4000-8000-${String(n).padStart(12, '0')}`
    for (const id of scopes) {
      project(id).members[member] ??= { groupIds: [], owner: false, email }
    }
  }
  return projects
}
