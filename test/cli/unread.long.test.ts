import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bodyOf, engineerRole } from '../support/events.ts'
import { letter, name } from './dead-letters.ts'
import { runProgram, startProgram } from './program.ts'
import { environmentOf, type Stage, startStages } from './stage.ts'

const stages = await startStages()
const folder = mkdtempSync(join(tmpdir(), 'role-sync-cli-'))
const events = join(folder, 'events.ndjson')
const plan = join(folder, 'plan.json')
let stage: Stage
let env: Record<string, string>

beforeAll(async () => {
  stage = await stages.next()
  env = environmentOf(stage)
  writeFileSync(events, `${bodyOf()}\n`.repeat(3000))
  for (const id of ['a', 'b', 'c']) await letter(stage, id)
  await runProgram(['replay', 'plan', '--out', plan], env)
})
afterAll(async () => {
  await stages.stop()
  rmSync(folder, { recursive: true })
})

/** Every command, with an output that somebody reads but for the beginning. */
const commands: readonly (readonly string[])[] = [
  ['--help'],
  ['--version'],
  ['nonsense'],
  ['schema'],
  ['check', events],
  ['check', events, '--json'],
  ['send', events, '--json'],
  ['member', name, '--json'],
  ['dead', 'list'],
  ['dead', 'list', '--json'],
  ['dead', 'show', 'a', '--json'],
  ['dead', 'export', '-'],
  ['dead', 'edit', 'a', '--set', `data.roleId=${engineerRole}`, '--json'],
  ['dead', 'drop', 'c', '--why', 'w', '--json'],
  ['replay', 'plan'],
  ['replay', 'plan', '--json'],
  ['replay', 'apply', plan, '--yes', '--json'],
]

describe('nobody reads what is printed', () => {
  test.each(commands.map(args => [args.join(' ').replace(folder, ''), args] as const))(
    '%s ends quietly',
    async (_, args) => {
      const { child, ended } = startProgram(args, env)
      child.stdin.end()
      child.stdout.destroy()
      const { code, err } = await ended
      expect([0, 1, 2]).toContain(code) // that of the work, or 0
      expect(err).not.toMatch(/^\s+at |Error:|node:|the export is incomplete/m)
    },
  )
  test.each([[['nonsense']], [['check', events]], [['dead', 'list']]])(
    '%j ends also where its remarks are not read either',
    async args => {
      const { child, ended } = startProgram(args, env)
      child.stdin.end()
      child.stdout.destroy()
      child.stderr.destroy()
      expect([0, 2]).toContain((await ended).code)
    },
  )
})

test.each([[['schema']], [['--help']], [['check', events, '--json']]])(
  'on a full disk %j says so in one line, with exit code 2',
  async args => {
    const full = openSync('/dev/full', 'w')
    const { ended } = startProgram(args, env, full)
    expect(await ended).toMatchObject({
      code: 2,
      err: 'role-sync: cannot write to standard output: ENOSPC\n',
    })
  },
)
