import * as v from 'valibot'
import { dateFields, untilWithThen } from '../../core/event/dates.ts'
import { i64, roleName } from '../../core/event/ids.ts'
import { resolveRole } from '../../core/event/role-catalogue.ts'
import { roleOr } from '../role-or-ids.ts'
import type { Target, TargetKind } from '../target.ts'
import { setRole } from './role-id.ts'
import { isExactly, replaceRoles } from './role-ids.ts'

const fields = v.strictObject({
  target: v.literal('wacht'),
  organizationId: i64,
  membershipId: i64,
  role: v.optional(roleName),
  roleId: v.optional(i64),
  ...dateFields,
})

type WachtData = v.InferOutput<typeof fields>
type WachtOptions = { readonly WACHT_DIALECT: 'role_id' | 'role_ids' }

/** Wacht: the role of a member in an organization (functions/targets/README.md#wacht). */
export const wacht: TargetKind<WachtData, WachtOptions, 'wacht'> = {
  name: 'wacht',
  defaultUrl: 'https://api.wacht.dev',
  data: v.pipe(fields, ...roleOr<WachtData>('roleId'), ...untilWithThen<WachtData>()),
  scope: i64,
  memberId: i64,
  state: v.strictObject({ roleId: i64 }, 'must be an object'),
  options: v.object({
    WACHT_DIALECT: v.optional(v.picklist(['role_id', 'role_ids'], 'must be role_id or role_ids'), 'role_id'),
  }),
  member: data => `wacht/${data.organizationId}/${data.membershipId}`,
  desired: (data, catalogue) =>
    data.role === undefined
      ? { roleId: data.roleId as string }
      : resolveRole(catalogue, data.role, 'wacht', data.organizationId),
  listsStates: ({ WACHT_DIALECT }) => WACHT_DIALECT === 'role_ids',
  includes: ({ roleId, role_ids }, wanted) => [roleId, role_ids].flat().includes(wanted.roleId as string),
  isExactly: ({ role_ids = [] }, wanted) => isExactly(role_ids as readonly string[], wanted.roleId as string),
  connect: (baseUrl, { WACHT_DIALECT }): Target =>
    WACHT_DIALECT === 'role_id' ? setRole(baseUrl) : replaceRoles(baseUrl),
}
