import type { Project, ProjectMember, WachtMember, WachtOrganization } from '../sandbox/index.ts'
import { parseEach } from './parse-each.ts'

/** A role catalogue (DESIGN 5), read leniently. */
export type Catalogue = Readonly<
  Record<
    string,
    {
      readonly wacht?: Readonly<Record<string, { readonly roleId: string }>>
      readonly project?: Readonly<Record<string, { readonly groupIds: readonly string[] }>>
    }
  >
>

/** What the sandbox targets begin with. */
export interface Seeds {
  readonly organizations: Readonly<Record<string, WachtOrganization>>
  readonly projects: Readonly<Record<string, Project>>
}

interface Roles {
  roles: Record<string, string>
  members: Record<string, WachtMember>
}

interface Groups {
  groups: Record<string, string>
  members: Record<string, ProjectMember>
}

/**
 * The roles of the catalogue with their names, and the members that the events name, without a role. Ids that end in
 * 404 stay unknown.
 */
export function seedsOf(catalogue: Catalogue, bodies: readonly string[]): Seeds {
  const organizations: Record<string, Roles> = {}
  const projects: Record<string, Groups> = {}
  const organization = (id: string) => (organizations[id] ??= { roles: {}, members: {} })
  const project = (id: string) => (projects[id] ??= { groups: {}, members: {} })

  for (const [name, { wacht = {}, project: byProject = {} }] of Object.entries(catalogue)) {
    for (const [id, { roleId }] of Object.entries(wacht)) organization(id).roles[roleId] = name
    for (const [id, { groupIds }] of Object.entries(byProject)) {
      for (const group of groupIds)
        project(id.toLowerCase()).groups[group.toLowerCase()] ??= `group of ${name}`
    }
  }
  for (const { target, organizationId, membershipId, projectId, memberId } of parseEach(bodies)) {
    if (target === 'wacht' && known(organizationId, membershipId)) {
      organization(organizationId!).members[membershipId!] ??= { roles: [] }
    }
    if (target === 'project' && known(projectId, memberId)) {
      project(projectId!.toLowerCase()).members[memberId!.toLowerCase()] ??= { groupIds: [], owner: false }
    }
  }
  return { organizations, projects }
}

const known = (...ids: unknown[]) => ids.every(id => typeof id === 'string' && !id.endsWith('404'))
