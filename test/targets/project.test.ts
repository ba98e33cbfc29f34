import { afterEach, describe, expect, test } from '@jest/globals'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { faults } from '../../infra/local/sandbox/faults.ts'
import {
  type ProjectSandbox,
  startProjectSandbox,
} from '../../infra/local/sandbox/project/project-sandbox.ts'
import { groupA, groupB, memberId, projectId } from '../support/events.ts'
import { json, startServer, type TestServer } from '../support/server.ts'
import { applyOver, projectTarget, readOver, token } from '../support/subjects.ts'

const { member, wanted } = projectTarget
const groups = [{ id: groupB.toUpperCase() }, { id: groupA }]

describe('where the answer leaves something out the member is read back', () => {
  let sandbox: ProjectSandbox
  afterEach(() => sandbox.stop())
  const start = async (others = 0) => {
    const before = Object.fromEntries(
      Array.from({ length: others }, (_, n) => [
        `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
        { groupIds: [], owner: false },
      ]),
    )
    const members = { ...before, [memberId]: { groupIds: [groupA], owner: true } }
    sandbox = await startProjectSandbox({
      token,
      projects: { [projectId]: { groups: { [groupA]: 'A', [groupB]: 'B' }, members } },
    })
  }
  const apply = (): Promise<Effect> => applyOver(projectTarget.connect(sandbox.url), member, wanted)
  const reads = () =>
    sandbox.journal.filter(({ kind }) => kind === 'read').map(({ path }) => path.replace(/^.*\?/, ''))

  test('and what is found there is the proof', async () => {
    await start()
    sandbox.next(member, faults.bare())
    expect(await apply()).toEqual({ kind: 'proven', status: 200 })
    expect(reads()).toEqual(['page=1&perPage=100'])
  })
  test('or that nothing was done', async () => {
    await start()
    sandbox.next(member, faults.noEffect('bare'))
    expect(await apply()).toMatchObject({ kind: 'refused', reason: 'no_effect' })
  })
  test('on whatever page it stands', async () => {
    await start(250)
    sandbox.next(member, faults.bare())
    expect((await apply()).kind).toBe('proven')
    expect(reads()).toEqual(['page=1&perPage=100', 'page=2&perPage=100', 'page=3&perPage=100'])
  })
  test.each([
    ['500', faults.error(500)],
    ['404', faults.error(404)],
    ['403', faults.error(403)],
    ['429', faults.throttled(9)],
    ['a redirect', faults.redirect('/')],
    ['HTML', faults.html(200)],
    ['a reset', faults.reset()],
    ['JSON that is no list', { answer: { status: 200, body: { results: {} } } }],
  ] as const)('and a read-back that answers %s proves nothing either way', async (_, fault) => {
    await start()
    sandbox.next(member, faults.bare())
    sandbox.next(`project/${projectId}`, { ...fault, on: 'read' })
    expect(await apply()).toMatchObject({ kind: 'unknown', cause: 'read_back_failed', answered: true })
  })
})

test('a list that shifts while it is paged through is read again before anybody is believed to be missing', async () => {
  const page = (results: object[]) => ({ results, paginate: { total: 2 } })
  const pages = [
    page([{ id: groupA }]),
    page([{ id: groupA }]),
    page([{ id: memberId, owner: false, groups }]),
  ]
  const server = await startServer((response, { method }) =>
    json(response, 200, method === 'GET' ? pages.shift() : {}),
  )
  const effect = await applyOver(projectTarget.connect(server.url), member, wanted)
  await server.stop()
  expect({ kind: effect.kind, pages }).toEqual({ kind: 'proven', pages: [] })
})

test('a list of one page that says how many there are is read once, whoever is missing', async () => {
  const server = await startServer(response =>
    json(response, 200, { results: [{ id: groupA }], paginate: { total: 1 } }),
  )
  expect(await readOver(projectTarget.connect(server.url), member)).toEqual({ kind: 'absent' })
  await server.stop()
  expect(server.seen).toHaveLength(1)
})

test('a list that does not say how long it is ends with a page that holds nobody new', async () => {
  const others = [[{ id: groupA }], [{ id: groupB }]]
  // One member a page, and behind the last page that one again.
  const asked = (pages: readonly object[][]) =>
    startServer((response, { method, url }) => {
      const page = Number(new URL(url, 'http://h.example').searchParams.get('page'))
      json(response, 200, method === 'GET' ? { results: pages[page - 1] ?? pages.at(-1) } : {})
    })
  const last = [{ id: memberId, owner: false, groups }]
  for (const [pages, kind] of [
    [[...others, last], 'proven'],
    [others, 'refused'],
  ] as const) {
    const server = await asked(pages)
    const effect = await applyOver(projectTarget.connect(server.url), member, wanted)
    await server.stop()
    expect(effect.kind).toBe(kind)
  }
})

describe('what the answer shows is compared as it stands', () => {
  let server: TestServer
  afterEach(() => server.stop())
  test.each<[string, object, string]>([
    ['groups in another order and spelling', { owner: false, groups }, 'proven'],
    ['a group named twice', { owner: false, groups: [...groups, { id: groupA }] }, 'proven'],
    ['another owner flag', { owner: true, groups }, 'refused'],
    ['one group more', { owner: false, groups: [...groups, { id: memberId }] }, 'refused'],
    ['one group less', { owner: false, groups: [{ id: groupA }] }, 'refused'],
    ['no group', { owner: false, groups: [] }, 'refused'],
  ])('%s', async (_, shown, kind) => {
    server = await startServer(response => json(response, 200, shown))
    expect((await applyOver(projectTarget.connect(server.url), member, wanted)).kind).toBe(kind)
    expect(server.seen).toHaveLength(1)
  })
  test.each([
    { owner: false },
    { groups },
    { owner: null, groups },
    { owner: 'false', groups },
    { owner: false, groups: null },
  ])('%j is not the whole state: read back', async shown => {
    const list = { results: [{ id: memberId.toUpperCase(), owner: false, groups }], paginate: { total: 1 } }
    server = await startServer((response, { method }) => json(response, 200, method === 'GET' ? list : shown))
    expect((await applyOver(projectTarget.connect(server.url), member, wanted)).kind).toBe('proven')
    expect(server.seen.map(({ method }) => method)).toEqual(['PUT', 'GET'])
  })
  test('both fields are always sent', async () => {
    server = await startServer(response => json(response, 200, {}))
    await applyOver(projectTarget.connect(server.url), member, { groupIds: [], owner: false })
    expect(server.seen[0]?.body).toBe('{"groupIds":[],"owner":false}')
  })
})

test.each([
  'https://h.example',
  'https://h.example/',
  'https://h.example/api',
  'https://h.example/api/',
  'https://h.example//',
  'https://h.example/api//',
])('the base URL %s is the same place', url => {
  expect(projectTarget.connect(url).request(member, wanted).url).toBe(
    `https://h.example/api/projects/${projectId}/members/${memberId}`,
  )
})

test('the tenant’s own path stays before the API', () => {
  const { url } = projectTarget.connect('https://h.example/tenant/api/').request(member, wanted)
  expect(url).toMatch(/^https:\/\/h\.example\/tenant\/api\/projects\//)
})
