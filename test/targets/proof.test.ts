import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import { judge } from '../../functions/core/outcome/judge.ts'
import type { Http, TargetRequest } from '../../functions/targets/target.ts'
import { unread } from '../../functions/targets/target.ts'
import { createRolesReader } from '../../functions/targets/wacht/member-roles.ts'
import {
  engineerRole,
  groupA,
  groupB,
  managerRole,
  memberId,
  membership,
  organization,
} from '../support/events.ts'
import { projectTarget, wachtId, wachtIds } from '../support/subjects.ts'

const at = 'http://h.example'

/** A way to a target that gives these bodies one after the other, the last one again and again; `sent` is what it was asked. */
function way(...bodies: unknown[]) {
  const sent: TargetRequest[] = []
  const http: Http = async request => {
    sent.push(request)
    const json = bodies.length > 1 ? bodies.shift() : bodies[0]
    return { kind: 'answered', status: 200, ...(json !== undefined && { json }) } as Answer
  }
  return { http, sent }
}
const holding = (id: string, ...roles: string[]) => ({ id, roles: roles.map(role => ({ id: role })) })
const listed = (...data: object[]) => ({ data, has_more: false })
/** Four members of Wacht in pages of one, in an order that a test may change; `asked` is each offset. */
function oneByOne() {
  const order = ['1', '2', '3', '4']
  const asked: string[] = []
  const http: Http = async ({ url }) => {
    const offset = Number(new URL(url).searchParams.get('offset'))
    asked.push(`${offset}`)
    const json = { data: [holding(order[offset] as string, managerRole)], has_more: offset < 3 }
    return { kind: 'answered', status: 200, json }
  }
  return { http, order, asked }
}
const { member, wanted } = wachtIds

describe('the role of another member is no proof', () => {
  test('in the list of Wacht, before the write or after it', async () => {
    const others = [holding('1', managerRole), holding(membership, engineerRole), holding('2', managerRole)]
    const { http, sent } = way(listed(...others))
    expect(await wachtIds.connect(at).apply(member, wanted, http)).toEqual({
      ...{ kind: 'refused', reason: 'no_effect', status: 200 },
      detail: `the read-back shows the roles ${engineerRole}; check WACHT_DIALECT: this server may use the dialect role_id`,
    })
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'GET'])
  })
  test('in the list of a project', async () => {
    const shown = { owner: wanted.owner, groups: [{ id: groupA }, { id: groupB }] }
    const list = {
      results: [
        { id: groupA, ...shown, owner: false },
        { id: memberId, ...shown, owner: true },
        { id: groupB, ...shown, owner: false },
      ],
    }
    const { http } = way({}, list)
    const effect = await projectTarget.connect(at).apply(projectTarget.member, projectTarget.wanted, http)
    expect(effect).toEqual({
      ...{ kind: 'refused', reason: 'no_effect', status: 200 },
      detail: 'the read-back does not show the wanted groups and owner flag',
    })
  })
})

describe('an answer to the write about another member is no proof', () => {
  const other = { id: '1', role_id: managerRole }
  test('of Wacht: what the write did is not known', async () => {
    const { http } = way(other)
    expect(await wachtId.connect(at).apply(member, wanted, http)).toEqual({
      ...{ kind: 'unknown', cause: 'unreadable', answered: true, status: 200 },
      detail: 'the answer is about another member',
    })
  })
  test('an answer that names the member, or nobody, is read', async () => {
    for (const named of [{ ...other, id: membership }, { role_id: managerRole }]) {
      expect(await wachtId.connect(at).apply(member, wanted, way(named).http)).toMatchObject({
        kind: 'proven',
      })
    }
  })
  test('of a project: the read-back decides', async () => {
    const { member: projectMember, wanted: state } = projectTarget
    const shown = { owner: state.owner, groups: [{ id: groupA }, { id: groupB }] }
    const readBack = (owner: boolean) => ({ results: [{ id: memberId, ...shown, owner }] })
    const apply = (...bodies: object[]) =>
      projectTarget.connect(at).apply(projectMember, state, way(...bodies).http)
    const proven = { kind: 'proven', status: 200 }
    expect(await apply({ id: groupA, ...shown }, readBack(state.owner as boolean))).toEqual(proven)
    expect(await apply({ id: memberId.toUpperCase(), ...shown }, {})).toEqual(proven)
    expect(await apply({ id: groupA, ...shown }, readBack(!state.owner))).toMatchObject({
      ...{ kind: 'unknown', cause: 'unreadable', answered: true },
      detail: `the answer is about another member; the read-back does not show the wanted groups and owner flag`,
    })
  })
})

describe('Wacht, asked to replace roles', () => {
  const target = wachtIds.connect(at)
  test('and then without the member: it was there, and what the write did is not known', async () => {
    const { http } = way(listed(holding(membership, engineerRole)), {}, listed())
    expect(await target.apply(member, wanted, http)).toMatchObject({
      ...{ kind: 'unknown', cause: 'read_back_failed', answered: true, status: 200 },
      detail: expect.stringContaining('does not list this member'),
    })
  })
  test('and then with roles that were not asked for: each of them is named', async () => {
    const after = listed(holding(membership, engineerRole, '7'))
    const { http } = way(listed(holding(membership, engineerRole)), {}, after)
    expect(await target.apply(member, wanted, http)).toMatchObject({
      detail: expect.stringContaining(`shows the roles ${engineerRole}, 7;`),
    })
  })
  test('and then with a member without roles: that is said', async () => {
    const { http } = way(listed(holding(membership, engineerRole)), {}, listed(holding(membership)))
    expect(await target.apply(member, wanted, http)).toMatchObject({
      detail: expect.stringContaining('shows the roles none;'),
    })
  })
  test.each<[held: string[], methods: string[]]>([
    [[managerRole], ['GET']],
    [[managerRole, managerRole], ['GET']],
    [
      [managerRole, engineerRole],
      ['GET', 'DELETE', 'GET'],
    ],
  ])('%j: a wanted role that is held is neither named in a PATCH nor deleted', async (held, methods) => {
    const { http, sent } = way(
      listed(holding(membership, ...held)),
      {},
      listed(holding(membership, managerRole)),
    )
    // Where nothing is to be written, the second answer is not asked for.
    expect((await target.apply(member, wanted, http)).kind).toBe('proven')
    expect(sent.map(({ method }) => method)).toEqual(methods)
    expect(sent.filter(({ method, url }) => method === 'DELETE' && url.endsWith(managerRole))).toEqual([])
  })
})

