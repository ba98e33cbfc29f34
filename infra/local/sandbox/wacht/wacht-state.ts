/** The memberships of a Wacht deployment and how its calls change them (functions/targets/README.md#wacht). */

/** One membership: the set of its roles. A soft-deleted one can be written to and is not listed. */
export interface WachtMember {
  readonly roles: readonly string[]
  readonly deleted?: boolean
  /** The user's primary address; made from the id unless given. */
  readonly email?: string
}

/** One organization: its roles by id with their names, its members by membership id. */
export interface WachtOrganization {
  readonly roles: Readonly<Record<string, string>>
  readonly members: Readonly<Record<string, WachtMember>>
}

/**
 * All organizations by id. In an `open` deployment every organization, role and member exists, the member without
 * roles, unless its id ends in 404.
 */
export interface WachtState {
  readonly open: boolean
  readonly organizations: Readonly<Record<string, WachtOrganization>>
}

const nothing: WachtOrganization = { roles: {}, members: {} }
const exists = (id: string) => !id.endsWith('404')

/** The organization, or undefined where there is none. */
export function organizationOf(state: WachtState, id: string): WachtOrganization | undefined {
  return state.organizations[id] ?? (state.open && exists(id) ? nothing : undefined)
}

/** The member, soft-deleted ones too, or undefined where there is none. */
export function memberOf(state: WachtState, organization: string, id: string): WachtMember | undefined {
  const found = organizationOf(state, organization)
  return found && (found.members[id] ?? (state.open && exists(id) ? { roles: [] } : undefined))
}

/** The name of a role of the organization, or undefined where it has none of that id. */
export function roleOf(state: WachtState, organization: string, id: string): string | undefined {
  const found = organizationOf(state, organization)
  return found && (found.roles[id] ?? (state.open && exists(id) ? `role ${id}` : undefined))
}

/** The state with the member's set of roles replaced. */
export function withRoles(
  state: WachtState,
  organization: string,
  id: string,
  roles: readonly string[],
): WachtState {
  const found = organizationOf(state, organization) ?? nothing
  const member = { ...memberOf(state, organization, id), roles }
  const members = { ...found.members, [id]: member }
  return { ...state, organizations: { ...state.organizations, [organization]: { ...found, members } } }
}

/**
 * The roles after a PATCH with `role_ids`. Delete-all and insert-on-conflict-do-nothing see the same rows, so a named role that the
 * member already has is deleted and not inserted again.
 */
export function replaced(present: readonly string[], named: readonly string[]): readonly string[] {
  return [...new Set(named)].filter(role => !present.includes(role))
}

/** One page of the members that are not soft-deleted. */
export function pageOf(organization: WachtOrganization, limit: number, offset: number) {
  const listed = Object.entries(organization.members).filter(([, member]) => !member.deleted)
  return { page: listed.slice(offset, offset + limit), more: listed.length > offset + limit }
}
