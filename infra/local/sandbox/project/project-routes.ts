import type { Call, Reply, Routes, SandboxRequest } from '../sandbox-call.ts'
import {
  groupOf,
  memberOf,
  type ProjectMember,
  type ProjectState,
  projectOf,
  withMember,
} from './project-state.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const stamp = '2023-11-07T05:31:56.000Z'

/** An error body. The contract does not describe it. */
export const projectError = (status: number, message: string) => ({ statusCode: status, message })

const refuse = (status: number, message: string): Reply => ({ status, body: projectError(status, message) })

/** The addresses of the project API. */
export const projectRoutes: Routes<ProjectState> = request => {
  const [api, projects, rawProject, members, rawMember, ...rest] = request.path
  if (api !== 'api' || projects !== 'projects' || members !== 'members' || rest.length > 0) return undefined
  const project = rawProject?.toLowerCase() ?? ''
  const member = rawMember?.toLowerCase()
  if (!uuid.test(project)) return refuse(400, 'projectId must be a UUID')
  if (member === undefined) return request.method === 'GET' ? list(project, request) : undefined
  if (!uuid.test(member)) return refuse(400, 'memberId must be a UUID')
  return request.method === 'PUT' ? update(project, member, request) : undefined
}

/** PUT replaces the whole member. A missing field is false or empty. */
function update(project: string, member: string, { body }: SandboxRequest): Call<ProjectState> {
  const { groupIds = [], owner = false } = (body ?? {}) as Partial<Record<keyof ProjectMember, unknown>>
  const shown = (state: ProjectState) => answer(state, project, member)
  return {
    kind: 'write',
    member: `project/${project}/${member}`,
    unchanged: shown,
    view: state => memberOf(state, project, member),
    perform: state => {
      if (typeof owner !== 'boolean') return { state, reply: refuse(400, 'owner must be a boolean') }
      if (!Array.isArray(groupIds)) return { state, reply: refuse(400, 'groupIds must be a list of UUIDs') }
      if (!memberOf(state, project, member)) return { state, reply: refuse(404, 'Member not found') }
      const unknown = groupIds.find(id => groupOf(state, project, String(id)) === undefined)
      if (unknown !== undefined) return { state, reply: refuse(400, `Group not found: ${unknown}`) }
      const after = withMember(state, project, member, {
        ...memberOf(state, project, member),
        ...{ groupIds: [...new Set(groupIds)], owner },
      })
      return { state: after, reply: shown(after) }
    },
  }
}

/** GET lists a page of members; pages count from 1. */
function list(project: string, { query }: SandboxRequest): Call<ProjectState> {
  const current = Number(query.get('page') ?? 1)
  const pageSize = Number(query.get('perPage') ?? 10)
  return {
    kind: 'read',
    member: `project/${project}`,
    perform: state => {
      const found = projectOf(state, project)
      if (!found) return { state, reply: refuse(404, 'Project not found') }
      const ids = Object.keys(found.members)
      const from = (current - 1) * pageSize
      const page = ids.slice(from, from + pageSize)
      const to = from + page.length
      const body = {
        results: page.map(id => view(state, project, id)),
        paginate: { current, from: page.length > 0 ? from + 1 : 0, to, total: ids.length, pageSize },
      }
      return { state, reply: { status: 200, body } }
    },
  }
}

function answer(state: ProjectState, project: string, member: string): Reply {
  return {
    status: 200,
    body: view(state, project, member),
    bare: { id: member, createdAt: stamp, updatedAt: stamp },
  }
}

function view(state: ProjectState, project: string, id: string) {
  const member = memberOf(state, project, id)
  const groups = (member?.groupIds ?? []).map(group => ({
    id: group,
    name: groupOf(state, project, group) ?? '',
    projectId: project,
    permissions: [],
  }))
  const user = {
    id: `f${id.slice(1)}`,
    email: member?.email ?? `u-${id.slice(0, 8)}@example.com`,
    firstName: 'Sample',
  }
  return {
    id,
    createdAt: stamp,
    updatedAt: stamp,
    owner: member?.owner ?? false,
    userId: user.id,
    projectId: project,
    user,
    groups,
  }
}
