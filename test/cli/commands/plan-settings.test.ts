import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from '@jest/globals'
import { readCatalogue } from '../../../functions/targets/index.ts'
import { engineerRole, organization, withData } from '../../support/events.ts'
import { diedOf } from '../dead-letters.ts'
import { commandLine } from '../fake-world.ts'
import { fileOf, plan, stages } from '../replay-stage.ts'
import { scenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A role catalogue file of its own, with this one role. */
const rolesFile = (role: string, roleId = engineerRole) => {
  const file = join(folder, `${crypto.randomUUID()}.json`)
  writeFileSync(file, rolesWith(role, roleId))
  return file
}
const rolesWith = (role: string, roleId = engineerRole) =>
  JSON.stringify({ [role]: { wacht: { [organization]: { roleId } } } })

/** A stage with one letter whose role only the given catalogue has, and a plan of it. */
async function planned(roles: string, role = 'chief-of-staff') {
  const stage = await stages.next()
  await stage.letter(withData({ role, roleId: undefined }), diedOf('wd-2026-000123', 'unknown_role'))
  stage.deploy(readCatalogue(JSON.parse(readFileSync(roles, 'utf8'))))
  const { json } = await plan(stage, '--roles', roles)
  expect(json).toMatchObject({ counts: { apply: 1 } })
  return stage
}
/** Applies the plan of a stage, with no stage given but that of the plan. */
const applyAt = (stage: Stage, args: readonly string[] = [], env = {}) => {
  const { sqs, dynamodb, lambda } = stage
  return commandLine(['replay', 'apply', fileOf(stage), '--yes', ...args], {
    ...{ sqs, dynamodb, lambda, env, now: Date.now() },
  })
}

describe('a plan is applied with what it was made with', () => {
  scenario('its role catalogue is used, though nobody names it again', async () => {
    const stage = await planned(rolesFile('chief-of-staff'))
    expect(await applyAt(stage)).toMatchObject({ code: 0, out: '1 sent, 0 removed, 0 refused\n' })
    expect(stage.changes()).toHaveLength(1)
  })
  scenario('another stage is refused in one sentence', async () => {
    const stage = await planned(rolesFile('chief-of-staff'))
    const { code, err } = await applyAt(stage, ['--stage', 'other'])
    expect({ code, err }).toEqual({
      code: 2,
      err: `role-sync: the plan is for stage ${stage.stage}, but other is given (--stage or ROLE_SYNC_STAGE)\n`,
    })
  })
  scenario('a catalogue that changed is refused, and so is another one', async () => {
    const file = rolesFile('chief-of-staff')
    const other = rolesFile('chief-of-staff', '7301954381230017003')
    const stage = await planned(file)
    expect((await applyAt(stage, ['--roles', other])).err).toBe(
      `role-sync: the plan was made with ${file}, but this command uses ${other}: give the same roles, or plan again\n`,
    )
    writeFileSync(file, rolesWith('chief-of-staff', '7301954381230017004'))
    expect(await applyAt(stage)).toEqual({
      ...{ code: 2, out: '' },
      err: `role-sync: ${file} changed after the plan was made: plan again\n`,
    })
    expect(stage.changes()).toEqual([])
  })
  scenario('another address of a target is noted', async () => {
    const stage = await planned(rolesFile('chief-of-staff'))
    const { code, err } = await applyAt(stage, [], { WACHT_URL: 'https://other.example' })
    expect(code).toBe(0)
    expect(err).toContain(
      'The plan shows requests to https://api.wacht.dev, but WACHT_URL is https://other.example. ' +
        'The deployed function uses its own address.\n',
    )
  })
  scenario('all of it is in the hash', async () => {
    const stage = await planned(rolesFile('chief-of-staff'))
    const text = readFileSync(fileOf(stage), 'utf8')
    writeFileSync(fileOf(stage), text.replace(`"stage": "${stage.stage}"`, '"stage": "prod"'))
    expect(await applyAt(stage)).toMatchObject({
      code: 2,
      err: expect.stringContaining('hash: is not that of the plan'),
    })
  })
})
