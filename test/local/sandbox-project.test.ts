import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { faults } from '../../infra/local/sandbox/faults.ts'
import {
  type ProjectSandbox,
  startProjectSandbox,
} from '../../infra/local/sandbox/project/project-sandbox.ts'

const project = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const group = 'a1f0c3cc-0d44-4b50-8888-8dd25736052a'
const ids = Array.from({ length: 12 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
const member = ids[0]!
const name = `project/${project}/${member}`

let sandbox: ProjectSandbox
beforeEach(async () => {
  sandbox = await startProjectSandbox({
    token: 'right',
    projects: {
      [project]: {
        groups: { [group]: 'Editors' },
        members: Object.fromEntries(ids.map(id => [id, { groupIds: [group], owner: true }])),
      },
    },
  })
})
afterEach(() => sandbox.stop())

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${sandbox.url}/api/projects/${project}/members${path}`, {
    method,
    headers: { authorization: 'Bearer right' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}

test('a PUT replaces the membership and answers it', async () => {
  const answer = await call('PUT', `/${member}`, { groupIds: [], owner: true })
  expect(answer).toMatchObject({ status: 200, body: { id: member, owner: true, groups: [] } })
})
test('an owner is demoted where owner is left out', async () => {
  const answer = await call('PUT', `/${member}`, { groupIds: [group] })
  expect(answer.body).toMatchObject({ owner: false, groups: [{ id: group, projectId: project }] })
})
test('a group of another project is 400, an unknown member 404', async () => {
  expect((await call('PUT', `/${member}`, { groupIds: [member], owner: false })).status).toBe(400)
  expect((await call('PUT', `/${group}`, { groupIds: [], owner: false })).status).toBe(404)
  expect(sandbox.state.projects[project]?.members[member]).toEqual({ groupIds: [group], owner: true })
})
test('the list pages from 1, ten a page unless told otherwise', async () => {
  const first = await call('GET', '')
  expect(first.body).toMatchObject({ paginate: { current: 1, from: 1, to: 10, total: 12, pageSize: 10 } })
  const last = await call('GET', '?page=3&perPage=5')
  expect(last.body).toMatchObject({
    results: [{ id: ids[10] }, { id: ids[11] }],
    paginate: { from: 11, to: 12 },
  })
})
test('an answer can leave out its optional fields', async () => {
  sandbox.next(name, faults.bare())
  const answer = await call('PUT', `/${member}`, { groupIds: [], owner: false })
  expect(Object.keys(answer.body as object)).toEqual(['id', 'createdAt', 'updatedAt'])
  expect(sandbox.state.projects[project]?.members[member]).toEqual({ groupIds: [], owner: false })
})
