import * as v from 'valibot'
import { dateFields, untilWithThen } from '../../core/event/dates.ts'
import { roleName, uuid } from '../../core/event/ids.ts'
import { resolveRole } from '../../core/event/role-catalogue.ts'
import { sameDesired } from '../../core/ledger/desired-state.ts'
import { roleOr } from '../role-or-ids.ts'
import type { TargetKind } from '../target.ts'
import { setGroups } from './connect-project.ts'

/** A set of groups: without repeats and sorted, so that equal sets are equal states. */
const groupIds = v.pipe(
  v.array(uuid, 'must be an array of UUIDs'),
  v.check(ids => new Set(ids).size === ids.length, 'must not name a group twice'),
  v.metadata({ uniqueItems: true }),
  v.transform(ids => ids.toSorted()),
)

const owner = v.boolean('must be true or false')

const fields = v.strictObject({
  target: v.literal('project'),
  projectId: uuid,
  memberId: uuid,
  role: v.optional(roleName),
  groupIds: v.optional(groupIds),
  owner: v.optional(owner),
  ...dateFields,
})

type ProjectData = v.InferOutput<typeof fields>

/** The project API: a member's groups and owner flag (functions/targets/README.md#project-api). */
export const project: TargetKind<ProjectData, unknown, 'project'> = {
  name: 'project',
  data: v.pipe(fields, ...roleOr<ProjectData>('groupIds', 'owner'), ...untilWithThen<ProjectData>()),
  scope: uuid,
  memberId: uuid,
  state: v.strictObject({ groupIds, owner }, 'must be an object'),
  options: v.object({}),
  member: data => `project/${data.projectId}/${data.memberId}`,
  desired: (data, catalogue) =>
    data.role === undefined
      ? { groupIds: data.groupIds as string[], owner: data.owner as boolean }
      : resolveRole(catalogue, data.role, 'project', data.projectId),
  listsStates: () => true,
  includes: (state, wanted) =>
    (wanted.groupIds as readonly string[]).every(id => [state.groupIds].flat().includes(id)) &&
    (state.owner === true || wanted.owner !== true),
  isExactly: sameDesired,
  connect: setGroups,
}
