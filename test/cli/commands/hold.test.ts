import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { sha256 } from '../../../functions/aws/sha256.ts'
import { letterAttributes } from '../../../functions/core/dead-letter/letter-attributes.ts'
import { type Plan, planOf } from '../../../functions/core/dead-letter/planned-letters.ts'
import { bodyOf, organization, projectData, wachtData } from '../../support/events.ts'
import { reassertionOf } from '../../support/reassertions.ts'
import { at, diedOf, entryBy, eventsIn, letter, name, source } from '../dead-letters.ts'
import { fileOf, plan, stages } from '../replay-stage.ts'
import { scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

const why = 'asked by phone'
/** The id of the role `member` of `infra/roles.json`, which withdraws. */
const plainRole = '7301954381230017003'
const person = (id: string) => `arn:aws:iam::000000000000:user/${id}`
/** Puts the letter of a held change on the queue. */
const held = (stage: Stage, id: string, fields = {}) =>
  stage.letter(bodyOf({ id, ...fields }), {
    ...diedOf(id, 'held', { detail: `${name} is protected (owner)` }),
    ...{ guard: 'protected', sender: 'mallory' },
  })
/** A stage with guards and a held change; another letter waits beside it. */
async function guarded(needed: number) {
  const stage = await stages.next()
  await stage.guard(needed)
  await held(stage, 'risky')
  await letter(stage, 'other', 'rejected', { data: projectData })
  await plan(stage)
  return stage
}
const approve = (stage: Stage, by: string, ...args: string[]) =>
  at(stage, ['hold', 'approve', fileOf(stage), '--why', why, '--yes', ...args], { person: by })
const list = async (stage: Stage) =>
  JSON.parse((await at(stage, ['hold', 'list', '--json'])).out).letters as object[]

describe('hold list', () => {
  scenario('shows what is held, why, who sent it and who has approved it', async () => {
    const stage = await guarded(2)
    await approve(stage, 'anna')
    expect(await list(stage)).toMatchObject([
      {
        ...{ event: 'risky', source, member: name, reason: 'held', guard: 'protected', sender: 'mallory' },
        ...{ detail: `${name} is protected (owner)`, approvedBy: [person('anna')] },
      },
    ])
    const { out, err } = await at(stage, ['hold', 'list'])
    expect(out).toMatch(/^1 letter held\n[\s\S]*protected .*risky .*mallory .*user\/anna/)
    expect(err).toContain(`next: role-sync replay plan --reason held --out plan.json --stage ${stage.stage}`)
  })
  scenario('shows a burst as one row, with how many people, and how to plan it', async () => {
    const stage = await stages.next()
    await stage.guard(1)
    await held(stage, 'risky')
    const ofOkta = { guard: 'burst', sender: 'intake/okta' }
    for (const [id, membershipId] of Object.entries({ a: '1', b: '2', again: '2' }))
      await stage.letter(bodyOf({ id, data: { ...wachtData, membershipId, roleId: plainRole } }), {
        ...{ ...diedOf(id, 'held', { detail: 'sender intake/okta moves more than 3' }), ...ofOkta },
      })
    const json = JSON.parse((await at(stage, ['hold', 'list', '--json'])).out)
    expect(json.bursts).toMatchObject([
      {
        ...{ sender: 'intake/okta', scope: `wacht/${organization}`, role: 'member', people: 2, letters: 3 },
        ...{ since: expect.stringMatching(/Z$/), detail: 'sender intake/okta moves more than 3' },
      },
    ])
    expect(json.letters).toHaveLength(4)
    const { out, err } = await at(stage, ['hold', 'list'])
    expect(out).toMatch(/^4 letters held\n[\s\S]*intake\/okta +wacht\/\d+ +member +2 +3 [\s\S]*risky/)
    expect(out).not.toMatch(/again/)
    const next = (filter: string) => `next: role-sync replay plan ${filter} --out plan.json --stage`
    expect(err).toContain(next('--guard burst --sender intake/okta'))
    expect(err).toContain(next('--guard protected'))
    const planned = await at(stage, ['replay', 'plan', '--guard', 'burst', '--sender', 'intake/okta'])
    expect(planned.out).toMatch(/3 held/)
  })
  scenario('shows what last_owner holds as one row for each scope and role, whoever sent it', async () => {
    const stage = await stages.next()
    await stage.guard(1)
    const detailOf = (left: number, role = 'owner') =>
      `would leave ${left} other members of wacht/${organization} with the role ${role}, 3 must stay`
    const owner = async (id: string, membershipId: string, sender: string, detail: string) =>
      stage.letter(bodyOf({ id, data: { ...wachtData, membershipId, roleId: plainRole } }), {
        ...{ ...diedOf(id, 'held', { detail }), guard: 'last_owner', sender },
      })
    await owner('a', '1', 'intake/okta', detailOf(2))
    await owner('b', '2', 'intake/hr', detailOf(0))
    await owner('other', '1', 'intake/hr', detailOf(2, 'auditor'))
    await owner('edited', '4', 'intake/hr', 'a text of somebody')
    const json = JSON.parse((await at(stage, ['hold', 'list', '--json'])).out)
    const scope = `wacht/${organization}`
    expect(json.owners).toMatchObject([
      {
        scope,
        role: 'owner',
        people: 2,
        letters: 2,
        detail: detailOf(2),
        since: expect.stringMatching(/Z$/),
      },
      { scope, role: 'auditor', people: 1, letters: 1 },
    ])
    expect(json.bursts).toEqual([])
    const { out, err } = await at(stage, ['hold', 'list'])
    expect(out).toMatch(/^4 letters held\n[\s\S]*last_owner +wacht\/\d+ +owner +2 +2 [\s\S]*edited/)
    expect(err.match(/next: .*/g)).toEqual([
      `next: role-sync replay plan --guard last_owner --out plan.json --stage ${stage.stage}`,
    ])
  })
  scenario('of a stage without guards has nothing', async () => {
    const stage = await stages.next()
    expect(await at(stage, ['hold', 'list'])).toMatchObject({ code: 0, out: 'no held changes\n' })
  })
})

scenario('a plan of held letters alone names the command that approves it', async () => {
  const stage = await stages.next()
  await held(stage, 'risky')
  const { out } = await at(stage, ['replay', 'plan', '--out', fileOf(stage)])
  expect(out).toContain(`; next: role-sync hold approve --why 'WHY' ${fileOf(stage)}\n`)
})

describe('hold approve', () => {
  scenario(
    'by one of two changes nothing but the approval; by another it sends exactly what is held',
    async () => {
      const stage = await guarded(2)
      expect(await approve(stage, 'anna')).toMatchObject({
        ...{ code: 0, out: '1 of 2 approvals for 1 held change; another person runs the same command\n' },
      })
      expect(await approve(stage, 'anna')).toMatchObject({
        code: 1,
        out: `${person('anna')} has approved already: 1 of 2 approvals for 1 held change; another person runs the same command\n`,
      })
      expect(stage.changes()).toEqual([])

      const { code, out } = await approve(stage, 'bob', '--json')
      expect({ code, json: JSON.parse(out) }).toEqual({
        code: 0,
        json: {
          ...{ approver: person('bob'), needed: 2, approvals: 2 },
          ...{ sent: 1, removed: 0, refused: 0, failed: 0, stopped: false },
        },
      })
      expect(eventsIn(stage.changes()).map(({ id }) => id)).toEqual(['risky'])
      expect(eventsIn(stage.letters()).map(({ id }) => id)).toEqual(['other'])
    },
  )
  scenario('asks before it approves, and without a yes writes nothing', async () => {
    const stage = await guarded(1)
    const args = ['hold', 'approve', fileOf(stage), '--why', why]
    const { code, err } = await at(stage, args, { terminal: true, stdin: '\n', person: 'anna' })
    expect(code).toBe(1)
    expect(err).toMatch(/approve 1 held change\? \[y\/N\]/)
    expect(err).toContain(
      `${name}: {"roleId":"${wachtData.roleId}"}; event risky of ${source}, sender mallory: ${name} is protected (owner)\n`,
    )
    expect(await list(stage)).toMatchObject([{ approvedBy: [] }])
  })
  scenario('shows twenty changes, and how many more there are', async () => {
    const stage = await stages.next()
    await stage.guard(2)
    for (let n = 1; n <= 22; n++) await held(stage, `e${n}`)
    await plan(stage)
    const { err } = await approve(stage, 'anna')
    expect(err.match(/^wacht\/.*; event e\d+ of /gm)).toHaveLength(20)
    expect(err).toContain('2 more held changes are not shown here; the plan has them\n')
  })
  scenario(
    'approves nothing if a file says something else than the letters, or a letter is gone',
    async () => {
      const stage = await guarded(1)
      const wrong = {
        code: 2,
        err: expect.stringMatching(/letter \S+ is not on .* as the plan shows it: plan/),
      }
      const { hash: _, ...made } = JSON.parse(readFileSync(fileOf(stage), 'utf8')) as Plan
      const letters = made.letters.map(each => ({ ...each, desired: { roleId: '7' } }))
      const forged = planOf(letters, made.plannedAt, sha256, made)
      writeFileSync(fileOf(stage), JSON.stringify(forged))
      expect(await approve(stage, 'anna')).toMatchObject(wrong)
      expect(await list(stage)).toMatchObject([{ approvedBy: [] }])
      await plan(stage)
      await at(stage, ['hold', 'reject', fileOf(stage), '--why', why])
      expect(await approve(stage, 'anna')).toMatchObject(wrong)
    },
  )
  scenario('refuses a letter whose change is overtaken, although it is approved', async () => {
    const stage = await guarded(1)
    await stage.entry(entryBy('newest', '2026-11-23T11:30:00'))
    expect(await approve(stage, 'anna')).toMatchObject({ code: 1, out: '0 sent, 0 removed, 1 refused\n' })
    expect(stage.changes()).toEqual([])
  })
  scenario('says of the held letter of a re-assertion that its event is to be sent again', async () => {
    const stage = await stages.next()
    await stage.guard(1)
    await stage.letter(reassertionOf(), { ...diedOf('r1', 'held'), guard: 'protected' })
    await plan(stage)
    const { code, err } = await approve(stage, 'anna')
    expect(code).toBe(2)
    expect(err).toContain(`${fileOf(stage)} has no letters that wait for an approval: plan again`)
    expect(err).toMatch(
      /letter \S+ is invalid: invalid_event: type: role.reassert.v1 cannot be replayed or approved/,
    )
    expect(err).toContain(
      'what a guard holds needs its event again, with a new id and time, which can be approved',
    )
  })
  scenario('needs a held letter in the plan, and a stage with guards', async () => {
    const stage = await stages.next()
    await letter(stage, 'other')
    await plan(stage)
    expect(await approve(stage, 'anna')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('has no letters that wait for an approval: plan again') },
    })
    await held(stage, 'risky')
    await plan(stage, '--event', 'risky')
    expect(await approve(stage, 'anna')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('no guard is declared on this stage') },
    })
  })
})

scenario('hold reject drops exactly the held letters of its plan', async () => {
  const stage = await guarded(1)
  await held(stage, 'later')
  const args = ['hold', 'reject', fileOf(stage), '--why', 'nobody asked', '--by', 'anna']
  expect(await at(stage, args)).toMatchObject({
    ...{ code: 0, out: expect.stringMatching(/^1 letter dropped from /) },
    err: expect.stringMatching(/^dropped risky of .* by anna: nobody asked$/m),
  })
  expect(
    eventsIn(stage.letters())
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(['later', 'other'])
  expect(await at(stage, args)).toMatchObject({ code: 1 })
})

test('the attributes of a held letter here are those that the sync function writes', () => {
  const message = {
    id: 'm',
    receipt: 'r',
    body: '{}',
    sentAt: 0,
    firstReceivedAt: 0,
    receives: 1,
    sender: 'mallory',
  }
  const named = { event: 'e', source, target: 'wacht', member: name }
  const grounds = { reason: 'held' as const, detail: 'x', guard: 'protected' as const }
  expect(letterAttributes(message, named, grounds, 0)).toMatchObject({
    ...{ reason: 'held', guard: 'protected', sender: 'mallory' },
  })
})
