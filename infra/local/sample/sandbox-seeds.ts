import type { Project, ProjectMember, WachtMember, WachtOrganization } from '../sandbox/sandboxes.ts'

/** A role catalogue, read leniently. */
export type Catalogue = Readonly<
  Record<
    string,
    {
      readonly wacht?: Readonly<Record<string, { readonly roleId: string }>>
      readonly project?: Readonly<Record<string, { readonly groupIds: readonly string[] }>>
    }
  >
>

/** The state of the sandbox targets at the start. */
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
 * The roles of the catalogue, and the members that the events name, without a role. A person named by e-mail is a member wherever
 * the catalogue has the role. Ids that end in 404 stay unknown.
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
  for (const named of parseEach(bodies)) {
    const { target, organizationId, membershipId, projectId, memberId } = named
    if (target === 'wacht' && known(organizationId, membershipId)) {
      organization(organizationId!).members[membershipId!] ??= { roles: [] }
    }
    if (target === 'project' && known(projectId, memberId)) {
      project(projectId!.toLowerCase()).members[memberId!.toLowerCase()] ??= { groupIds: [], owner: false }
    }
  }
  for (const [n, { email, role }] of peopleIn(bodies).entries()) {
    const { wacht = {}, project: byProject = {} } = catalogue[role] ?? {}
    for (const id of Object.keys(wacht)) {
      organization(id).members[personMembership(n)] ??= { roles: [], email }
    }
    for (const id of Object.keys(byProject)) {
      project(id.toLowerCase()).members[personMember(n)] ??= { groupIds: [], owner: false, email }
    }
  }
  return { organizations, projects }
}

/** The people whom events name by e-mail, each once, with their first role. An address that begins with 404 is nobody's. */
function peopleIn(bodies: readonly string[]): { readonly email: string; readonly role: string }[] {
  const named = parseEach(bodies).flatMap(({ person, role }) => {
    const email = person?.email
    return typeof email === 'string' && typeof role === 'string' && !email.startsWith('404')
      ? [{ email, role }]
      : []
  })
  return [...new Map(named.toReversed().map(one => [one.email.toLowerCase(), one])).values()]
}

const personMembership = (n: number) => `73019543812310${String(n).padStart(5, '0')}`
const personMember = (n: number) => `5d2e8f11-0000-4000-8000-${String(n).padStart(12, '0')}`

const known = (...ids: unknown[]) => ids.every(id => typeof id === 'string' && !id.endsWith('404'))

/** The ids in an event's data. */
type NamedIds = Readonly<
  Partial<Record<'target' | 'organizationId' | 'membershipId' | 'projectId' | 'memberId' | 'role', string>>
> & { readonly person?: { readonly email?: string } | null }

/** The data of each body that looks like an event. */
function parseEach(bodies: readonly string[]): NamedIds[] {
  return bodies.flatMap(body => {
    try {
      const data = (JSON.parse(body) as { data?: unknown } | null)?.data
      return typeof data === 'object' && data !== null ? [data as NamedIds] : []
    } catch {
      return []
    }
  })
}
