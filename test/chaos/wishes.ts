import type { Random } from '../simulation/random.ts'
import {
  catalogue,
  groupIds,
  type Member,
  organizationId,
  projectId,
  roleIds,
  stateOf,
  strangeGroupId,
  strangeRoleId,
} from './cast.ts'

/** What one event asks for: its `data`, the state that it means, and the letter that it must become. */
export interface Wish {
  readonly data: Record<string, unknown>
  readonly wants: string
  readonly must?: string
}

/** A random wish for a member: by role name or by ids; now and then a role that nobody knows. */
export function wishOf(member: Member, random: Random): Wish {
  const { target } = member
  const scope =
    target === 'wacht'
      ? { organizationId, membershipId: member.id }
      : { projectId, memberId: random.chance(0.3) ? member.id.toUpperCase() : member.id }
  if (random.chance(0.04)) {
    return { data: { target, ...scope, role: 'head-of-everything' }, wants: '', must: 'unknown_role' }
  }
  if (random.chance(0.4)) {
    const role = random.pick(Object.keys(catalogue))
    return { data: { target, ...scope, role }, wants: ofRole(role, target) }
  }
  if (target === 'wacht') {
    const roleId = random.chance(0.05) ? strangeRoleId : random.pick(roleIds)
    return { data: { target, ...scope, roleId }, wants: roleId }
  }
  const groups = [
    ...groupIds.filter(() => random.chance(0.5)),
    ...(random.chance(0.05) ? [strangeGroupId] : []),
  ].reverse()
  const owner = random.chance(0.5)
  const holds = [...groups, ...(owner ? ['owner'] : [])]
  return { data: { target, ...scope, groupIds: groups, owner }, wants: stateOf(holds) }
}

function ofRole(role: string, target: Member['target']): string {
  const { wacht, project } = catalogue[role]!
  if (target === 'wacht') return stateOf([wacht[organizationId]!.roleId!])
  const { groupIds: groups, owner } = project[projectId]!
  return stateOf([...groups, ...(owner ? ['owner'] : [])])
}
