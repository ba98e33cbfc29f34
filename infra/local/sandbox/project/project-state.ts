/** The memberships of a project API and how its calls change them (functions/targets/README.md#project-api). */

/** One membership: its groups and the Admin flag. */
export interface ProjectMember {
  readonly groupIds: readonly string[]
  readonly owner: boolean
  /** The user's address; made from the id unless given. */
  readonly email?: string
}

/** One project: its groups by id with their names, its members by membership id. */
export interface Project {
  readonly groups: Readonly<Record<string, string>>
  readonly members: Readonly<Record<string, ProjectMember>>
}

/**
 * All projects by id. In an `open` API every project, group and member exists, the member without groups, unless its
 * id ends in 404.
 */
export interface ProjectState {
  readonly open: boolean
  readonly projects: Readonly<Record<string, Project>>
}

const nothing: Project = { groups: {}, members: {} }
const exists = (id: string) => !id.endsWith('404')

/** The project, or undefined where there is none. */
export function projectOf(state: ProjectState, id: string): Project | undefined {
  return state.projects[id] ?? (state.open && exists(id) ? nothing : undefined)
}

/** The member, or undefined where there is none. */
export function memberOf(state: ProjectState, project: string, id: string): ProjectMember | undefined {
  const found = projectOf(state, project)
  return (
    found && (found.members[id] ?? (state.open && exists(id) ? { groupIds: [], owner: false } : undefined))
  )
}

/** The name of a group of the project, or undefined where it has none of that id. */
export function groupOf(state: ProjectState, project: string, id: string): string | undefined {
  const found = projectOf(state, project)
  return found && (found.groups[id] ?? (state.open && exists(id) ? `group ${id}` : undefined))
}

/** The state with the whole membership replaced. */
export function withMember(
  state: ProjectState,
  project: string,
  id: string,
  member: ProjectMember,
): ProjectState {
  const found = projectOf(state, project) ?? nothing
  const members = { ...found.members, [id]: member }
  return { ...state, projects: { ...state.projects, [project]: { ...found, members } } }
}