describe('Wacht, asked to set the one role', () => {
  test.each<[answer: unknown, kind: string]>([
    [{ role_id: managerRole }, 'proven'],
    [{ role: { id: managerRole } }, 'proven'],
    [{ role_id: managerRole, role: { id: managerRole } }, 'proven'],
    [{ role_id: managerRole, role: null }, 'proven'],
    [{ role_id: null, role: { id: managerRole } }, 'proven'],
    [{ role_id: managerRole, role: { id: engineerRole } }, 'refused'],
    [{ role_id: engineerRole, role: { id: managerRole } }, 'refused'],
    [{ role_id: null, role: null }, 'refused'],
    [{ roles: [{ id: managerRole }] }, 'refused'],
    [{}, 'refused'],
  ])('and answering %j', async (answer, kind) => {
    const effect = await wachtId.connect(at).apply(member, wanted, way(answer).http)
    expect(effect.kind).toBe(kind)
    if (kind === 'refused') expect(effect).toMatchObject({ reason: 'no_effect', status: 200 })
  })
})

test('a project that leaves out the groups or the owner flag does not say what the member holds', async () => {
  const detail = 'the list leaves out the groups or the owner flag'
  for (const shown of [{ owner: true }, { groups: [] }, { owner: true, groups: [{}] }]) {
    const { http } = way({ results: [{ id: memberId, ...shown }] })
    const reading = await projectTarget.connect(at).read?.(projectTarget.member, http)
    expect(reading).toMatchObject({ kind: 'unread', detail })
  }
})

test('a project whose answer shows another state says where it was shown', async () => {
  const { http } = way({ owner: true, groups: [] })
  const effect = await projectTarget.connect(at).apply(projectTarget.member, projectTarget.wanted, http)
  expect(effect).toMatchObject({ detail: 'the answer does not show the wanted groups and owner flag' })
})

test('a member of Wacht whose roles are no list has not been read', async () => {
  for (const roles of [undefined, null, {}, 'x', [managerRole]]) {
    const effect = await wachtIds
      .connect(at)
      .apply(member, wanted, way({ data: [{ id: membership, roles }], has_more: false }).http)
    expect(effect).toMatchObject({
      cause: 'read_failed',
      detail: expect.stringContaining('not a list of members'),
    })
  }
})

test('a list of Wacht that is refused keeps the words of the refusal, whatever else it holds', async () => {
  const json = { message: 'not your organization', data: [] }
  const http: Http = async () => ({ kind: 'answered', status: 403, json })
  const detail = 'not your organization'
  expect(await wachtIds.connect(at).apply(member, wanted, http)).toMatchObject({
    cause: 'read_failed',
    detail,
  })
  expect(await wachtIds.connect(at).people(organization, 0, http)).toMatchObject({ effect: { detail } })
})

test('the places of so many members are remembered: the one that was seen longest ago is sought anew', async () => {
  const { http, asked } = oneByOne()
  const rolesOf = createRolesReader(at, 2)
  const read = (n: number) => rolesOf(`wacht/${organization}/${n}`, http, 'before')
  for (const n of [4, 4, 3, 1]) expect(await read(n)).toMatchObject({ ok: true, roles: [managerRole] })
  expect(asked.join(' ')).toBe('0 1 2 3 3 2 0')
})

test('an effect that is no reason is told as the status of the answer', () => {
  expect(unread({ kind: 'proven', status: 200 })).toMatchObject({ kind: 'unread', detail: 'answered 200' })
  const failed = judge('before', { kind: 'answered', status: 500 })
  expect(failed.ok || unread(failed.effect)).toEqual({
    ...{ kind: 'unread', detail: 'the state cannot be read (500): answered 500' },
    effect: failed.ok || failed.effect,
  })
})

test('members that are sought at the same time share one reading of the list: each goes on where the one before it found', async () => {
  const { http, asked } = oneByOne()
  const rolesOf = createRolesReader(at)
  const read = [1, 2, 3, 4].map(n => rolesOf(`wacht/${organization}/${n}`, http, 'before'))
  for (const found of await Promise.all(read)) expect(found).toMatchObject({ roles: [managerRole] })
  expect(asked.join(' ')).toBe('0 1 2 3')
})

test('a member who moved to an earlier page is there: the last look is at the whole list', async () => {
  const { http, order } = oneByOne()
  const rolesOf = createRolesReader(at)
  const read = () => rolesOf(`wacht/${organization}/3`, http, 'before')
  expect(await read()).toMatchObject({ ok: true, roles: [managerRole] })
  order.splice(0, 3, '3', '1', '2')
  expect(await read()).toMatchObject({ ok: true, roles: [managerRole] })
})
