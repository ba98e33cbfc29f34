import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import bundled from '#roles' with { type: 'json' }
import { withData } from '../support/events.ts'
import { json, startServer } from '../support/server.ts'
import { at, jsonOf, letter } from './dead-letters.ts'
import { runProgram } from './program.ts'
import { scenario } from './scenario.ts'
import { environmentOf, type Stage, startStages } from './stage.ts'

const stages = await startStages()
const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

const naming = (role: string) => withData({ roleId: undefined, role })
const dataNaming = (role: string) => ({ data: JSON.parse(naming(role)).data })
const missing = 'unknown_role: not deployed yet: role engineer; deploy the role catalogue first'

/** A stage whose deployed catalogue lacks `engineer`, with a letter of it and one of a role that is there. */
async function withoutEngineer(): Promise<Stage> {
  const stage = await stages.next()
  stage.deploy({ member: bundled.member })
  await letter(stage, 'known', 'unknown_role', dataNaming('member'))
  await letter(stage, 'new', 'unknown_role', dataNaming('engineer'))
  return stage
}

describe('a role that is not deployed yet', () => {
  scenario('makes its letter invalid in a plan, and no other one', async () => {
    const stage = await withoutEngineer()
    const { code, err, json } = await jsonOf(at(stage, ['replay', 'plan', '--json']))
    expect({ code, err, counts: json.counts }).toMatchObject({
      ...{ code: 0, err: '' },
      counts: { apply: 1, invalid: 1 },
    })
    expect((await at(stage, ['replay', 'plan'])).out).toContain(missing)
  })
  scenario('stops its letter in apply, which asks again and says in one sentence what differs', async () => {
    const stage = await stages.next()
    await letter(stage, 'known', 'unknown_role', dataNaming('member'))
    await letter(stage, 'new', 'unknown_role', dataNaming('engineer'))
    const file = join(folder, 'plan.json')
    expect(await at(stage, ['replay', 'plan', '--out', file])).toMatchObject({ code: 0, err: '' })
    stage.deploy({ member: bundled.member })
    const { code, out, err } = await at(stage, ['replay', 'apply', file, '--yes'])
    expect({ code, out }).toEqual({ code: 1, out: '1 sent, 0 removed, 1 refused\n' })
    expect(err).toContain(
      'The deployed role catalogue is not that of the plan: engineering-manager, engineer. A letter',
    )
    expect(err).toContain(
      'it is no longer valid: not deployed yet: role engineer; deploy the role catalogue first',
    )
  })
  scenario('is named by dead show, which shows no request for it', async () => {
    const { code, out, err } = await at(await withoutEngineer(), ['dead', 'show', 'new'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`a replay\n  invalid: ${missing}\n`)
  })
  scenario('is named by check where a stage is given, by its own process', async () => {
    const stage = await withoutEngineer()
    const { ROLE_SYNC_STAGE: _, ...env } = environmentOf(stage)
    const lines = `${naming('member')}\n${naming('engineer')}\n`
    const held = await runProgram(['check', '-', '--stage', stage.stage], env, lines)
    expect(held).toMatchObject({ code: 1, err: '2 checked, 1 would be refused\n' })
    expect(held.out).toContain(`\n  ${missing}\n`)
    expect(await runProgram(['check', '-'], env, lines)).toMatchObject({ code: 0 })
  })
})

describe('a stage that cannot say what is deployed', () => {
  const noteOf = async (stage: Stage, given = {}) => {
    const { code, err } = await at(stage, ['check', '-'], { stdin: naming('engineer'), ...given })
    expect(code).toBe(0)
    return err.split('\n')[0]
  }
  const note = (why: string) => `Roles are not compared with what is deployed: ${why}.`
  const ends = (value: object) => ({
    invoke: async () => ({ ending: value as never, lines: [] }),
    stop: async () => undefined,
  })

  test('is told in one note, and the command goes on', async () => {
    const stage = await stages.next()
    const name = `role-sync-${stage.stage}-replay`
    stage.functions.set(
      name,
      ends({ kind: 'threw', error: 'Error: wrong event: action: must be replay or drain' }),
    )
    expect(await noteOf(stage)).toBe(note(`${name} is older than this command and does not know the request`))
    stage.functions.set(name, ends({ kind: 'threw', error: `Error: no\u001b[2J${'o'.repeat(300)}` }))
    expect(await noteOf(stage)).toBe(note(`${name} failed: no\ufffd[2J${'o'.repeat(194)}`))
    stage.functions.set(name, ends({ kind: 'returned', value: { catalogue: 7 } }))
    expect(await noteOf(stage)).toBe(note(`the answer of ${name} is not a role catalogue`))
    stage.functions.delete(name)
    expect(await noteOf(stage)).toBe(note(`there is no function ${name}`))
  })
  test('is told in one note where nobody is at its address', async () => {
    const nobody = 'http://127.0.0.1:1'
    const env = { ...environmentOf(await stages.next()), AWS_ENDPOINT_URL_LAMBDA: nobody }
    const why = `cannot reach Lambda at ${nobody} (AWS_ENDPOINT_URL_LAMBDA): ECONNREFUSED`
    expect(await runProgram(['check', '-', '--stage', 's1'], env, naming('engineer'))).toMatchObject({
      ...{ code: 0, err: `${note(why)}\n1 checked, 0 would be refused\n` },
    })
  })
  test('names the permission that is missing', async () => {
    const server = await startServer(response =>
      json(response, 403, { Message: 'no' }, { 'x-amzn-errortype': 'AccessDeniedException' }),
    )
    const stage = await stages.next()
    expect(await noteOf(stage, { lambda: server.url })).toBe(
      note(`no permission lambda:InvokeFunction on role-sync-${stage.stage}-replay`),
    )
    await server.stop()
  })
})
