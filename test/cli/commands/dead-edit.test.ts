import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from '@jest/globals'
import { bodyOf, engineerRole, managerRole, withData } from '../../support/events.ts'
import { at, diedOf, jsonOf, letter, source } from '../dead-letters.ts'
import { startProgram } from '../program.ts'
import { scenario } from '../scenario.ts'
import { environmentOf, type Stage, startStages } from '../stage.ts'

const stages = await startStages()
afterAll(() => stages.stop())

const trailOf = (stage: Stage) => {
  const { trail } = (stage.letters()[0]?.messageAttributes ?? {}) as { trail?: { StringValue: string } }
  return JSON.parse(trail?.StringValue ?? '{}') as Record<string, unknown>
}
const edit = (stage: Stage, ...args: string[]) => at(stage, ['dead', 'edit', ...args, '--by', 'alice'])

describe('dead edit', () => {
  scenario(
    'replaces the letter by one that keeps all but what was set, and records who changed what',
    async () => {
      const stage = await stages.next()
      const old = await stage.letter(
        bodyOf({ id: 'a', note: 1.5 }),
        diedOf('a', 'rejected', { claimed: { replays: 2 } }),
      )
      const { code, out, err } = await edit(stage, 'a', '--set', `data.roleId=${engineerRole}`)
      const change = `data.roleId: "${managerRole}" → "${engineerRole}"`
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toMatch(new RegExp(`^a of ${source} was corrected: \\S+Z alice: ${change}\n$`))
      expect(stage.letters().map(({ body }) => body)).toEqual([
        withData({ roleId: engineerRole }).replace('wd-2026-000123', 'a').replace(/}$/, ',"note":1.5}'),
      ])
      expect(stage.letters()[0]).not.toMatchObject({ messageId: old })
      const edits = [expect.stringMatching(new RegExp(`^\\S+Z alice: ${change}$`))]
      expect(trailOf(stage)).toMatchObject({ detail: 'because', claimed: { replays: 2 }, edits })
    },
  )

  scenario('takes fields away, and prints one object with --json', async () => {
    const stage = await stages.next()
    await stage.letter(withData({ roleId: undefined, role: 'boss' }), diedOf('a', 'unknown_role'))
    const args = ['wd-2026-000123', '--unset', 'data.role', '--set', 'data.roleId=7', '--json']
    const { code, json } = await jsonOf(edit(stage, ...args))
    const words = expect.stringMatching(
      /Z alice: data\.role: "boss" → \(none\); data\.roleId: \(none\) → "7"$/,
    )
    expect({ code, json }).toEqual({ code: 0, json: { event: 'wd-2026-000123', source, edit: words } })
  })

  scenario('opens the event in the editor, and signs for the user of the machine', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const env = { EDITOR: `sed -i 's/"roleId": .*/"roleId": "7"/'`, PATH: process.env.PATH }
    expect(await at(stage, ['dead', 'edit', 'a'], { env })).toMatchObject({ code: 0 })
    expect(JSON.parse(stage.letters()[0]?.body ?? '')).toMatchObject({ data: { roleId: '7' } })
    expect(trailOf(stage).edits).toEqual([expect.stringMatching(/^\S+Z \S+: data\.roleId: /)])
  })

  scenario('leaves no file behind at a second Ctrl-C, whatever the editor does', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
    const [files, opened] = [mkdtempSync(join(folder, 'files-')), join(folder, 'opened')]
    // An editor that does not care for Ctrl-C, and stays for as long as its file is there.
    const editor = join(folder, 'editor.sh')
    writeFileSync(editor, `trap '' INT\ntouch ${opened}\nwhile [ -e "$1" ]; do sleep 0.05; done\n`)
    const env = { ...environmentOf(stage), TMPDIR: files, EDITOR: `sh ${editor}`, PATH: '/usr/bin:/bin' }
    const { child, ended } = startProgram(['dead', 'edit', 'a'], env)
    while (!existsSync(opened)) await new Promise(resolve => setTimeout(resolve, 10))
    expect(readdirSync(files)).toHaveLength(1)
    while (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT')
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect((await ended).code).toBe(130)
    expect(readdirSync(files)).toEqual([])
    expect(stage.letters()).toHaveLength(1)
    rmSync(folder, { recursive: true })
  })

  scenario('leaves a letter alone that would not be valid, with exit code 1', async () => {
    const stage = await stages.next()
    const message = await letter(stage, 'a')
    expect(await edit(stage, 'a', '--set', 'data.roleId=boss')).toEqual({
      ...{ code: 1, out: '' },
      err: expect.stringMatching(/^Not changed: invalid_event: data\.roleId: must be decimal digits .*\n$/),
    })
    expect(stage.letters()).toMatchObject([{ messageId: message, body: bodyOf({ id: 'a' }) }])
  })

  scenario('needs to know which of several letters is meant', async () => {
    const stage = await stages.next()
    const messages = [await letter(stage, 'a'), await letter(stage, 'a')]
    const several = await edit(stage, 'a', '--set', 'data.roleId=7')
    expect(several).toMatchObject({ code: 2, err: expect.stringContaining(messages[0] as string) })
    expect(await edit(stage, messages[1] as string, '--set', 'data.roleId=7')).toMatchObject({ code: 0 })
    expect(stage.letters().map(({ messageId }) => messageId)).toContain(messages[0])
  })

  scenario('changes nothing when somebody else deals with the letter meanwhile', async () => {
    const stage = await stages.next()
    await letter(stage, 'a')
    const begun = join(tmpdir(), `role-sync-edit-${process.pid}`)
    const EDITOR = `sh -c 'touch ${begun}; while [ -e ${begun} ]; do sleep 0.05; done; sed -i s/7301954381230017001/7/ "$0"'`
    const editing = at(stage, ['dead', 'edit', 'a'], { env: { EDITOR, PATH: process.env.PATH } })
    while (!exists(begun)) await new Promise(resolve => setTimeout(resolve, 20))
    const [looking] = await stage.hide(1, 600) // visible again by now, or in a moment
    while (!looking && (await stage.hide(1, 600)).length === 0)
      await new Promise(resolve => setTimeout(resolve, 50))
    rmSync(begun)
    expect(await editing).toMatchObject({
      ...{ code: 1, out: '' },
      err: expect.stringMatching(
        /Nothing was changed\. No dead letter with id a \(or another operator is looking at it\)\. .*\n$/,
      ),
    })
    expect(stage.letters().map(({ body }) => body)).toEqual([bodyOf({ id: 'a' })])
  })
})

function exists(file: string): boolean {
  try {
    readFileSync(file)
    return true
  } catch {
    return false
  }
}
