import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { firstPage } from '../../functions/targets/people-page.ts'
import type { Http } from '../../functions/targets/target.ts'
import type { Sandbox } from '../../infra/local/sandbox/sandbox-server.ts'
import { engineerRole, groupA, groupB, managerRole, memberId, membership } from '../support/events.ts'
import {
  applyOver,
  pageOver,
  projectTarget,
  readOver,
  type Subject,
  subjects,
  wachtId,
  wachtIds,
} from '../support/subjects.ts'

const scopeOf = ({ member }: Subject): string => member.split('/')[1] as string

describe.each(subjects)('the list of $name', subject => {
  let sandbox: Sandbox<unknown>
  beforeEach(async () => {
    sandbox = await subject.start()
  })
  afterEach(() => sandbox.stop())

  const shown = async () => {
    const page = await pageOver(subject.connect(sandbox.url), scopeOf(subject), firstPage)
    return page.ok ? page.listed.find(({ member }) => member === subject.member)?.state : page
  }

  test('shows what each member holds as a reading of the member does, where the target shows it', async () => {
    const target = subject.connect(sandbox.url)
    const read = await readOver(target, subject.member)
    expect(subject.lists).toBe(subject.reads)
    expect(await shown()).toEqual(read?.kind === 'holds' ? read.state : undefined)
    await applyOver(target, subject.member, subject.wanted)
    const after = await readOver(target, subject.member)
    expect(after).not.toEqual(subject.reads ? read : {})
    expect(await shown()).toEqual(after?.kind === 'holds' ? after.state : undefined)
  })

  test('shows a state that includes what the member was given, and no longer what it had', async () => {
    if (!subject.lists) return
    await applyOver(subject.connect(sandbox.url), subject.member, subject.wanted)
    const state = await shown()
    expect(subject.includes(state as object as typeof subject.wanted, subject.wanted)).toBe(true)
    expect(subject.includes(state as object as typeof subject.wanted, subject.before)).toBe(false)
  })

  test('says of a state that a change asks for what it includes', () => {
    expect(subject.includes(subject.wanted, subject.wanted)).toBe(true)
    expect(subject.includes(subject.wanted, subject.before)).toBe(false)
  })
})

/** The states of one page that the target answers with. */
const statesOf = async (subject: Subject, ...records: object[]) => {
  const http: Http = async () => ({
    ...{ kind: 'answered', status: 200, json: { data: records, has_more: false, results: records } },
  })
  const page = await subject.connect('https://h.example').people(scopeOf(subject), firstPage, http)
  return page.ok && page.listed.map(({ state }) => state)
}

test('of several roles one is enough, and a member without roles includes none', () => {
  const holds = (...role_ids: string[]) => wachtIds.includes({ role_ids }, { roleId: managerRole })
  expect([holds(managerRole), holds(engineerRole, managerRole), holds(engineerRole), holds()]).toEqual([
    ...[true, true, false, false],
  ])
})

test('in a project the groups must be among those of the member, and the owner flag must be there if it is wanted', () => {
  const holds = (groupIds: string[], owner: boolean, wanted: object) =>
    projectTarget.includes({ groupIds, owner }, wanted as typeof projectTarget.wanted)
  const [group, admin, both] = [
    { groupIds: [groupA], owner: false },
    { groupIds: [], owner: true },
    { groupIds: [groupA, groupB], owner: true },
  ]
  expect([holds([groupA, groupB], true, group), holds([groupA], false, group)]).toEqual([true, true])
  expect([holds([groupB], true, group), holds([], true, group)]).toEqual([false, false])
  expect([holds([], true, admin), holds([groupA], false, admin)]).toEqual([true, false])
  expect([holds([groupA, groupB], true, both), holds([groupA, groupB], false, both)]).toEqual([true, false])
  expect(holds([groupA], true, both)).toBe(false)
})

test('a record of Wacht whose roles are wrong shows no state', async () => {
  const record = (roles?: unknown) => ({ id: membership, roles })
  const records = [record(), record('501'), record([{ id: 'a/b' }]), record([{ id: managerRole }, {}])]
  expect(await statesOf(wachtIds, ...records, record([]), record([{ id: managerRole }]))).toEqual([
    ...[undefined, undefined, undefined, undefined],
    ...[{ role_ids: [] }, { role_ids: [managerRole] }],
  ])
  expect(await statesOf(wachtId, record([{ id: managerRole }]))).toEqual([undefined])
})

test('a record of a project without groups or owner flag shows no state', async () => {
  const record = (fields: object) => ({ id: memberId, ...fields })
  const groups = [{ id: groupB.toUpperCase() }, { id: groupA }]
  const wrong = [{ owner: true }, { groups }, { owner: 'true', groups }, { owner: true, groups: [{}] }]
  expect(await statesOf(projectTarget, ...wrong.map(record), record({ owner: true, groups }))).toEqual([
    ...[undefined, undefined, undefined, undefined],
    { groupIds: [groupA, groupB].toSorted(), owner: true },
  ])
})
