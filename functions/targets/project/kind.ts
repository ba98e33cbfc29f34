import * as v from 'valibot'
import { roleName, uuid } from '../../core/ids.ts'
import { resolveRole } from '../../core/roles.ts'
import { roleOr } from '../choice.ts'
import type { TargetKind } from '../target.ts'
import { setGroups } from './groups.ts'

/** A set of groups: no repeats, in one order, so that the same set is the same state. */
const groupIds = v.pipe(
  v.array(uuid, 'must be an array of UUIDs'),
  v.check(ids => new Set(ids).size === ids.length, 'must not name a group twice'),
  v.metadata({ uniqueItems: true }),
  v.transform(ids => ids.toSorted()),
)

const owner = v.boolean('must be true or false')

const fields = v.strictObject(
  {
    target: v.literal('project'),
    projectId: uuid,
    memberId: uuid,
    role: v.optional(roleName),
    groupIds: v.optional(groupIds),
    owner: v.optional(owner),
  },
  'must be an object',
)

type Data = v.InferOutput<typeof fields>

/** The project API: a member's groups and owner flag (functions/targets/README.md#project-api). */
export const project: TargetKind<Data, unknown> = {
  name: 'project',
  data: v.pipe(fields, ...roleOr<Data>('groupIds', 'owner')),
  scope: uuid,
  state: v.strictObject({ groupIds, owner }),
  options: v.object({}),
  member: data => `project/${data.projectId}/${data.memberId}`,
  desired: (data, catalogue) =>
    data.role === undefined
      ? { groupIds: data.groupIds as string[], owner: data.owner as boolean }
      : resolveRole(catalogue, data.role, 'project', data.projectId),
  connect: setGroups,
}
